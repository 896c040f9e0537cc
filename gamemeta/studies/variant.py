"""What is compared: a learner, and the memory cells of its network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gamemeta.agent.file import RL2
from gamemeta.errors import ConfigError
from gamemeta.learners.registry import LEARNERS, learner_kind
from gamemeta.training.config import TrainConfig, load_config

MOST = 7
"""More curves cannot be told apart in one chart."""
SEPARATOR, OF_CELL = ",", ":"


@dataclass(frozen=True)
class Variant:
    """A way to adapt.

    Args:
        learner: name of the meta-learner.
        cell: `network.cell`; empty for that of the game's own settings.
    """

    learner: str
    cell: str = ""

    @classmethod
    def named(cls, name: str) -> "Variant":
        """The variant that is called so."""
        learner, _, cell = name.partition(" ")
        return cls(learner, cell)

    @property
    def name(self) -> str:
        """For people: `rl2 mingru`."""
        return f"{self.learner} {self.cell}".strip()

    @property
    def word(self) -> str:
        """As it is typed: `rl2:mingru`."""
        return self.name.replace(" ", OF_CELL)

    @property
    def folder(self) -> str:
        """As part of a file's name."""
        return self.name.replace(" ", "-")

    def config(self, game: str, overrides: Iterable[str], seed: int, steps: int | None = None) -> TrainConfig:
        """The settings of a training.

        Args:
            game: name of the game.
            overrides: settings of all variants, `section.name=value`; those of another learner are left out.
            seed: of the training.
            steps: of the training; those of the game's settings if None.
        Raises:
            ConfigError, UnknownName: a setting that this variant cannot have.
        """
        overrides = [one for one in overrides if _learner_of(one) in ("", self.learner)]
        settings = [f"run.learner={self.learner}"] * (self.learner != RL2)
        settings += [f"network.cell={self.cell}"] * bool(self.cell)
        settings += [f"run.steps={steps}"] * (steps is not None)
        return load_config(game, overrides=[*overrides, *settings, f"run.seed={seed}"])


def check_overrides(variants: Iterable[Variant], overrides: Iterable[str]) -> None:
    """Raises ConfigError for a setting of a learner that is not compared."""
    compared = {one.learner for one in variants}
    for one in overrides:
        learner = _learner_of(one)
        if learner and learner not in compared:
            raise ConfigError(
                f"--set {one}: this is a setting of the learner {learner}, which is not compared. Leave it "
                "out, or add the learner to --learners."
            )


def _learner_of(override: str) -> str:
    """The learner whose section a setting stands in; empty for one of all."""
    section = override.strip().partition(".")[0]
    return next((name for name in LEARNERS if learner_kind(name).section == section), "")


def variants(learners: str, cells: str) -> list[Variant]:
    """All learners with all cells, of two lists of names with commas; a learner without memory stands once.

    A learner with a cell of its own (`rl2:gru`) stands once, too.

    Raises:
        ConfigError: a name that stands twice or is empty, a cell for a learner without memory, or too many
            variants.
        UnknownName: no such learner.
    """
    chosen = names(cells, "--cells") if cells else [""]
    entries = [one for word in names(learners, "--learners") for one in _variants_of(word, chosen)]
    if len(set(entries)) < len(entries):
        raise ConfigError(f"--learners {learners}: a learner stands twice with the same cell. Give it once.")
    if len(entries) > MOST:
        raise ConfigError(f"{len(entries)} variants: a study compares at most {MOST}. Make two of it.")
    return entries


def _variants_of(word: str, cells: Sequence[str]) -> list[Variant]:
    learner, colon, cell = word.partition(OF_CELL)
    has_cells = learner_kind(learner).has_cells
    if colon and not (cell and has_cells):
        what = "no cell is named" if has_cells else "this learner has no memory cells"
        raise ConfigError(f"--learners {word}: {what}. Give {learner}.")
    return [Variant(learner, one) for one in ([cell] if colon else cells if has_cells else [""])]


def names(text: str, option: str) -> Sequence[str]:
    """The names in a list with commas.

    Raises:
        ConfigError: one is empty or stands twice.
    """
    entries = [word.strip() for word in text.split(SEPARATOR)]
    if "" in entries or len(set(entries)) < len(entries):
        raise ConfigError(f"{option} {text}: give different names with commas between them.")
    return entries
