"""Contracts about values: what a game writes lies in its spec, and actions outside of it are refused."""

import numpy as np

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import SpecError
from gamemeta.games.check.case import Case, raise_where
from gamemeta.games.check.recording import (
    Player,
    contract_error,
    label_name,
    obs_name,
)

MOVES_LABEL = "optimal_moves"
"""The label whose classes are the actions of the first head."""
BEYOND = 0.01
"""How far outside the bounds a number is tried, in their span."""


def check_spec(case: Case) -> None:
    """Observations, rewards and labels hold what the spec says, in every frame."""
    game, recording = case.game, case.recording
    frames = len(recording["reward"])
    for t in range(frames):
        obs = {
            b.name: recording[obs_name(b.name)][t].reshape(case.n * game.seats, *b.shape)
            for b in game.spec.obs
        }
        try:
            game.spec.checked_obs(obs, case.n * game.seats)
        except SpecError as error:
            raise contract_error(
                game, f"step {t}: {error}"[:-1], "Correct `spec` or what the game writes."
            ) from error
    raise_where(
        case,
        ~np.isfinite(recording["reward"]),
        "the reward is not finite",
        "Look where the game computes it.",
    )
    for name, classes in game.labels.items():
        raise_where(
            case,
            recording[label_name(name)] >= 1 << classes,
            f"label {name!r} has a bit set beyond its {classes} classes",
            "Set bit k when class k is right.",
        )


def check_legal_labels(case: Case) -> None:
    """No label calls a choice right that the action mask forbids."""
    spec = case.game.spec
    if not spec.masked or MOVES_LABEL not in case.game.labels:
        return
    first = case.recording[obs_name(ACTION_MASK)][..., : spec.action.heads[0]].astype(np.int64)
    bits = (first << np.arange(first.shape[-1])).sum(-1)
    raise_where(
        case,
        (case.recording[label_name(MOVES_LABEL)] & ~bits != 0) & case.recording["alive"],
        f"label {MOVES_LABEL!r} calls an action right that {ACTION_MASK!r} forbids",
        "Clear the bits of actions that are not legal.",
    )


def check_refused_actions(case: Case) -> None:
    """An action that does not exist is refused."""
    spec = case.game.spec.action
    for k, choices in enumerate(spec.heads):
        for wrong in (-1, choices, *((0.5, np.nan) if spec.continuous else ())):
            _check_refused(case, k, wrong, f"action {wrong} of head {k} was played; it has 0..{choices - 1}")
    for k, (low, high) in enumerate(zip(spec.low, spec.high, strict=True)):
        for wrong in (*_beyond(low, high), np.nan, np.inf):
            what = f"{wrong:.7g} as number {k} was played; it lies in {low:g}..{high:g}"
            _check_refused(case, len(spec.heads) + k, wrong, what)


def _beyond(low: float, high: float) -> tuple[float, float]:
    """A number below the low bound and one above the high bound, distinct from them in float32."""
    step = (high - low) * BEYOND
    below, above = np.nextafter(np.array([low, high], np.float32), np.array([-np.inf, np.inf], np.float32))
    return min(low - step, float(below)), max(high + step, float(above))


def _check_refused(case: Case, k: int, wrong: float, what: str) -> None:
    """Raise unless the game refuses an action whose element k is wrong."""
    player = Player(case.make, case.n)
    player.begin(case.levels)
    actions = case.actions[0].copy()
    actions[-1, -1, k] = wrong
    try:
        player.step(actions)
    except SpecError:
        return
    raise contract_error(
        case.game,
        what,
        "Raise SpecError for an action outside its head or bounds; `spec.action.checked` does.",
    )
