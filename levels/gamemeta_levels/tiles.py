"""Tile codes and the glyphs that draw them; one table for every family."""

WALL, FLOOR, SPAWN, GOAL, HAZARD, KEY, DOOR = range(7)

GLYPHS = "#.SG^kD"
NAMES = ("wall", "floor", "spawn", "goal", "hazard", "key", "door")
CODE_OF_GLYPH = {glyph: code for code, glyph in enumerate(GLYPHS)}
COMMENT = ";"

MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))
MOVE_NAMES = ("up", "down", "left", "right")
