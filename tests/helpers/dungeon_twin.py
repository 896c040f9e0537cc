"""The rules of the dungeon in plain Python, written from their description and not from the kernels."""

from gamemeta_levels.tiles import GLYPHS, MOVES

KEYS, DOORS, POTIONS, SCROLLS, MONSTERS = "klm", "DEF", "abcd", "uvw", "xyz"
EFFECTS = ("heal", "hurt", "haste", "fortune")
READINGS = ("onward", "homeward", "reveal")


class Twin:
    """One world. `step(action)` returns the reward; `ended` is None, "escaped", "died" or "late"."""

    def __init__(self, level, limit):
        drawing = str(level).split("\n")
        self.tiles = {(r, c): glyph for r, row in enumerate(drawing) for c, glyph in enumerate(row)}
        self.hidden, self.limit = level.hidden, limit
        self.monsters = []
        for (row, column), glyph in sorted(self.tiles.items()):
            if glyph == "S":
                self.spawn = (row, column)
            if glyph == "G":
                exit_at = (row, column)
            if glyph in MONSTERS:
                heading = (0, 1) if (row + column) % 2 == 0 else (1, 0)
                self.monsters.append([(row, column), heading, MONSTERS.index(glyph)])
                self.tiles[row, column] = "."
        for move in MOVES:
            if self.at(self.plus(exit_at, move)) in DOORS:
                self.front = self.plus(self.plus(exit_at, move), move)
        self.hero, self.health, self.hand = self.spawn, 3, None
        self.haste = self.clock = self.steps = 0
        self.compass, self.ended = False, None

    @staticmethod
    def plus(tile, move):
        return tile[0] + move[0], tile[1] + move[1]

    def at(self, tile):
        return self.tiles.get(tile, "#")

    def step(self, action):
        if self.ended:
            return 0.0
        self.steps += 1
        if self.haste:
            self.haste -= 1
        else:
            self.clock += 1
        before = self.hero
        reward = self.walk(self.plus(before, MOVES[self.hidden["moves"][action]]))
        if not self.ended and self.health > 0:
            reward += sum([self.patrol(monster, before) for monster in self.monsters])
        if self.health <= 0:
            self.ended = "died"
            reward -= 0.2
        if not self.ended and self.steps >= 2 * self.limit:
            self.ended = "late"
        return reward

    def walk(self, to):
        if self.at(to) in DOORS and self.fits(DOORS.index(self.at(to))):
            self.tiles[to] = "."
        glyph = self.at(to)
        if glyph in "#" + DOORS:
            return 0.0
        self.hero = to
        if glyph == "G":
            self.ended = "escaped"
            return 1.0 - 0.9 * min(1.0, self.clock / self.limit)
        if glyph == "^":
            self.health -= 1
            return -0.1
        if glyph in ".S":
            return 0.0
        self.tiles[to] = (self.hand or ".") if glyph in KEYS else "."
        if glyph in POTIONS:
            return self.drink(EFFECTS[self.hidden["potions"][POTIONS.index(glyph)]])
        if glyph in SCROLLS:
            reading = READINGS[self.hidden["scrolls"][SCROLLS.index(glyph)]]
            self.hero = {"onward": self.front, "homeward": self.spawn, "reveal": to}[reading]
            self.compass |= reading == "reveal"
        if glyph in KEYS:
            self.hand = glyph
        return {"$": 0.05, "*": 0.25}.get(glyph, 0.0)

    def fits(self, door):
        return self.hand is not None and self.hidden["keys"][KEYS.index(self.hand)] == door

    def drink(self, effect):
        if effect == "heal" and self.health == 3:
            return 0.0
        self.health += {"heal": 1, "hurt": -1}.get(effect, 0)
        self.haste += 10 * (effect == "haste")
        return {"heal": 0.1, "hurt": -0.15, "haste": 0.0, "fortune": 0.25}[effect]

    def patrol(self, monster, hero_before):
        old, heading, kind = monster
        for way in (heading, (-heading[0], -heading[1])):
            monster[1] = way
            if self.at(self.plus(old, way)) not in "#G^" + DOORS:
                monster[0] = self.plus(old, way)
                break
        touched = monster[0] == self.hero or (old == self.hero and monster[0] == hero_before)
        if not touched or self.hidden["harmless"][kind] or self.health == 0:
            return 0.0
        self.health -= 1
        return -0.1

    def state(self):
        """All that can be compared: hero, health, key, haste, compass, clock, steps, end, monsters, tiles."""
        ended = (None, "escaped", "died", "late").index(self.ended)
        hand = 0 if self.hand is None else 1 + KEYS.index(self.hand)
        numbers = (
            self.health,
            hand,
            self.haste,
            int(self.compass),
            self.clock,
            self.steps,
            self.limit,
            ended,
        )
        monsters = [(*place, *heading, kind) for place, heading, kind in self.monsters]
        return self.hero, numbers, monsters, {tile: GLYPHS.index(g) for tile, g in self.tiles.items()}
