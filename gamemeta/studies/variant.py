"""What is compared: a learner, and the memory cells of its network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gamemeta.agent.file import RL2
from gamemeta.errors import ConfigError
from gamemeta.learners.registry import learner_kind
from gamemeta.training.config import TrainConfig, load_config

MOST = 7
"""More curves cannot be told apart in one chart."""
SEPARATOR = ","


@dataclass(frozen=True)
class Variant:
    """A way to adapt.

    Args:
        learner: name of the meta-learner.
        cell: `network.cell`; empty for that of the game's own settings.
    """

    learner: str
    cell: str = ""

    @property
    def name(self) -> str:
        """For people: `rl2 mingru`."""
        return f"{self.learner} {self.cell}".strip()

    @property
    def folder(self) -> str:
        """As part of a file's name."""
        return self.name.replace(" ", "-")

    def config(self, game: str, overrides: Iterable[str], seed: int, steps: int | None = None) -> TrainConfig:
        """The settings of a training.

        Args:
            game: name of the game.
            overrides: settings of all variants, `section.name=value`.
            seed: of the training.
            steps: of the training; those of the game's settings settings if None.
        Raises:
            ConfigError, UnknownName: a setting that this variant cannot have.
        """
        settings = [f"run.learner={self.learner}"] * (self.learner != RL2)
        settings += [f"network.cell={self.cell}"] * bool(self.cell)
        settings += [f"run.steps={steps}"] * (steps is not None)
        return load_config(game, overrides=[*overrides, *settings, f"run.seed={seed}"])


def variants(learners: str, cells: str) -> list[Variant]:
    """All learners with all cells, of two lists of names with commas; a learner without memory stands once.

    Raises:
        ConfigError: a name that stands twice or is empty, or too many variants.
        UnknownName: no such learner.
    """
    chosen = names(cells, "--cells") if cells else [""]
    entries = [
        Variant(learner, cell)
        for learner in names(learners, "--learners")
        for cell in (chosen if learner_kind(learner).has_cells else [""])
    ]
    if len(entries) > MOST:
        raise ConfigError(f"{len(entries)} variants: a study compares at most {MOST}. Make two of it.")
    return entries


def names(text: str, option: str) -> Sequence[str]:
    """The names in a list with commas.

    Raises:
        ConfigError: one is empty or stands twice.
    """
    entries = [word.strip() for word in text.split(SEPARATOR)]
    if "" in entries or len(set(entries)) < len(entries):
        raise ConfigError(f"{option} {text}: give different names with commas between them.")
    return entries
