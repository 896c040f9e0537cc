"""Trials played to be recorded, one after the other."""

from collections.abc import Callable

import numpy as np

from gamemeta.demonstrations.demonstration import NO_SEED, PlayedLevel
from gamemeta.demonstrations.file import MOST_STEPS, Demonstrations
from gamemeta.demonstrations.players import Plays
from gamemeta.demonstrations.trial_recorder import TrialRecorder
from gamemeta.errors import ConfigError
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta_levels.family import LevelArrays, LevelFamily, generate_arrays

Progress = Callable[[int, int], None]


def record(
    setup: GameSetup,
    game: Game,
    plays: Plays,
    *,
    trials: int,
    episodes: int,
    split: str = "train",
    seed: int = 0,
    progress: Progress | None = None,
) -> Demonstrations:
    """Play trials on generated levels, each of its own.

    Args:
        setup: of the game.
        game: one game of it.
        plays: who plays every seat.
        trials, episodes: how many trials, and episodes of each.
        split: of the levels.
        seed: of the first level; others follow. Chance and the player's draws come from it, too.
        progress: is called with the number of trials played, and of all.
    Raises:
        ConfigError: so many episodes may have more steps than a trial in a file.
    """
    family = setup.family()
    made = empty(setup, game, family)
    for k in range(trials):
        levels = generate_arrays(family, [seed + k], split)
        _check_length(game, levels, episodes)
        recorders = _trial(game, family, levels, plays, episodes, seed + k)
        made.trials += [one for one in map(TrialRecorder.whole_episodes, recorders) if one is not None]
        if progress is not None:
            progress(k + 1, trials)
    return made


def empty(setup: GameSetup, game: Game, family: LevelFamily) -> Demonstrations:
    """Demonstrations of a game, without any trial yet."""
    return Demonstrations(
        game=setup.name,
        game_config=setup.config_values(),
        level_parameters=setup.parameter_values(),
        spec=game.spec,
        held_out=family.about.held_out,
    )


def level_of(family: LevelFamily, levels: LevelArrays) -> PlayedLevel:
    """The only level of these arrays, by name."""
    seed = int(levels.seed[0])
    return PlayedLevel(int(levels.content_hash[0]), max(seed, NO_SEED), family.about.held_out)


def _check_length(game: Game, levels: LevelArrays, episodes: int) -> None:
    if episodes * int(game.step_limit(levels)[0]) > MOST_STEPS:
        raise ConfigError(f"episodes = {episodes}: a trial has at most {MOST_STEPS:,} steps. Give fewer.")


def _trial(
    game: Game, family: LevelFamily, levels: LevelArrays, plays: Plays, episodes: int, number: int
) -> list[TrialRecorder]:
    """One trial; what each seat did."""
    level, spec = level_of(family, levels), game.spec
    recorders = [TrialRecorder(spec, level, plays.player, seat) for seat in range(game.seats)]
    out = StepBuffers.empty(game, labels=plays.labels)
    plays.begin_trial(family, levels, number)
    for episode in range(episodes):
        levels.chance = episode_chance(0, Stream.CHANCE, np.array([number]), episode)
        game.reset(levels, np.ones(1, np.bool_), out)
        plays.begin_episode()
        over = False
        while not over:
            over = _step(game, plays, recorders, out)
    return recorders


def _step(game: Game, plays: Plays, recorders: list[TrialRecorder], out: StepBuffers) -> bool:
    """Play one step; whether the episode is over."""
    action = game.spec.action.idle(1, game.seats)
    acting = [one for one in recorders if game.seats == 1 or out.alive[0, one.seat]]
    for one in acting:
        chosen, meant = plays.act(out, one.seat)
        action[0, one.seat] = chosen
        obs = {name: array[0, one.seat] for name, array in out.obs.items()}
        one.acted(obs, chosen, imitated=meant)
    game.step(action, out)
    for one in acting:
        one.paid(out)
        plays.paid(out, one.seat)
    return bool((out.terminated | out.truncated)[0].all())
