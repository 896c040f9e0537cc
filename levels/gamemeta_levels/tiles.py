"""Tile codes and the glyphs that draw them; one table for every family."""

WALL, FLOOR, SPAWN, GOAL, HAZARD, KEY, DOOR = range(7)
KEY_2, KEY_3, DOOR_2, DOOR_3, GOLD = range(7, 12)
POTION_1, POTION_2, POTION_3, POTION_4 = range(12, 16)
SCROLL_1, SCROLL_2, SCROLL_3 = range(16, 19)
MONSTER_1, MONSTER_2, MONSTER_3 = range(19, 22)
CHEST = 22
EXIT_1, EXIT_2, EXIT_3, EXIT_4 = range(23, 27)
COVER, AMMUNITION, LOAD = range(27, 30)
PLAYER_1, PLAYER_2, PLAYER_3 = range(30, 33)

GLYPHS = "#.SG^kDlmEF$abcduvwxyz*1234%!LPQR"
NAMES = (
    *("wall", "floor", "spawn", "goal", "hazard", "key 1", "door 1"),
    *("key 2", "key 3", "door 2", "door 3", "gold"),
    *("potion 1", "potion 2", "potion 3", "potion 4"),
    *("scroll 1", "scroll 2", "scroll 3"),
    *("monster 1", "monster 2", "monster 3"),
    "chest",
    *("exit 1", "exit 2", "exit 3", "exit 4"),
    *("cover", "ammunition", "load"),
    *("player 1", "player 2", "player 3"),
)
CODE_OF_GLYPH = {glyph: code for code, glyph in enumerate(GLYPHS)}
COMMENT = ";"

MAZE_TILES = (WALL, FLOOR, SPAWN, GOAL)
ARENA_TILES = (WALL, FLOOR, SPAWN, GOAL, *range(EXIT_1, EXIT_4 + 1), COVER, AMMUNITION, LOAD)
DUNGEON_TILES = tuple(range(CHEST + 1))
"""All up to the chest, as the rules of the dungeon count on."""
TILES_OF = {"maze": MAZE_TILES, "arena": ARENA_TILES, "dungeon": DUNGEON_TILES}
"""The tiles that drawings of a family may have, the simplest family first."""

MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))
MOVE_NAMES = ("up", "down", "left", "right")
