"""The settings of every training: the recipe of the game, the same for all cells of a problem, and its sizes.

Sizes follow from the cell: rollouts hold whole trials, about `ROWS` steps in all.
"""

from collections.abc import Iterable

from gamemeta.games.builtin.recipes import lanes_for
from gamemeta.reproduction.cells import Cell, problem
from gamemeta.reproduction.shared.overrides import Values, parsed
from gamemeta.training.config import TrainConfig, load_config

TABLE, LEARNED, GRU = "table", "learned", "gru"
VARIANTS = {
    TABLE: "structured memory, given keys",
    LEARNED: "structured memory, learned keys",
    GRU: "plain GRU, same time",
}

COMMON: Values = {"run": {"shards": 1, "threads": 1, "validations": 0}}
ROWS = {
    "bandits": 20_000,
    "mdp": 40_000,
    "grid": 20_000,
    "darkroom": 20_000,
    "keydoor": 20_000,
    "alchemy": 25_000,
}
"""Steps of a rollout over all lanes, about."""
STEPS: dict[str, dict[int, int]] = {
    "bandits": {10: 3_000_000, 100: 4_000_000, 500: 10_000_000},
    "mdp": {10: 4_000_000, 25: 5_000_000, 50: 8_000_000, 75: 10_000_000, 100: 12_000_000},
    "grid": {4: 4_000_000},
    "darkroom": {8: 6_000_000},
    "keydoor": {4: 4_000_000},
    "alchemy": {10: 6_000_000},
}
"""Environment steps of a training, by n."""

CHANGES: dict[str, Values] = {
    TABLE: {},
    LEARNED: {"network": {"cell": "mingru+table", "keys": "learned"}},
    GRU: {"network": {"cell": "gru", "width": 128, "layers": 1}},
}
"""What each variant changes in the recipe; the GRU has more weights than the structured memory."""


def training_config(
    cell: Cell, variant: str, seed: int, *, steps: int | None = None, overrides: Iterable[str] = ()
) -> TrainConfig:
    """All settings of a training.

    Args:
        cell, variant, seed: which.
        steps: of the training; as in the recipe if None.
        overrides: texts such as `ppo.clip=0.1`, in front of the recipe but behind the variant.
    Raises:
        ConfigError: an override that is unknown, out of range, or decided by the command.
    """
    overridden = parsed(overrides)
    run = {"run": {"seed": seed} | ({} if steps is None else {"steps": steps})}
    layers = (COMMON, _sizes(cell), overridden, CHANGES[variant], run)
    return load_config(problem(cell.problem).game, values=_merged(layers))


def _sizes(cell: Cell) -> Values:
    """Settings that follow from the size of a trial."""
    lanes = lanes_for(cell.trial_steps, ROWS[cell.problem])
    run = {"rollout_steps": cell.trial_steps, "lanes": lanes, "steps": STEPS[cell.problem][cell.n]}
    game = {} if cell.k is None else {"arms": cell.k}
    return {"run": run, "trial": {"episodes": cell.n}, "game": game}


def _merged(layers: Iterable[Values]) -> Values:
    """By section, later layers in front."""
    merged: Values = {}
    for layer in layers:
        for section, values in layer.items():
            merged.setdefault(section, {}).update(values)
    return merged
