"""What is rewritten: the entry points of each game, by the file of JavaScript that gets them."""

from typing import Any

from gamemeta.games.builtin.dungeon import kernels as dungeon_game
from gamemeta.games.builtin.maze import kernels as maze_game
from gamemeta.games.builtin.tag import kernels as tag_game
from gamemeta_levels import hash_kernels, kernel
from gamemeta_levels.families.arena import kernels as arena_levels
from gamemeta_levels.families.dungeon.maps import level_kernels as dungeon_levels
from gamemeta_levels.families.dungeon.maps import map_kernels as dungeon_maps
from gamemeta_levels.families.dungeon.planner import plan_kernels as dungeon_plans
from gamemeta_levels.families.dungeon.rules import world as dungeon_world
from gamemeta_levels.families.maze import kernels as maze_levels

ENTRIES: dict[str, dict[str, Any]] = {
    "maze": {
        "fill": maze_levels.fill,
        "measure": maze_levels.measure,
        "reset": maze_game.reset,
        "step": maze_game.step,
    },
    "dungeon": {
        "fill": dungeon_levels.fill,
        "measure": dungeon_levels.measure,
        "drawRules": dungeon_levels.draw_rules,
        "isSafe": dungeon_levels.is_safe,
        "mayHold": dungeon_maps.may_hold,
        "isFree": dungeon_maps.is_free,
        "planOne": dungeon_plans.plan_one,
        "singleWorld": dungeon_world.single_world,
        "Layout": dungeon_world.Layout,
        "reset": dungeon_game.reset,
        "step": dungeon_game.step,
        "observe": dungeon_game.observe,
    },
    "tag": {
        "fill": arena_levels.fill,
        "measure": arena_levels.measure,
        "drawOthers": arena_levels.draw_others,
        "reset": tag_game.reset,
        "step": tag_game.step,
        "observe": tag_game.observe,
    },
}
"""Functions and tuples of arrays by game, and the names that they have in its file."""

BY_HAND = {
    kernel.below: "below",
    kernel.combine: "combine",
    kernel.uniform: "uniform",
    hash_kernels.hash_of_tiles: "hashOfTiles",
    hash_kernels.with_numbers: "withNumbers",
    hash_kernels.finished: "finished",
    hash_kernels.split_code_of: "splitCodeOf",
}
"""Functions of 64-bit arithmetic, which JavaScript has no numbers for: assets/playground/rules/random.js."""
