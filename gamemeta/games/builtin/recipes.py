"""Settings that suit games of short, equally long trials without a map: bandits, MDPs, the grid.

Rollouts hold whole trials, nothing is discounted, values are scaled for each step of the trial,
and the memory is a table of what each action led to. `gamemeta train` starts from a game's `recipe`.
"""

from gamemeta.games.about import Recipe

LANES_IN = 8
"""Lanes are a multiple of the minibatches."""


def lanes_for(trial_steps: int, rows: int) -> int:
    """Number of whole trials in a rollout of about so many rows, at least 64."""
    return max(64, round(rows / trial_steps / LANES_IN) * LANES_IN)


def whole_trials(
    *,
    episodes: int,
    trial_steps: int,
    rows: int,
    cell: str,
    keys: str,
    lam: float,
    entropy: float,
    learning_rate: float = 2e-3,
) -> Recipe:
    """A recipe.

    Args:
        episodes: K.
        trial_steps: steps of a trial.
        rows: steps of a rollout over all lanes, about.
        cell: `network.cell`.
        keys: `network.keys`.
        lam: `ppo.lam`.
        entropy: `ppo.entropy`.
        learning_rate: `ppo.learning_rate`.
    """
    return {
        "trial": {"episodes": episodes, "long_share": 0.0},
        "network": {"cell": cell, "keys": keys, "width": 64, "layers": 1},
        "ppo": {
            "learning_rate": learning_rate,
            "epochs": 3,
            "minibatches": LANES_IN,
            "discount": 1.0,
            "lam": lam,
            "entropy": entropy,
            "label_weight": 0.0,
            "reward_weight": 1.0,
            "scale_returns": True,
        },
        "run": {
            "steps": 4_000_000,
            "lanes": lanes_for(trial_steps, rows),
            "rollout_steps": trial_steps,
            "shards": 1,
        },
    }
