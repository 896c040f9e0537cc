"""The game `duel` in plain Python, one match at a time, as its rules are written."""

import numpy as np

from gamemeta_levels.kernel import uniform
from gamemeta_levels.tiles import AMMUNITION, COVER, EXIT_1, MOVES, WALL
from tests.helpers.arenas import steps_from

SHOOT, TRAP, STAY = 5, 6, 4
AIMS = {0: 0, 1: 1, 2: -1}
"""Tiles to the left of the line ahead."""


def beside(place, direction, tiles=1):
    return place[0] + tiles * direction[0], place[1] + tiles * direction[1]


def left_of(direction):
    return -direction[1], direction[0]


class Player:
    def __init__(self, place, facing):
        self.place, self.facing = place, facing
        self.shots, self.traps, self.trap = 1, 1, None


class DuelTwin:
    """One match on these tiles: places and facings (moves) of both, style and skill in thousandths."""

    def __init__(self, tiles, places, facings, others, chance, *, limit=40, scripted=True):
        walls, everywhere = (WALL, *range(EXIT_1, EXIT_1 + 4)), list(np.ndindex(tiles.shape))
        self.free = {place for place in everywhere if tiles[place] not in walls}
        self.cover = {place for place in everywhere if tiles[place] == COVER}
        self.pick_ups = {place for place in everywhere if tiles[place] == AMMUNITION}
        self.players = [Player(place, facing) for place, facing in zip(places, facings, strict=True)]
        self.others, self.chance = [int(number) for number in others], chance
        self.limit, self.scripted = limit, scripted
        self.time, self.end, self.over = 0, None, False
        self.did, self.flights, self.landed = [(7, 0), (7, 0)], [None, None], [0, 0]

    def hit(self, shot, target):
        """Whether a shot - place, direction, aim - hits this player where it stands."""
        place, direction, aim = shot
        start = beside(place, left_of(direction), AIMS[aim])
        for k in range(1, 9):
            here = beside(start, direction, k)
            if here not in self.free:
                return False
            if here == target.place:
                return k <= 2 or here not in self.cover
        return False

    def aims(self, shooter):
        me = self.players[shooter]
        return me.shots > 0 and self.hit((me.place, MOVES[me.facing], 0), self.players[1 - shooter])

    def shot_at(self, target):
        """The direction that a shot which may hit this player comes along, or None."""
        if self.flights[1 - target] is None:
            return None
        place, direction, _ = self.flights[1 - target]
        left, me = left_of(direction), self.players[target].place
        starts = [beside(place, left, side) for side in (-1, 0, 1)]
        lanes = {beside(start, direction, k) for start in starts for k in range(1, 9)}
        return direction if me in lanes else None

    def away(self, one):
        me, other = self.players[one].place, self.players[1 - one].place
        return other[0] - me[0], other[1] - me[1]

    def _favourite(self, likings, place, direction):
        left = left_of(direction)
        sides = {0: True, 1: beside(place, left) in self.free, 2: beside(place, left, -1) in self.free}
        return max((k for k in sides if sides[k]), key=lambda k: (likings[k], -k))

    def decide(self, who):
        """Action and aim of the scripted player."""
        me, other, style = self.players[who], self.players[1 - who], self.others
        if uniform(self.chance, np.uint64(100 + self.time)) * 1000 >= style[8]:
            return STAY, 0
        rows, columns = self.away(who)
        distance = abs(rows) + abs(columns)
        along = self.shot_at(who)
        if along:
            looks = (-along[0], -along[1])
            side = self._favourite(style[3:6], me.place, looks)
            left = left_of(looks)
            return (STAY, MOVES.index(left), MOVES.index((-left[0], -left[1])))[side], 0
        if self.aims(who) and distance <= 2 + 6 * style[6] // 1000:
            return SHOOT, self._favourite(style[:3], other.place, MOVES[me.facing])
        if me.traps and distance <= 1 + 4 * style[7] // 1000:
            return TRAP, 0
        return self.walk(who), 0

    def walk(self, who):
        """The move to a pick-up, for who has no shot, else towards the other; not onto its trap. Without shot
        or a pick-up the first player waits."""
        me, other = self.players[who], self.players[1 - who]
        if not me.shots and self.pick_ups:
            ways = self._to_pick_up()
            moves = [m for m in range(4) if ways.get(beside(me.place, MOVES[m]), 999) < ways[me.place]]
        elif not me.shots and not who:
            return STAY
        else:
            moves = self._towards(*self.away(who))
        ahead = {move: beside(me.place, MOVES[move]) for move in moves}
        return next((m for m in moves if ahead[m] in self.free and ahead[m] != other.trap), STAY)

    def _to_pick_up(self):
        return steps_from(self.pick_ups, lambda _, near: near in self.free)

    def _towards(self, rows, columns):
        """Moves towards the other, the best first."""
        down, right = 1 if rows > 0 else 0, 3 if columns > 0 else 2
        if abs(rows) >= abs(columns):
            longer, shorter = down, right if columns else 3
        else:
            longer, shorter = right, down if rows else 1
        return [longer, shorter, shorter ^ 1]

    def step(self, actions):
        """Play a step of [action, aim] for every seat; returns the rewards."""
        if self.over:
            return [0.0] * len(actions)
        if self.end is None:
            self.did = [tuple(action) for action in actions] + ([self.decide(1)] if self.scripted else [])
            self._play()
            self.time += 1
            if self.time == self.limit:
                self.end, self.over = self.end or "draw", True
        else:
            self.time, self.over = self.time + 1, True
        pay = {None: (0.0, 0.0), "draw": (0.5, 0.5), 0: (1.0, 0.0), 1: (0.0, 1.0)}[self._winner()]
        return list(pay[: len(actions)]) if self.over else [0.0] * len(actions)

    def _winner(self):
        return {"first": 0, "second": 1}.get(self.end, self.end)

    def _play(self):
        wanted = []
        for player, (action, _) in zip(self.players, self.did, strict=True):
            goal = player.place
            if action < STAY:
                player.facing = action
                ahead = beside(player.place, MOVES[action])
                goal = ahead if ahead in self.free else goal
            wanted.append(goal)
        now = [player.place for player in self.players]
        if wanted[0] != wanted[1] and wanted != now[::-1]:
            for player, goal in zip(self.players, wanted, strict=True):
                player.place = goal
        out = [self.players[k].place == self.players[1 - k].trap for k in (0, 1)]
        for k, shot in enumerate(self.flights):
            self.landed[k] = 0 if shot is None else 1 + shot[2]
            out[1 - k] |= shot is not None and self.hit(shot, self.players[1 - k])
        self.flights = [None, None]
        for k, (action, aim) in enumerate(self.did):
            player = self.players[k]
            if action == SHOOT and player.shots:
                player.shots -= 1
                self.flights[k] = (player.place, MOVES[player.facing], aim)
            elif action == TRAP and player.traps:
                player.traps, player.trap = 0, player.place
            if player.place in self.pick_ups and player.shots < 3:
                player.shots += 1
                self.pick_ups.discard(player.place)
        if any(out):
            self.end = "draw" if all(out) else "first" if out[1] else "second"
