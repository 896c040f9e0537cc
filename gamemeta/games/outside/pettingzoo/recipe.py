"""Settings of a training that suit environments of PettingZoo, which are slow."""

from typing import Any

RECIPE: dict[str, dict[str, Any]] = {
    "trial": {"episodes": 1, "long_share": 0.0},
    "network": {"width": 64, "layers": 1},
    "ppo": {
        "discount": 0.99,
        "epochs": 4,
        "minibatches": 4,
        "entropy": 0.005,
        "label_weight": 0.0,
        "scale_returns": True,
    },
    "run": {
        "steps": 500_000,
        "lanes": 16,
        "rollout_steps": 128,
        "shards": 1,
        "validation_levels": 16,
        "validations": 5,
    },
}
