"""Our games in Gymnasium's list of environments."""

import re

import gymnasium

from gamemeta.errors import PluginError

NAMES = {"maze": "Maze", "dungeon": "Dungeon", "bandit": "Bandit", "mdp": "MDP", "grid": "Grid", "tag": "Tag"}
"""The part of the id `gamemeta/NAME-v0`, by name of the game."""

_ID = re.compile(r"[\w-]+/[\w.-]+-v\d+")


def register_game(game: str, env_id: str | None = None) -> str:
    """Register a game, alone and as a vector; again is no error.

    Args:
        game: its name, as `gamemeta games` lists it or `gamemeta.games.registry.use_game` gave it.
        env_id: the id to give it; `gamemeta/NAME-v0` if None.
    Returns: the id.
    Raises:
        PluginError: the id is not of the form namespace/Name-v0.
    """
    env_id = env_id or f"gamemeta/{NAMES.get(game, game)}-v0"
    if not _ID.fullmatch(env_id):
        raise PluginError(
            f"{env_id!r} is no id of an environment. Give `env_id` in the form namespace/Name-v0, such as "
            "mine/Climber-v0."
        )
    if env_id not in gymnasium.registry:
        gymnasium.register(
            env_id,
            entry_point="gamemeta.envs.single:GameEnv",
            vector_entry_point="gamemeta.envs.vector:GameVectorEnv",
            kwargs={"game": game},
        )
    return env_id
