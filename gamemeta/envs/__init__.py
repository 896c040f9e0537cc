"""Our games for other libraries: importing this registers them with Gymnasium and PettingZoo::

    import gymnasium
    import gamemeta.envs

    env = gymnasium.make("gamemeta/Maze-v0")
    envs = gymnasium.make_vec("gamemeta/Maze-v0", num_envs=64)  # our compiled simulator, one call a step
    trial = gamemeta.envs.TrialEnv(env, episodes=4)

See `GameEnv` for the arguments of all of them, `GameVectorEnv` for those of `make_vec` besides. Games of
several seats are PettingZoo's: `parallel_env("tag")`, see `GameParallelEnv`.
"""

from gamemeta_levels.packages import for_training

with for_training():
    from gamemeta.envs.parallel import GameParallelEnv, aec_env, arenas, parallel_env, register_arena
    from gamemeta.envs.registration import NAMES, register_game
    from gamemeta.envs.single import GameEnv
    from gamemeta.envs.trial import TrialEnv
    from gamemeta.envs.vector import GameVectorEnv

__all__ = [
    "NAMES",
    "GameEnv",
    "GameParallelEnv",
    "GameVectorEnv",
    "TrialEnv",
    "aec_env",
    "arenas",
    "parallel_env",
    "register_arena",
    "register_game",
]

for _game in NAMES:
    register_game(_game)
for _game in arenas():
    register_arena(_game)
