"""The game `tag` in plain Python, one match at a time, as its rules are written."""

from gamemeta_levels.kernel import uniform
from gamemeta_levels.tiles import EXIT_1, GOAL, WALL
from tests.helpers.arenas import beside, steps_from

STAY = 4


class TagTwin:
    """One match: `tiles` as a scene shows them, `places` of the guards and the runner."""

    def __init__(self, tiles, places, others, chance, *, limit=30, scripted=True):
        self.kind = {(r, c): int(tiles[r, c]) for r in range(tiles.shape[0]) for c in range(tiles.shape[1])}
        self.exits = [next(p for p, kind in self.kind.items() if kind == EXIT_1 + k) for k in range(4)]
        self.den = (tiles.shape[0] // 2, tiles.shape[1] // 2)
        self.kind[self.den] = GOAL
        self.ways = [self._steps_to(place) for place in self.exits]
        self.places, self.others, self.chance = list(places), list(others), chance
        self.limit, self.scripted = limit, scripted
        self.step_number, self.aim, self.winner, self.over, self.left = 0, None, None, False, False

    def _steps_to(self, start):
        """Steps from every tile; the den has some, but no way leads through it."""
        return steps_from([start], lambda here, near: here != self.den and self.kind.get(near, WALL) != WALL)

    def favourite(self):
        """The exit that the runner would make for now."""

        def liking(k):
            way, guards = self.ways[k], self.places[:-1]
            near = max(0.0, 1 - min(way.get(place, 255) for place in guards) / 4)
            far = way[self.places[-1]] / 8
            return 2 * self.others[k] - self.others[4] * far - 0.6 * self.others[5] * near

        return max(range(4), key=liking)

    def towards(self, place, k):
        """Moves that lead nearer to exit k, or that of staying."""
        way = self.ways[k]
        return [m for m in range(4) if way.get(beside(place, m), 999) < way[place]] or [STAY]

    def step(self, actions):
        """Play a step; returns rewards, [seat]."""
        if self.over:
            return [0.0] * len(actions)
        self.step_number += 1
        if self.winner is not None:
            self.over = True
        else:
            self._play(actions)
            if self.step_number == self.limit:
                self.winner, self.over = self.winner or "guards", True
        sides = ["guards"] * (len(self.places) - 1) + ["runner"]
        return [float(self.over and self.winner == side) for side in sides[: len(actions)]]

    def _play(self, actions):
        opens = 6 + (int(self.others[6] * 3000) // 1000 if self.scripted else 0)
        running = self.step_number > opens
        if running and self.scripted and self.aim is None:
            self.aim = self.favourite()
        for g in range(len(self.places) - 1):
            place = self.places[g]
            if g < len(actions):
                move = actions[g]
            else:
                move = self.towards(place, min(range(4), key=lambda k: self.ways[k][place]))[0]
            self._walk(g, move)
        if running:
            self._run(actions)

    def _run(self, actions):
        if self.left and self.places[-1] in self.places[:-1]:
            self.winner = "guards"
            return
        whole = uniform(self.chance, 100 + self.step_number - 1) * 1000 < round(self.others[8] * 1000)
        for _ in range(2 if whole or not self.scripted else 1):
            move = self._runner_move(actions)
            if not self._walk(-1, move):
                return
            self.left = True
            place = self.places[-1]
            if place in self.exits:
                self.aim = self.exits.index(place)
                self.winner = "runner"
            if place in self.places[:-1]:
                self.winner = "guards"
            if self.winner:
                return

    def _runner_move(self, actions):
        if not self.scripted:
            return actions[-1]
        moves = self.towards(self.places[-1], self.aim)
        sideways = [m for m in moves if m in (2, 3)]
        return sideways[0] if sideways and self.others[7] >= 0.5 else moves[0]

    def _walk(self, player, move):
        near = beside(self.places[player], move)
        if move == STAY or self.kind.get(near, WALL) in (WALL, GOAL):
            return False
        self.places[player] = near
        return True
