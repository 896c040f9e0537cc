"""Published figures of the calibration games, each with a mark that says how far it can be trusted.

The cells are those of Duan et al. 2016 (RL^2, arXiv 1611.02779, tables 1 and 2), of Mishra et al.
2018 (SNAIL) on the same problems, of code and notes found beside them, and of simulations and exact
calculations made for this project. Baselines of the papers were tuned for every cell on the instances
reported, 1,000 of them.
"""

from dataclasses import dataclass
from typing import Literal

from gamemeta_levels.errors import UnknownName

Game = Literal["bandits", "mdp", "mdp_normalised", "grid"]
Mark = Literal["found", "recalled-and-checked", "recalled", "simulated"]

MARKS: dict[Mark, str] = {
    "found": "read in a public repository",
    "recalled-and-checked": "recalled from the paper, and passed an independent check",
    "recalled": "recalled from the paper only: not to be quoted as the paper's",
    "simulated": "computed for this project, by simulation or exactly",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One published value."""

    game: Game
    """Which problem; `mdp_normalised` is SNAIL's share of its own normaliser, which is not the optimum."""
    player: str
    """Player, as in the table of players where it is there too."""
    n: int
    """Pulls or episodes in a trial."""
    k: int | None
    """Arms; None where there are none."""
    value: float
    """Mean total reward of a trial (for the grid: of an episode)."""
    error: float | None
    """Half-width given with it; None where none was."""
    mark: Mark
    """Reliability of the figure."""
    source: str
    """Source of the figure."""
    note: str = ""
    """Caveats for comparisons with it."""


_BANDIT_PLAYERS = "random gittins thompson optimistic_thompson ucb1 epsilon_greedy greedy rl2 snail maml"
_BANDITS = """
10  5   5.0   6.6   5.7   6.5   6.7   6.6   6.6   6.7   6.6±0.1   6.5±0.1
10  10  5.0   6.6   5.5   6.2   6.7   6.6   6.6   6.7   6.7±0.1   6.6±0.1
10  50  5.1   6.5   5.2   5.5   6.6   6.5   6.5   6.8   6.7±0.1   6.6±0.1
100 5   49.9  78.3  74.7  77.9  78.0  75.4  74.8  78.7  79.1±1.0  67.1±1.1
100 10  49.9  82.8  76.7  81.4  82.4  77.4  77.1  83.5  83.5±0.8  70.1±0.6
100 50  49.8  85.2  64.5  67.7  84.3  78.3  78.0  84.9  85.1±0.6  70.3±0.4
500 5   249.8 405.8 402.0 406.7 405.8 388.2 380.6 401.6 408.1±4.9 -
500 10  249.0 437.8 429.5 438.9 437.1 408.0 395.0 432.5 432.4±3.5 -
500 50  249.6 463.7 427.2 437.6 457.6 413.6 402.8 438.9 442.6±2.5 -
"""
_SNAIL_BANDITS = "1000 50 944.1 499.8 847.4 889.8±5.6"

_RL2_CODE = """
10  5  6.61   6.62
100 5  78.74  74.40
500 5  401.89 412.62
10  10 6.68   6.71
100 10 83.63  81.28
500 10 439.79 432.06
10  50 6.63   6.58
100 50 84.98  73.39
500 50 458.71 438.60
"""
_SIMULATED_BANDITS = """
10  5  5.0       5.8±.1    6.6±.1    6.8±.1    6.8±.1
10  10 5.0       5.6±.1    6.7±.1    6.8±.1    6.7±.1
10  50 5.0       5.2±.1    6.8±.1    6.7±.1    6.7±.1
100 5  50.1      74.7±.5   75.4±.5   78.5±.8   78.4±.8
100 10 50.0      77.6±.3   79.9±.4   82.9±.6   84.6±.5
100 50 49.7      64.7±.2   79.9±.4   84.0±.5   85.8±.4
500 5  246.0±2.1 404.0±2.4 385.7±2.5 409.8±3.5 409.4±3.6
500 10 248.4±1.4 432.2±1.6 407.4±2.0 435.2±2.4 442.6±2.3
500 50 249.8±.7  425.6±.6  412.8±1.9 449.0±1.3 460.4±1.1
"""
_EXACT_BANDITS = """
10 5  6.660
10 10 6.714
10 50 6.714
"""

_MDP_PLAYERS = "random psrl opsrl ucrl2 beb epsilon_greedy greedy rl2"
_MDPS = """
10  100.1 138.1  144.1  146.6  150.2  132.8  134.8  156.2
25  250.2 408.8  425.2  424.1  427.8  377.3  368.8  445.7
50  499.7 904.4  930.7  918.9  917.8  823.3  769.3  936.1
75  749.9 1417.1 1449.2 1427.6 1422.6 1293.9 1172.9 1428.8
100 999.4 1939.5 1973.9 1942.1 1935.1 1778.2 1578.5 1913.9
"""
_NORMALISED_PLAYERS = "random epsilon_greedy psrl opsrl ucrl2 rl2 maml snail"
_NORMALISED_MDPS = """
10  .482 .640 .665 .694 .706 .752 .563 .766±.001
25  .482 .727 .788 .819 .817 .859 .591 .862±.001
50  .481 .793 .871 .897 .885 .902 -    .908±.003
75  .482 .831 .910 .931 .917 .918 -    .930±.002
100 .481 .857 .934 .951 .936 .922 -    .941±.003
"""
_SIMULATED_MDPS = """
10  100.5  136.0±1.3 131.4±1.2 130.7±1.4 150.1±1.2
25  251.4  404.6±2.8 402.2±2.7 350.6±3.3 426.8±2.7
50  502.3  896.8±5.4 897.9±5.4 723.6±6.4 900.2±5.4
75  753.1  1409±8    1415±8    1100±10   1380±8
100 1004.6 1929±11   1939±11   1477±13   1860±11
"""

RL2, SNAIL = "Duan et al. 2016", "Mishra et al. 2018"
RL2_CODE, PROJECT = "rllab-curriculum, gen_figures.py", "gamemeta"

_RECALLED: dict[tuple[Game, str], str] = {
    ("mdp", "beb"): "could not be checked",
    ("mdp_normalised", "maml"): "could not be checked",
    ("mdp_normalised", "snail"): "could not be checked",
    ("bandits", "snail"): "could not be checked",
    ("bandits", "maml"): "could not be checked",
}
_NOTES: dict[tuple[Game, str], str] = {
    ("bandits", "rl2"): "checked only by being close to the figures in the authors' code",
    ("bandits", "optimistic_thompson"): "keeps the most probable of some joint draws, not the largest",
    ("mdp", "greedy"): "agrees with a prior mean of 0; with the correct prior greedy is far stronger",
}


def _number(cell: str) -> tuple[float, float | None]:
    value, _, error = cell.partition("±")
    return float(value), float(error) if error else None


def _read(
    table: str,
    players: str,
    game: Game,
    source: str | tuple[str, ...],
    mark: Mark,
) -> list[Figure]:
    """The figures of a table: n, then k for bandits, then one cell a player; `-` is no figure."""
    figures = []
    sizes = 2 if game == "bandits" else 1
    names = players.split()
    sources = source if isinstance(source, tuple) else (source,) * len(names)
    for line in table.strip().splitlines():
        cells = line.split()
        n, k = int(cells[0]), int(cells[1]) if sizes == 2 else None
        for player, cell, where in zip(names, cells[sizes:], sources, strict=True):
            if cell == "-":
                continue
            value, error = _number(cell)
            doubt = _RECALLED.get((game, player)) if mark == "recalled-and-checked" else None
            note = doubt or (_NOTES.get((game, player), "") if where == RL2 else "")
            figures.append(
                Figure(
                    game=game,
                    player=player,
                    n=n,
                    k=k,
                    value=value,
                    error=error,
                    mark="recalled" if doubt else mark,
                    source=where,
                    note=note,
                )
            )
    return figures


def _grid(player: str, n: int, value: float, note: str) -> Figure:
    return Figure(
        game="grid",
        player=player,
        n=n,
        k=None,
        value=value,
        error=None,
        mark="simulated",
        source=PROJECT,
        note=note,
    )


FIGURES: tuple[Figure, ...] = (
    *_read(_BANDITS, _BANDIT_PLAYERS, "bandits", (RL2,) * 8 + (SNAIL,) * 2, "recalled-and-checked"),
    *_read(_SNAIL_BANDITS, "gittins random lstm snail", "bandits", SNAIL, "recalled"),
    *_read(_RL2_CODE, "gittins rl2", "bandits", RL2_CODE, "found"),
    *_read(_SIMULATED_BANDITS, "random thompson greedy ucb1 gittins", "bandits", PROJECT, "simulated"),
    *_read(_EXACT_BANDITS, "bayes_optimal", "bandits", PROJECT, "simulated"),
    *_read(_MDPS, _MDP_PLAYERS, "mdp", RL2, "recalled-and-checked"),
    *_read(_NORMALISED_MDPS, _NORMALISED_PLAYERS, "mdp_normalised", SNAIL, "recalled-and-checked"),
    *_read(_SIMULATED_MDPS, "random psrl_prior_0 psrl greedy_prior_0 greedy", "mdp", PROJECT, "simulated"),
    _grid("oracle", 4, 11.07, "exact; reward of every episode"),
    _grid("first_episode_bound", 1, 4.00, "exact; no first episode can expect more"),
)


def figures(
    game: Game, n: int | None = None, k: int | None = None, source: str | None = None
) -> list[Figure]:
    """The figures of a game, of one size and of one source where these are given; may be empty."""
    wanted = {"n": n, "k": k, "source": source}
    asked = {name: value for name, value in wanted.items() if value is not None}
    return [
        figure
        for figure in FIGURES
        if figure.game == game and all(getattr(figure, name) == value for name, value in asked.items())
    ]


def published(game: Game, player: str, n: int, k: int | None = None, source: str = RL2) -> Figure:
    """The figure of a player in one cell. Raises UnknownName that lists what the cell has."""
    cell = figures(game, n, k)
    for figure in cell:
        if figure.player == player and figure.source == source:
            return figure
    known = ", ".join(f"{figure.player} ({figure.source})" for figure in cell) or "none"
    size = f"n = {n}" if k is None else f"n = {n}, k = {k}"
    raise UnknownName(
        f"no figure of {player!r} by {source} for {game}, {size}. There are: {known}. Choose one of them."
    )
