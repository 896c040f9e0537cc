"""The problems that can be reproduced, and their sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from gamemeta.calibration import alchemy, bandits, darkroom, grid, keydoor, mdps
from gamemeta.errors import ConfigError, UnknownName
from gamemeta_levels.families.alchemy.chemistry import EPISODE_STEPS as ALCHEMY_STEPS
from gamemeta_levels.families.darkroom.family import EPISODE_STEPS as DARKROOM_STEPS
from gamemeta_levels.families.keydoor.family import EPISODE_STEPS as KEYDOOR_STEPS

Name = Literal["bandits", "mdp", "grid", "darkroom", "keydoor", "alchemy"]


@dataclass(frozen=True)
class Cell:
    """One size of a problem.

    Args:
        problem: which.
        n: pulls (bandits) or episodes of a trial.
        k: arms; None where there are none.
    """

    problem: Name
    n: int
    k: int | None = None

    @property
    def text(self) -> str:
        """As one types it: `10,5` or `10`."""
        return f"{self.n}" if self.k is None else f"{self.n},{self.k}"

    @property
    def label(self) -> str:
        """As tables head it."""
        return f"n={self.n}" if self.k is None else f"n={self.n} k={self.k}"

    @property
    def file(self) -> str:
        """As files and directories are named."""
        return f"{self.problem}-n{self.n}" + ("" if self.k is None else f"-k{self.k}")

    @property
    def trial_steps(self) -> int:
        """Environment steps of a trial."""
        return self.n * problem(self.problem).episode_steps


@dataclass(frozen=True)
class Problem:
    """A problem with the sizes that were published."""

    name: Name
    title: str
    game: str
    """The game that agents play."""
    episode_steps: int
    form: str
    """Text of a size, as it is typed."""
    cells: tuple[Cell, ...]
    chosen: tuple[Cell, ...]
    """The sizes taken when none is asked for."""
    classics: ModuleType
    """The classic players, see `gamemeta.calibration`."""
    by_episode: bool = False
    """Whether its page shows the return of each episode, and not only totals."""
    few: bool = False
    """Whether it has so few levels that each is played equally often."""


def _bandits() -> Problem:
    cells = tuple(Cell("bandits", n, k) for n in (10, 100, 500) for k in (5, 10, 50))
    return Problem("bandits", "Bernoulli bandits", "bandit", 1, "n,k", cells, cells[:6], bandits)


def _mdp() -> Problem:
    cells = tuple(Cell("mdp", n) for n in (10, 25, 50, 75, 100))
    return Problem("mdp", "tabular MDPs", "mdp", mdps.HORIZON, "n", cells, cells[:2], mdps)


def _grid() -> Problem:
    cells = (Cell("grid", 4),)
    return Problem("grid", "the hidden-goal grid", "grid", grid.STEPS, "n", cells, cells, grid, True, True)


def _darkroom() -> Problem:
    cells = (Cell("darkroom", 8),)
    title, steps = "the Dark Room", DARKROOM_STEPS
    return Problem("darkroom", title, "darkroom", steps, "n", cells, cells, darkroom, True, True)


def _keydoor() -> Problem:
    cells = (Cell("keydoor", 4),)
    title, steps = "Dark Key-to-Door", KEYDOOR_STEPS
    return Problem("keydoor", title, "keydoor", steps, "n", cells, cells, keydoor, True, True)


def _alchemy() -> Problem:
    cells = (Cell("alchemy", alchemy.EPISODES),)
    title = "Symbolic Alchemy"
    return Problem("alchemy", title, "alchemy", ALCHEMY_STEPS, "n", cells, cells, alchemy, True)


_MADE: dict[str, Callable[[], Problem]] = {
    "bandits": _bandits,
    "mdp": _mdp,
    "grid": _grid,
    "darkroom": _darkroom,
    "keydoor": _keydoor,
    "alchemy": _alchemy,
}
PROBLEMS: dict[str, Problem] = {name: make() for name, make in _MADE.items()}


def problem(name: str) -> Problem:
    """The problem of this name.

    Raises:
        UnknownName: with the names that exist.
    """
    if name not in PROBLEMS:
        raise UnknownName(f"no problem called {name!r}. Choose one of: {', '.join(PROBLEMS)}.")
    return PROBLEMS[name]


def find_cell(name: str, text: str) -> Cell:
    """The cell of a problem that was typed.

    Raises:
        UnknownName: no such problem.
        ConfigError: another form, or a size that was never published.
    """
    chosen = problem(name)
    parts = text.replace(" ", "").split(",")
    if len(parts) != len(chosen.form.split(",")) or not all(part.isdecimal() for part in parts):
        raise ConfigError(f"--cell {text!r}: write {chosen.form} for {name}, such as {chosen.cells[0].text}.")
    cell = Cell(chosen.name, *map(int, parts))
    if cell not in chosen.cells:
        known = " ".join(c.text for c in chosen.cells)
        raise ConfigError(f"--cell {text}: no such size of {name}. Choose one of: {known}.")
    return cell
