"""The game `forage` in plain Python, one day at a time, as its rules are written."""

from gamemeta_levels.kernel import uniform
from gamemeta_levels.tiles import WALL
from tests.helpers.arenas import beside, steps_from

LIFT = 4


class ForageTwin:
    """One day: `tiles` as a scene shows them, `loads` by colour, `places` of the seats and a partner."""

    def __init__(self, tiles, loads, places, others, chance, *, limit=60, outings=2):
        self.floor = {
            (r, c) for r in range(tiles.shape[0]) for c in range(tiles.shape[1]) if tiles[r, c] != WALL
        }
        self.home = (tiles.shape[0] // 2, tiles.shape[1] // 2)
        self.loads = dict(enumerate(loads))
        self.ways = {k: self._steps_to(place) for k, place in self.loads.items()}
        self.way_home = self._steps_to(self.home)
        self.places, self.others, self.chance = list(places), list(others), chance
        self.limit, self.outings = limit, outings
        self.wanted = outings or 4
        self.step_number, self.lifted, self.last, self.over, self.aim = 0, 0, None, False, None
        self.habit = self._day() if outings else None
        self.actions = []
        if self.habit:
            next(self.habit)

    def _steps_to(self, start):
        return steps_from([start], lambda _, near: near in self.floor)

    def favourite(self):
        """The load that the partner would set out for now, None where there is none left."""

        def liking(k):
            return 2 * self.others[k] - self.others[4] * self.ways[k][self.home] / 8

        return max(sorted(self.loads), key=liking, default=None)

    def next_load(self):
        """The load to lift next, None where there is none."""
        if self.over:
            return None
        if not self.outings:
            return min(self.loads, key=lambda k: (max(self.ways[k][p] for p in self.places), k))
        if self.aim is not None:
            return self.aim
        return self.favourite() if self.begun < self.outings else None

    def towards(self, place, k):
        """Moves that lead nearer to load k, or that of lifting."""
        return self._nearer(self.ways[k], place) or [LIFT]

    def _nearer(self, way, place):
        return [m for m in range(4) if way.get(beside(place, m), 999) < way[place]]

    def step(self, actions):
        """Play a step; returns what every seat is paid."""
        if self.over:
            return 0.0
        before, self.actions = self.lifted, list(actions)
        for seat, move in enumerate(actions):
            near = beside(self.places[seat], move)
            self.places[seat] = near if near in self.floor else self.places[seat]
        if self.habit:
            next(self.habit)
        else:
            for k in [k for k in sorted(self.loads) if self._hands(k) >= 2]:
                self._take_away(k, True)
            self.over = not self.loads
        self.step_number += 1
        self.over = self.over or self.step_number == self.limit
        return (self.lifted - before) / self.wanted

    def _hands(self, k):
        seats = zip(self.places, self.actions, strict=False)
        return sum(place == self.loads[k] and move == LIFT for place, move in seats)

    def _take_away(self, k, raised):
        del self.loads[k]
        self.lifted += raised
        self.last = (k, raised)

    def _day(self):
        """What the partner does, a step at each `yield`."""
        self.begun = 0
        while self.begun < self.outings:
            for _ in range(6 + round(self.others[6] * 1000) * 3 // 1000):
                yield
            self.begun, self.aim = self.begun + 1, self.favourite()
            yield from self._walk(self.ways[self.aim])
            for _ in range(1 + round(self.others[5] * 1000) * 2 // 1000):
                yield
                if self._hands(self.aim):
                    break
            self._take_away(self.aim, bool(self._hands(self.aim)))
            self.aim = None
            yield from self._walk(self.way_home)
        self.over = True
        yield

    def _walk(self, way):
        """Two tiles a step, or one; standing there already takes a step, too."""
        while True:
            yield
            whole = uniform(self.chance, 100 + self.step_number) * 1000 < round(self.others[8] * 1000)
            for _ in range(2 if whole else 1):
                moves = self._nearer(way, self.places[1])
                sideways = [m for m in moves if m >= 2]
                if moves:
                    turn = sideways if sideways and self.others[7] >= 0.5 else moves
                    self.places[1] = beside(self.places[1], turn[0])
            if way[self.places[1]] == 0:
                return
