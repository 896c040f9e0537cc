"""How an agent fares on a level, by a few trials that are played side by side within a moment."""

from collections.abc import Callable
from time import monotonic

import numpy as np

from gamemeta.games.game import StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.playground.frames import Plain
from gamemeta.playground.untrained import Player
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta_levels.level import Level

PLAYERS = 8
"""Trials that are played side by side."""
SECONDS = 0.05
"""After this long the rating is made of what has been played; a level of few tiles takes less."""


def rate(
    agent: Player,
    level: Level,
    *,
    players: int = PLAYERS,
    seconds: float = SECONDS,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Plain:
    """Means over the trials, for each try that all of them have ended.

    Args:
        agent: who plays.
        level: one that its game can play.
        players: trials, each with other draws.
        seconds: how long they may take.
        is_wanted: asked before each step; they end where it answers False.
    Returns: `tries`, each with mean `steps`, mean `returns`, and the share that succeeded, None where nothing
        says it; `whole`, whether all trials were played to the end.
    """
    setup = GameSetup.of(agent)
    game = setup.game(players)
    seats = game.seats
    levels = game.family().pack([level] * players)
    number = levels.content_hash.view(np.int64)
    out, until = StepBuffers.empty(game), monotonic() + seconds
    mind = agent.begin(n=players * seats, seed=0)
    reward = np.zeros(players * seats, np.float32)
    done, played = np.zeros(players * seats, np.bool_), np.zeros(players, np.int64)
    steps = np.zeros((agent.episodes, players))
    returns, success = np.zeros_like(steps), np.zeros_like(steps)
    ended = np.ones(players, np.bool_)
    while (played < agent.episodes).any() and monotonic() < until and is_wanted():
        if ended.any():
            levels.chance = np.concatenate(
                [episode_chance(i, Stream.CHANCE, number[i : i + 1], int(played[i])) for i in range(players)]
            )
            game.reset(levels, ended, out)
        obs = {name: array.reshape(players * seats, *array.shape[2:]) for name, array in out.obs.items()}
        action = np.asarray(mind.decide(obs, reward, done), game.spec.action.dtype)
        game.step(action.reshape(players, seats, -1), out)
        reward = out.reward.reshape(-1).copy()
        done = (out.terminated | out.truncated).reshape(-1)
        ended = done.reshape(players, seats).all(axis=1)
        counted = np.minimum(played, agent.episodes - 1), np.arange(players)
        playing = played < agent.episodes
        steps[counted] += playing
        returns[counted] += np.where(playing, out.reward.mean(axis=1), 0.0)
        success[counted] += playing & ended & out.success.any(axis=1)
        played += ended
    knows = game.knows_success()
    whole = min(int(played.min()), agent.episodes)
    tries = [
        {
            "steps": round(float(steps[k].mean()), 1),
            "returns": round(float(returns[k].mean()), 3),
            "success": round(float(success[k].mean()), 3) if knows else None,
        }
        for k in range(whole)
    ]
    return {"tries": tries, "players": players, "whole": whole == agent.episodes}
