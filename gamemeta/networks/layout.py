"""The columns of head outputs that belong to each head."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise


@dataclass(frozen=True)
class Layout:
    """The heads side by side: logits of actions, means of numbers, value, labels, and rewards.

    Args:
        heads: actions of each discrete head.
        continuous: numbers of an action.
        labels: classes of each label.
        rewards: whether a reward is predicted for each action of all heads.
    """

    heads: tuple[int, ...]
    continuous: int
    labels: Mapping[str, int]
    rewards: bool

    @property
    def actions(self) -> int:
        """Columns of all discrete heads together."""
        return sum(self.heads)

    @cached_property
    def of_heads(self) -> tuple[slice, ...]:
        """The logits of each discrete head."""
        return _side_by_side(0, self.heads)

    @property
    def of_continuous(self) -> slice:
        """Means of the action's numbers."""
        return slice(self.actions, self.actions + self.continuous)

    @property
    def value(self) -> int:
        """The one column of the value."""
        return self.actions + self.continuous

    @cached_property
    def of_labels(self) -> dict[str, slice]:
        """The logits of each label by name."""
        return dict(zip(self.labels, _side_by_side(self.value + 1, self.labels.values()), strict=True))

    @property
    def of_rewards(self) -> slice:
        """The reward expected for each action; empty where none is predicted."""
        first = self.value + 1 + sum(self.labels.values())
        return slice(first, first + (self.actions if self.rewards else 0))


def _side_by_side(first: int, widths: Iterable[int]) -> tuple[slice, ...]:
    """Slices of these widths, one after the other."""
    bounds = list(accumulate(widths, initial=first))
    return tuple(slice(*bound) for bound in pairwise(bounds))
