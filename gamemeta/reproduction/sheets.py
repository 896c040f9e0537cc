"""The table of a problem: one column a cell (for some: an episode), one row a player."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gamemeta.calibration.published import RL2, RL2_CODE, SNAIL
from gamemeta.reproduction.cells import Cell, problem
from gamemeta.reproduction.classics import TUNED
from gamemeta.reproduction.recipes import TABLE, VARIANTS
from gamemeta.reproduction.statistics import Z, half_width

Record = dict[str, Any]
NOTHING = "-"
LETTERS = {"found": "f", "recalled-and-checked": "c", "recalled": "r", "simulated": "s"}
"""The letter of each mark of `gamemeta.calibration.published`."""
PUBLISHED = (
    ("RL² (Duan et al. 2016)", "rl2", RL2),
    ("RL², figures in its authors' code", "rl2", RL2_CODE),
    ("SNAIL (Mishra et al. 2018)", "snail", SNAIL),
)
CONTROLS = {"wiped": "… memory cleared before every episode", "swapped": "… memory of another instance"}
PLAYERS = {
    "bayes_optimal": "Bayes-optimal player",
    "ucb1": "UCB1",
    "thompson": "Thompson",
    "optimistic_thompson": "optimistic Thompson",
    "psrl": "PSRL",
    "opsrl": "OPSRL",
    "ucrl2": "UCRL2",
    "beb": "BEB",
    "gittins": "Gittins, finite horizon",
    "replanning": "replanning with a bonus",
    "clairvoyant": "clairvoyant, knows the MDP",
    "oracle": "oracle, knows what is hidden",
    "planned": "the best search known, planned",
    "searching": "nearest untried cell first",
    "epsilon_greedy": "ε-greedy",
}


@dataclass(frozen=True)
class Row:
    """A name and a text for each column."""

    name: str
    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table: a heading for each column, then rows in groups."""

    title: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]


def sheet(records: Sequence[Record]) -> Sheet:
    """The table of all records of a problem, in the order of its cells."""
    shown = problem(records[0]["problem"])
    if shown.by_episode:
        return _by_episode(records[0])
    columns = tuple(cell_of(made).label for made in records)
    groups = (
        ("trained here", _variants(records)),
        ("classic players, same instances", _players(records)),
        ("optimum, computed", _exact(records)),
        ("published", _published(records)),
    )
    title = f"{shown.title[0].upper()}{shown.title[1:]}: mean total reward of a trial"
    return Sheet(title, columns, tuple((name, rows) for name, rows in groups if rows))


def cell_of(made: Record) -> Cell:
    """The cell of a record."""
    return Cell(made["problem"], made["n"], made["k"])


def player_name(name: str) -> str:
    """A player as people call it."""
    plain = name.removesuffix(TUNED)
    return PLAYERS.get(plain, plain.replace("_", " ")) + (", tuned" if name.endswith(TUNED) else "")


def yardsticks(records: Sequence[Record]) -> str:
    """The players that shares refer to, in the order of the cells."""
    return " / ".join(dict.fromkeys(player_name(made["yardstick"]) for made in records))


def _row(name: str, records: Sequence[Record], text: Callable[[Record], str], strong: bool = False) -> Row:
    return Row(name, tuple(text(made) for made in records), strong)


def _variants(records: Sequence[Record]) -> tuple[Row, ...]:
    rows: list[Row] = []
    for variant, title in VARIANTS.items():
        if any(variant in made["variants"] for made in records):
            rows += _variant(variant, title, records)
    return tuple(rows)


def _variant(variant: str, title: str, records: Sequence[Record]) -> list[Row]:
    """Reward of a variant, its share, and how it was trained."""

    def of(text: Callable[[Record], str]) -> Callable[[Record], str]:
        return lambda made: text(made["variants"][variant]) if variant in made["variants"] else NOTHING

    return [
        _row(title, records, of(_mean), variant == TABLE),
        _row(f"… share of {yardsticks(records)}", records, of(_share)),
        _row("… trained", records, of(trained)),
    ]


def _mean(variant: Record) -> str:
    if "value" not in variant:
        return NOTHING
    return number(variant["value"], half_width(variant["error"], _of_runs(variant, "value")))


def _share(variant: Record) -> str:
    if "share" not in variant:
        return NOTHING
    share, by_seed = variant["share"], [one["value"] for one in _of_runs(variant, "share")]
    return f"{100 * share['value']:.1f}% ±{100 * half_width(share['error'], by_seed):.1f}"


def _of_runs(variant: Record, name: str) -> list[Any]:
    """A figure of every training seed that has it."""
    return [run[name] for run in variant.get("runs", ()) if name in run]


def trained(variant: Record) -> str:
    """Number of seeds that were trained to the end, and the progress of the others."""
    runs = variant["runs"]
    begun = [run for run in runs if run["steps"]]
    whole = sum(run["finished"] for run in runs)
    if not begun:
        return "not yet"
    seconds = max(run["seconds"] for run in begun)
    if whole == len(runs):
        most = millions(max(run["steps"] for run in begun))
        return f"{whole} seed{'s' * (whole > 1)}, {most} steps, {clock(seconds)}"
    parts = ", ".join(millions(run["steps"]) for run in runs)
    return f"{parts} of {millions(variant['steps'])} steps"


def _players(records: Sequence[Record]) -> tuple[Row, ...]:
    names = list(dict.fromkeys(name for made in records for name in made["players"]))
    best = {made["yardstick"] for made in records}

    def text(name: str) -> Callable[[Record], str]:
        def value(made: Record) -> str:
            player = made["players"].get(name)
            if player is None:
                return NOTHING
            return number(player["value"], Z * player["error"])

        return value

    return tuple(_row(player_name(name), records, text(name), name in best) for name in names)


def _exact(records: Sequence[Record]) -> tuple[Row, ...]:
    names = list(dict.fromkeys(name for made in records for name in made["exact"]))

    def text(name: str) -> Callable[[Record], str]:
        return lambda made: f"{made['exact'][name]:.3f}" if name in made["exact"] else NOTHING

    return tuple(_row(f"{player_name(name)}, expected", records, text(name)) for name in names)


def _published(records: Sequence[Record]) -> tuple[Row, ...]:
    def text(player: str, source: str, game: str) -> Callable[[Record], str]:
        def value(made: Record) -> str:
            for figure in made["published"]:
                if (figure["player"], figure["source"], figure["game"]) == (player, source, game):
                    error = "" if figure["error"] is None else f" ±{figure['error']:g}"
                    return f"{figure['value']:g}{error} ({LETTERS[figure['mark']]})"
            return NOTHING

        return value

    name = records[0]["problem"]
    rows = [_row(title, records, text(player, source, name)) for title, player, source in PUBLISHED]
    played = dict.fromkeys(name for made in records for name in made["players"])
    rows += [_row(f"{player_name(p)} ({RL2})", records, text(p, RL2, name)) for p in played]
    if name == "mdp":
        for player, title in (("rl2", "RL²"), ("snail", "SNAIL")):
            share = f"{title}, share of SNAIL's normaliser"
            rows.append(_row(share, records, text(player, SNAIL, "mdp_normalised")))
    return tuple(row for row in rows if set(row.cells) != {NOTHING})


def _by_episode(made: Record) -> Sheet:
    """Returns of every episode of the one cell that such a problem has."""
    columns = (*(f"episode {k + 1}" for k in range(made["n"])), "together", "trained")
    ours = []
    for variant, title in VARIANTS.items():
        record = made["variants"].get(variant)
        if record:
            ours.append(
                Row(title, (*_curve(record, made["n"]), _total(record), trained(record)), variant == TABLE)
            )
        if record and "curve_spread" in record:
            spreads = (f"{value:.2f}" for value in record["curve_spread"])
            ours.append(Row("… spread between seeds", (*spreads, NOTHING, NOTHING)))
        for name, control in (record or {}).get("controls", {}).items():
            ours.append(Row(CONTROLS[name], (*_curve(control, made["n"]), _total(control), NOTHING)))
    players = tuple(
        Row(player_name(name), (*_curve(player, made["n"]), _total(player), NOTHING))
        for name, player in made["players"].items()
    )
    groups = (
        ("trained here", tuple(ours)),
        ("classic players, same instances", players),
        ("optimum, computed", _optimum_by_episode(made)),
    )
    title = problem(made["problem"]).title
    return Sheet(f"{title[0].upper()}{title[1:]}: mean return of each episode", columns, groups)


def _optimum_by_episode(made: Record) -> tuple[Row, ...]:
    """What the oracle earns, and what nobody can expect more than."""
    exact, n = made["exact"], made["n"]
    each, together = f"{exact['oracle'] / n:.2f}", f"{exact['oracle']:.2f}"
    oracle = Row("oracle, expected", (*(each,) * n, together, NOTHING))
    if "first_episode_bound" in exact:
        bound = f"{exact['first_episode_bound']:.2f}"
        return oracle, Row("bound of a first episode", (bound, *[NOTHING] * (n + 1)))
    if "bound_1" not in exact:
        return (oracle,)
    bounds = (f"{exact[f'bound_{k}']:.2f}" for k in range(1, n + 1))
    return oracle, Row("no agent can expect more", (*bounds, NOTHING, NOTHING))


def _total(figures: Record) -> str:
    """The return of all episodes together, ± half of its 95% interval."""
    if "value" not in figures:
        return NOTHING
    return f"{figures['value']:.2f} ±{half_width(figures['error'], _of_runs(figures, 'value')):.2f}"


def _curve(figures: Record, n: int) -> tuple[str, ...]:
    curve = figures.get("curve") or []
    if len(curve) != n:
        return (NOTHING,) * n
    return tuple(f"{e['value']:.2f} ±{episode_half_width(figures, k):.2f}" for k, e in enumerate(curve))


def episode_half_width(figures: Record, k: int) -> float:
    """Half of the 95% interval of episode k + 1, over instances and training seeds."""
    by_seed = [curve[k]["value"] for curve in _of_runs(figures, "curve")]
    return half_width(figures["curve"][k]["error"], by_seed)


def number(value: float, around: float | None = None) -> str:
    """A value and what stands after ±, with as many digits as say something."""
    digits = 3 if abs(value) < 20 else 2 if abs(value) < 200 else 1
    return f"{value:.{digits}f}" + ("" if around is None else f" ±{around:.{digits}f}")


def millions(steps: int) -> str:
    """Steps in short."""
    return f"{steps / 1e6:.2f}M" if steps >= 10_000 else f"{steps:,}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
