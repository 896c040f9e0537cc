"""The page of a problem as Markdown, made of its records alone."""

from collections.abc import Sequence

from gamemeta.calibration.published import MARKS
from gamemeta.reproduction.cells import problem
from gamemeta.reproduction.recipes import GRU, LEARNED, TABLE
from gamemeta.reproduction.sheets import (
    LETTERS,
    PLAYERS,
    Record,
    Sheet,
    cell_of,
    player_name,
    sheet,
)

BUILT_IN = """The structured memory is a table that is addressed by {address}: that address is given, every
action's address is read before each choice, the weights are shared over the actions, and a row that was
never written counts as one observation of the prior. An unstructured network has to learn all of that. So
this is a structured memory beside an unstructured one, not a like-for-like win."""
DARK = """The structured memory has a row for each cell. The agent is shown the cell that each action leads
to, which is the same in all levels. What happened is written to the cell it stood in and to those, as much as
gates say; then the rows of the cell it stands in and of those that it can go to are read, with weights shared
over the cells, and a row that was never written counts as one observation of the prior. An unstructured
network has to learn all of that. So this is a structured memory beside an unstructured one, not a like-for-
like win."""
ADDRESS = {
    "bandits": "the action",
    "mdp": "the state and the action",
    "grid": "the cell the agent stands in and the action",
    "alchemy": "how the stone at hand looks, and the action",
}
LEARNED_KEYS = """With learned keys the address is not given: the network forms it from what it has seen. The
rest is built in all the same."""
PLAIN = """The plain GRU trains with the same settings for the same time: the speeds of both were measured in
turns, and the GRU gets as many steps as fit into the time of the structured memory. The settings were chosen
for the structured memory: a GRU that is tuned may reach more."""
BY_EPISODES = """“±” is half a 95% interval: {over}, and for what was trained here of training seeds, too
(Student's t). Every seed and every player gets the same instances. “Spread between seeds” is the standard
deviation."""
CONTROLLED = """The rows that begin with “… memory” are controls of the agent above: the same agent and the
same draws, with its memory cleared before every episode, or with that of another instance, as far on."""
EQUALLY, AT_RANDOM = "of chance within the levels, of which each is played equally often", "over instances"
SHARES = """“±” is half a 95% interval: over instances, and for what was trained here over training seeds,
too (Student's t with one degree of freedom less than there are seeds). Every seed and every player gets the
same instances. A share is the ratio of the two means, its interval that of the differences instance by
instance; the player it is told of is set in bold."""
TUNING = """A tuned player has the parameter that did best on {tuned_on}; the papers tuned on the very
instances that they reported."""
PUBLISHED_PLAYERS = """Classic players as published had other priors, tie rules or definitions here and there,
and other instances; both figures stand in the table."""
HELD_OUT = """Nothing is held out: all 21 goals are in every split, as in the protocol of VariBAD. What is
unseen is which of them it is this time. The bound of a first episode is the best expected return of an
episode considered alone, so that an agent that explores for the episodes after it may stay below."""

DARK_ROOM = (
    """The rules are those of `toymeta` with its fixed start (corl-team/toy-meta-gym), read in its public
code; the paper (Laskin et al. 2022) shows curves, and no table to compare with. All 81 goals are in every
split: with goals held out, an agent would learn to search where those are not. What is unseen is which
goal it is this time.""",
    """**The bound of each episode.** A goal is any of 81 cells, and only standing on it tells. Before episode
n an agent has taken 20 (n - 1) steps, and so has stood on at most that many cells: for no more of them
does it know that they are the goal, and with the goal there it earns at most what the oracle does, 21 -
d at distance d of the start (20 at d = 0 and 1). These sum up highest for the nearest cells. Of the
cells never stood on it comes to at most one new one a step, and with the goal met on step t the episode
pays at most 21 - t. In the first episode that is (20 + 19 + ... + 1) / 81 = 2.59; in the second (20 + 4
x 20 + 8 x 19 + 7 x 18 + 210) / 81 = 7.26. An agent that earns 95% of the oracle's 16.54 in the second
episode cannot exist; the planned search, whose return is exact, shows how near to the bounds one path
can come.""",
)
KEY_DOOR = (
    """The rules are those of `toymeta` with its fixed start (corl-team/toy-meta-gym), read in its public
code; the paper (Laskin et al. 2022) shows curves, and no table to compare with. Key and door are two
different cells. Of the 6,480 pairs some 648 are in the split `test`, which alone is played here and
never trained on; bounds and the expectation of the oracle are those over all pairs.""",
    """**The bound of each episode.** Each step tries at most one cell for the key, so that the key is met on
the s-th step of the trial with a chance of at most 1/81, and without the key the door is not noticed.
From then on each step tries at most one of 80 cells for the door; in every later episode at least one
step goes to take the key again. With all 50 n steps of the first n episodes used in that way, episode n
pays the chance of key and door by its end: in the first (50 + (49 + 48 + ... + 0) / 80) / 81 = 0.806.""",
)
ALCHEMY = (
    """The rules are those of the symbolic form (google-deepmind/dm_alchemy), read in its public code. What
the paper calls an episode of ten trials is a trial of ten episodes here, and its score stands under
“together”. Quoted from the paper (Wang et al. 2021) by that code: the random player 145.7, the oracle
288.5; measured again by a public reimplementation: 145.2 ±1.5 and 287.1 ±1.6 (standard errors). Recalled,
not checked: published learners hardly leave 155, and an observer who infers the chemistry without error
reaches about 284.""",
    """**One stone at hand.** The agent has 8 actions: the stone at hand goes into a potion of a colour, is
sold, or makes room for the next stone. Each of them is one of the benchmark's 40 or, to take the next
stone, its action that does nothing, at the price of a step: whatever is earned in this way is earned by
the benchmark's rules. Twelve potions and three sales leave five of the 20 steps for the next stone. It
saves the agent from learning for every stone and every place on the shelf what one potion does.""",
)
BY_EPISODE: dict[str, tuple[str, ...]] = {
    "grid": (HELD_OUT,),
    "darkroom": DARK_ROOM,
    "keydoor": KEY_DOOR,
    "alchemy": ALCHEMY,
}
"""How to read the pages of problems that show each episode."""


def page(records: Sequence[Record]) -> str:
    """The page of all records of a problem.

    Args:
        records: at least one, in the order of the problem's cells.
    """
    shown, table = problem(records[0]["problem"]), sheet(records)
    blocks = [
        f"# Results: {shown.title}",
        f"{table.title}. {_instances(records)}",
        _markdown(table),
        *_aims(records),
        "## How to read it",
        *_legend(records),
        "## What is built in",
        built_in(shown.name),
        *([LEARNED_KEYS] if _any(records, LEARNED) else []),
        *([PLAIN] if _any(records, GRU) else []),
        "## How it was made",
        *(_made(made) for made in records),
    ]
    return "\n\n".join(blocks) + "\n"


def built_in(problem_name: str) -> str:
    """Note on the input that the structured memory alone has, for every page with its figures."""
    return BUILT_IN.format(address=ADDRESS[problem_name]) if problem_name in ADDRESS else DARK


def _markdown(table: Sheet) -> str:
    lines = [_line("", *table.columns), _line(*["---"] * (len(table.columns) + 1))]
    for group, rows in table.groups:
        lines.append(_line(f"*{group}*", *[""] * len(table.columns)))
        for row in rows:
            lines.append(_line(*(f"**{t}**" if row.strong else t for t in (row.name, *row.cells))))
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _instances(records: Sequence[Record]) -> str:
    counts = sorted({made["instances"]["count"] for made in records})
    first = records[0]["instances"]
    several = " or ".join(f"{count:,}" for count in counts)
    if first["distinct"] < first["count"]:
        return f"{several} trials: each of the {first['distinct']} levels equally often."
    return (
        f"{several} fresh instances: levels of the split `{first['split']}`, "
        f"seeds from {first['first_seed']:,} on."
    )


def _aims(records: Sequence[Record]) -> list[str]:
    lines = []
    for made in records:
        for aim in made["aims"]:
            value = f"{aim['value']:.2%}" if aim.get("least", 2) < 1 else f"{aim['value']:.3f}"
            verdict = "reached" if aim["reached"] else "not reached"
            lines.append(f"- {cell_of(made).label}, {aim['what']}: {value}, {verdict}.")
    return ["## Aims", "\n".join(lines)] if lines else []


def _legend(records: Sequence[Record]) -> list[str]:
    tuned_on = records[0]["instances"]["tuned_on"]
    if records[0]["problem"] in BY_EPISODE:
        return [
            BY_EPISODES.format(over=EQUALLY if problem(records[0]["problem"]).few else AT_RANDOM),
            *([CONTROLLED] if any("controls" in made["variants"].get(TABLE, {}) for made in records) else []),
            *BY_EPISODE[records[0]["problem"]],
        ]
    marks = "; ".join(f"({LETTERS[mark]}) {meaning}" for mark, meaning in MARKS.items())
    notes = sorted(
        {
            f"{_named(f['player'])} by {f['source']}: {f['note']}"
            for made in records
            for f in made["published"]
            if f["note"] and f["player"] in ("rl2", "snail")
        }
    )
    published = f"Marks of published figures: {marks}. {'. '.join(notes)}{'.' if notes else ''}".rstrip()
    text = [SHARES, TUNING.format(tuned_on=tuned_on), PUBLISHED_PLAYERS, published]
    if records[0]["problem"] == "mdp":
        text.append("SNAIL's normaliser is not the optimum: its shares compare only with each other.")
    return text


def _named(player: str) -> str:
    return {"rl2": "RL²", "snail": "SNAIL"}.get(player, PLAYERS.get(player, player))


def _any(records: Sequence[Record], variant: str) -> bool:
    return any(variant in made["variants"] for made in records)


def _made(made: Record) -> str:
    """Command, settings that matter, machine and versions of a record."""
    versions = made["versions"]
    lines = [
        f"**{cell_of(made).label}**: `{made['command']}`, {made['date']}, {made['machine']}, Python "
        f"{versions['python']}, torch {versions['torch']}, numba {versions['numba']}, gamemeta "
        f"{versions['gamemeta']} {versions['commit'][:12]}. All figures: "
        f"`{cell_of(made).file}.json`."
    ]
    for variant, result in made["variants"].items():
        runs = ", ".join(
            f"seed {run['seed']} {run['steps']:,} steps in {run['seconds']:,.0f} s"
            for run in result["runs"]
            if run["steps"]
        )
        weights = next((f", {run['weights']:,} weights" for run in result["runs"] if run["steps"]), "")
        if runs:
            lines.append(f"- {variant}{weights}: {runs}.")
    for variant, rate in made["rates"].items():
        lines.append(
            f"- {variant}: {rate['relative']:.2f} times the structured memory's speed, measured in turns, "
            f"{rate['rounds']} updates each."
        )
    tuned = [
        f"{player_name(name)} {_parameters(player['parameters'])}"
        for name, player in made["players"].items()
        if player.get("parameters")
    ]
    return "\n".join([*lines, *([f"- {'; '.join(tuned)}."] if tuned else [])])


def _parameters(parameters: dict[str, float]) -> str:
    return ", ".join(f"{name} = {value:.3g}" for name, value in parameters.items())
