"""Settings that suit the games `popgym/...`, by task and difficulty.

Rollouts hold whole episodes of the longest kind, a trial is one episode. Where answers change nothing but the
reward of their own step, later rewards are left out (`ppo.discount=0`): they would be noise. Tasks about what
each place or arm turned out to be have a table that is addressed by the action; those that ask for a card
some steps back have attention.
"""

from typing import Any

from gamemeta.games.about import Recipe
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.tasks import Size

ROWS = 20_000
"""Steps of a rollout over all lanes, about."""
ANSWERS = (tasks.REPEAT_PREVIOUS, tasks.AUTOENCODE, tasks.COUNT_RECALL, tasks.HIGHER_LOWER)
"""Tasks whose actions change nothing but the reward of their own step."""
MINGRU = {"cell": "mingru", "width": 128}
TABLE = {"cell": "mingru+table", "keys": "action", "width": 64}
NETWORKS: dict[int, dict[str, Any]] = {
    tasks.REPEAT_PREVIOUS: {"cell": "attention", "width": 64},
    tasks.AUTOENCODE: MINGRU,
    tasks.COUNT_RECALL: {"cell": "gru", "width": 128},
    tasks.CONCENTRATION: MINGRU,
    tasks.HIGHER_LOWER: {"cell": "mingru", "width": 64},
    tasks.BATTLESHIP: TABLE,
    tasks.MINESWEEPER: MINGRU,
    tasks.MULTIARMED_BANDIT: TABLE,
}
STEPS = {
    tasks.REPEAT_PREVIOUS: (1_000_000, 1_000_000, 2_500_000),
    tasks.AUTOENCODE: (4_000_000, 2_000_000, 1_000_000),
    tasks.COUNT_RECALL: (4_000_000, 2_000_000, 1_000_000),
    tasks.CONCENTRATION: (1_000_000, 1_000_000, 1_000_000),
    tasks.HIGHER_LOWER: (3_000_000, 1_000_000, 1_000_000),
    tasks.BATTLESHIP: (1_000_000, 1_000_000, 1_000_000),
    tasks.MINESWEEPER: (1_000_000, 1_000_000, 1_000_000),
    tasks.MULTIARMED_BANDIT: (1_000_000, 1_000_000, 1_000_000),
}
"""Environment steps of a training, by difficulty."""
WINDOWS = (16, 128, 128)
"""Steps that attention looks back on, by difficulty: more than the card that is asked for lies back."""


def recipe_of(size: Size) -> Recipe:
    """The recipe of a task at a difficulty."""
    network = {"layers": 1, **NETWORKS[size.task]}
    if network["cell"] == "attention":
        network["window"] = WINDOWS[size.difficulty]
    base = whole_trials(
        episodes=1,
        trial_steps=size.limit,
        rows=ROWS,
        cell=network["cell"],
        keys=network.get("keys", "learned"),
        lam=0.95,
        entropy=0.02,
        learning_rate=4e-3 if network["cell"] == "mingru" and size.task in ANSWERS else 2e-3,
    )
    ppo = {"discount": 0.0} if size.task in ANSWERS else {}
    parts = {"network": network, "ppo": ppo, "run": {"steps": STEPS[size.task][size.difficulty]}}
    return {section: {**values, **parts.get(section, {})} for section, values in base.items()}
