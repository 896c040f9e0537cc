"""Masks of legal choices that come beside an observation."""

from typing import Any

import numpy as np

from gamemeta.action_mask import ACTION_MASK
from gamemeta_levels.errors import SpecError


def joined_mask(mask: Any) -> Any:
    """A mask of several arrays, one for each head, as one."""
    if isinstance(mask, (tuple, list)) and mask and any(np.ndim(part) for part in mask):
        return np.concatenate([np.ravel(part) for part in mask])
    return mask


def checked_mask(mask: Any) -> Any:
    """The mask as it is. Raises SpecError where there is none."""
    if mask is None:
        raise SpecError(
            f"the observation lacks {ACTION_MASK!r}, which says what is legal. Give it as mask=, such as "
            f"mask=info[{ACTION_MASK!r}]."
        )
    return mask
