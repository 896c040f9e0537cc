"""Contracts about episodes: how they end, what a reset leaves alone, and where a game writes."""

import numpy as np

from gamemeta.games.check.case import Case, either, raise_where
from gamemeta.games.check.recording import (
    STALE,
    Player,
    contract_error,
    named_arrays,
    record,
    stacked,
)
from gamemeta.games.game import StepBuffers

LAST_STEP = ("reward", "terminated", "truncated", "success")
"""Buffers that `reset` leaves as they are: what the last step gave."""


def check_results(case: Case) -> None:
    """Termination and truncation exclude each other; a finished game stands still.

    A seat that comes back while others of its game go on has not finished.
    """
    recording = case.recording
    terminated, truncated = recording["terminated"], recording["truncated"]
    done = terminated | truncated
    finished, over = np.zeros_like(done), done.all(axis=2, keepdims=True)
    finished[1:] = done[:-1] & (over[:-1] | ~recording["alive"][1:])
    raise_where(
        case,
        terminated & truncated,
        "terminated and truncated at once",
        "An episode that the rules end in its last step is terminated only.",
    )
    raise_where(
        case,
        finished & (recording["reward"] != 0),
        "a finished game pays a reward",
        "Write reward 0 until the next reset.",
    )
    raise_where(
        case,
        (recording["success"] & ~done) | (recording["alive"] & done),
        "success before the end, or alive after it",
        "Set `success` only with terminated or truncated, and clear `alive` with them.",
    )
    for name, array in recording.items():
        if name in ("reward", "alive"):
            continue
        moved = np.zeros_like(done)
        moved[1:] = (array[1:] != array[:-1]).reshape(*done[1:].shape, -1).any(-1)
        raise_where(
            case,
            finished & moved,
            f"{name} of a finished game changes",
            "A finished game stands still and keeps its flags until `reset`.",
        )


def check_step_limit(case: Case) -> None:
    """An episode is truncated in exactly the step that its level's limit names."""
    limit = case.game.step_limit(case.levels)
    if limit.shape != (case.n,) or limit.min() < 1:
        raise contract_error(
            case.game,
            f"step_limit gave {limit.tolist()}",
            "Give one number of steps, at least 1, for each level.",
        )
    terminated, truncated = case.recording["terminated"], case.recording["truncated"]
    step = np.arange(len(truncated))[:, None, None]
    due = (step >= limit[:, None]) & ~terminated
    if case.game.about.early_truncation:
        due = due | truncated
    raise_where(
        case,
        truncated != due,
        "truncated does not agree with `step_limit`",
        "Truncate in the step whose number, from 1, is the limit, unless the episode terminated.",
    )


def check_all_is_written(case: Case) -> None:
    """Nothing that stood in a buffer before shows through."""
    case.compare(
        record(Player(case.make, case.n, stale=STALE), case.levels, case.actions),
        "what stood in a buffer before shows through",
        "Write every element in every step, zeros and False too; `reset` writes obs, labels and alive.",
    )


def check_partial_reset(case: Case) -> None:
    """Half of the games start again in mid-episode; the other half must not notice."""
    start = case.middle
    again = np.arange(case.n) % 2 == 0
    rows = np.where(again, np.arange(case.n), np.roll(np.arange(case.n), 1))
    player = Player(case.make, case.n)
    record(player, case.levels, case.actions[:start])
    before, after = player.seen(), player.reset(case.levels.take(rows), again)
    first = {name: array[0] for name, array in case.recording.items()}
    never = np.zeros(case.n, np.bool_)
    frames = [{k: either(never if k in LAST_STEP else again, first[k], before[k]) for k in first}]
    played = [after]
    for t in range(start, len(case.actions)):
        now, then = {k: v[t + 1] for k, v in case.recording.items()}, t - start
        past = {k: v[then + 1] for k, v in case.recording.items()}
        frames.append({k: either(again, past[k], now[k]) for k in now})
        played.append(player.step(either(again, case.actions[then], case.actions[t])))
    case.compare(
        stacked(played),
        "after a reset of every second game in mid-episode",
        "Start the games in the mask anew, write their obs, labels and alive, and leave all else.",
        wanted=stacked(frames),
    )


def check_shared_arrays(case: Case) -> None:
    """A game shows the same in the arrays of `obs_arrays` as in the caller's."""
    game = case.make(case.n)
    if not game.obs_arrays():
        return
    out = StepBuffers.sharing(game)
    game.reset(case.levels, np.ones(case.n, np.bool_), out)
    seen = [{name: array.copy() for name, array in named_arrays(out).items()}]
    for actions in case.actions:
        game.step(actions, out)
        seen.append({name: array.copy() for name, array in named_arrays(out).items()})
    case.compare(
        stacked(seen),
        "in the arrays of `obs_arrays`",
        "Leave in them what `step` would write into the caller's arrays, after the end of an episode too.",
        wanted={name: case.recording[name] for name in seen[0]},
    )
