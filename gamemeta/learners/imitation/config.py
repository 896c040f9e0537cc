"""Settings of cloning."""

from dataclasses import dataclass

from gamemeta.config import check_ranges


@dataclass(frozen=True, kw_only=True)
class CloningConfig:
    """Settings of cloning the demonstrations of `--demos`, before anything else is learned."""

    learning_rate: float = 2e-3
    """Step size of Adam."""
    trials: int = 16
    """Trials of a minibatch, whole ones, with memory carried through."""
    passes: int = 100
    """Most passes over the demonstrations."""
    patience: int = 8
    """Passes without a lower held-out loss after which cloning ends."""
    held_out: float = 0.1
    """Share of the trials that is held out; of fewer than five levels, the last fifth of the episodes."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            learning_rate=(0.0, 1.0),
            trials=(1, 4096),
            passes=(1, 100_000),
            patience=(1, 100_000),
            held_out=(0.0, 0.9),
        )
