"""Whether an episode ended as the player hopes, by what a game says of it: one rule for all libraries."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gamemeta.games.blame import flag

KEYS = ("is_success", "success")
"""Where games say it in `info`; the first that says something counts."""


def success_in(info: Mapping[str, Any]) -> bool | None:
    """What `info` of a step says; None where it says nothing, or None.

    Raises:
        GameCheckError: it says something that is neither true nor false, nor a number.
    """
    value = next((info[key] for key in KEYS if info.get(key) is not None), None)
    if value is None or isinstance(value, (bool, int, float, np.bool_, np.number)):
        return None if value is None else bool(value)
    return flag(value, "`success` in the info")
