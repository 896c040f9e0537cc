"""The rows of a study as values for terminal, Markdown and page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gamemeta.evaluation.page.sections.cells import DASH
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta.studies.record import EACH, FIRST, NONE, Record, not_a_study

NOT_A_NUMBER = float("nan")
KIB = 1024


@dataclass(frozen=True)
class Finding:
    """What is known of one variant.

    Args:
        name: of the variant.
        row: of `gamemeta.studies.comparison`.
    """

    name: str
    row: dict[str, Any]

    @property
    def episodes(self) -> int:
        """Number of episodes, K."""
        return int(self.row["result"]["episodes"])

    def player(self, player: str) -> list[Interval]:
        """Scores of a player by episode, or returns where par is unknown; empty where it did not play."""
        curve = self.row["result"].get(player)
        if curve is None:
            return []
        bounds = zip(curve["score"], curve["score_low"], curve["score_high"], strict=True)
        return [Interval(*map(_number, one)) for one in bounds]

    def compared(self, what: str) -> Interval | None:
        """`room` or `index`; None where no revealed agent played."""
        adaptation = self.row["result"].get("adaptation")
        if adaptation is None:
            return None
        return Interval(*(_number(adaptation[what][key]) for key in ("value", "low", "high")))

    @property
    def reset_trained(self) -> Interval | None:
        """The reset-trained agent's mean over its episodes; None where it did not play."""
        if (known := self.compared("reset_trained")) is not None:
            return known
        curve = self.player("reset_trained")
        if not curve:
            return None
        return Interval(sum(one.value for one in curve) / len(curve), NOT_A_NUMBER, NOT_A_NUMBER)

    @property
    def last_by_seed(self) -> list[float]:
        """Score in the last episode, by training seed."""
        return [_number(agent["agent"]["score"][-1]) for agent in self.row["result"]["agents"]]

    @property
    def index_by_seed(self) -> list[float]:
        """Adaptation index by training seed, of those where it is defined."""
        entries = (agent.get("adaptation", {}).get("index", {}) for agent in self.row["result"]["agents"])
        return [index["value"] for index in entries if index.get("value") is not None]

    def costs(self) -> Iterator[str]:
        """The cells of `COSTS`."""
        timed = [seconds for seconds in self.row["seconds"] if seconds is not None]
        yield f"{self.row['steps']:,}"
        yield f"{sum(timed) / len(timed) / 60:.2f}" if timed else DASH
        yield f"{self.row['us_per_decision']['median']:.0f}"
        yield f"{self.row['parameters']:,}"
        yield f"{self.row['bytes'] / KIB:,.0f}"


COSTS = ("steps", "processor minutes of training", "us a decision", "parameters", "KiB")
"""What a variant costs: minutes are means over training seeds, of iterations alone."""


BASELINES = {
    EACH: " Baselines have each variant's own network and steps.",
    FIRST: " Baselines, and so the room, are those of the variant {} for all; verdicts leave them out.",
    NONE: "",
}
"""Whose baselines there are, in a sentence."""


def findings(record: Record) -> list[Finding]:
    """All variants that are known."""
    return [Finding(name, row) for name, row in record.rows.items()]


def check(record: Record) -> None:
    """Raises ConfigError where the rows of a study that was read are not those of one."""
    try:
        entries = findings(record)
        _ = [(*one.costs(), one.index_by_seed, one.last_by_seed) for one in entries], sentences(record)
        if entries:
            scores_table(entries), about(record)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise not_a_study(record.file) from error


def scores_table(entries: Sequence[Finding]) -> tuple[list[str], list[list[Interval | None]]]:
    """Headings after the variant's name, and estimates of each variant: index, curve, controls, baselines."""
    episodes = max(one.episodes for one in entries)
    baselines = any(one.player("reset_trained") for one in entries)
    revealed = any(one.player("revealed") for one in entries)
    heads = ["adaptation index", "room"] * revealed
    heads += [*(f"episode {k + 1}" for k in range(episodes)), f"wiped, {episodes}", f"swapped, {episodes}"]
    heads += ["reset-trained"] * baselines + [f"revealed, {episodes}"] * revealed
    return heads, [_estimates(one, episodes, baselines, revealed) for one in entries]


def _estimates(one: Finding, episodes: int, baselines: bool, revealed: bool) -> list[Interval | None]:
    curve = one.player("agent")
    return [
        *[one.compared("index"), one.compared("room")] * revealed,
        *curve,
        *[None] * (episodes - len(curve)),
        _last(one, "wiped"),
        _last(one, "swapped"),
        *[one.reset_trained] * baselines,
        *[_last(one, "revealed")] * revealed,
    ]


def _last(one: Finding, player: str) -> Interval | None:
    curve = one.player(player)
    return curve[-1] if curve else None


def _number(value: float | None) -> float:
    return NOT_A_NUMBER if value is None else float(value)


def markdown(record: Record, command: str) -> str:
    """The study as a page of Markdown.

    Args:
        record: with one variant at least.
        command: that makes it.
    """
    entries = findings(record)
    heads, rows = scores_table(entries)
    lines = [
        f"# Study: ways to adapt in {record.plan.game}",
        "",
        f"Made by `{command}`. {about(record)}",
        "",
        f"| | {' | '.join(heads)} |",
        "|---" * (len(heads) + 1) + "|",
    ]
    for one, cells in zip(entries, rows, strict=True):
        lines.append(f"| {one.name} | {' | '.join(map(in_words, cells))} |")
    lines += ["", f"| | {' | '.join(COSTS)} |", "|---" * (len(COSTS) + 1) + "|"]
    lines += [f"| {one.name} | {' | '.join(one.costs())} |" for one in entries]
    lines += ["", *(f"- {name}: {sentence}" for name, sentence in sentences(record))]
    return "\n".join(lines) + "\n"


def sentences(record: Record) -> list[tuple[str, str]]:
    """The verdict on each variant, and why some cannot be trained here."""
    verdicts = [(one.name, str(one.row["result"]["verdict"]["sentence"])) for one in findings(record)]
    return verdicts + [(name, f"cannot be trained here: {why}") for name, why in record.refused.items()]


def in_words(estimate: Interval | None) -> str:
    """An estimate with half the width of its interval."""
    if estimate is None or not isfinite(estimate.value):
        return DASH
    margin = (estimate.high - estimate.low) / 2
    return f"{estimate.value:.3f}" + (f" ±{margin:.3f}" if isfinite(margin) else "")


def about(record: Record) -> str:
    """How the figures were made, in sentences."""
    plan, machine, result = record.plan, record.machine, next(iter(record.rows.values()))["result"]
    budget = "the same number of steps"
    if plan.minutes is not None:
        minutes = f"{plan.minutes:g} minutes of processor time"
        budget = f"the steps that fit into {minutes} by its own speed, measured before"
    commits = sorted({row["commit"][:12] for row in record.rows.values() if row["commit"]})
    measure = "Scores: 0 is random play, 1 the best known." if "par" in result else "Returns."
    over = "levels and training seeds" if plan.seeds > 1 else "levels, of one training seed"
    settings = f" Settings: {', '.join(plan.overrides)}." if plan.overrides else ""
    baselines = BASELINES[plan.baselines].format(next(iter(record.rows)))
    files = f" of the files {plan.level_files}" if plan.level_files else ""
    commit = f", commit {' and '.join(commits)}" if commits else ""
    return (
        f"Every variant was trained with {budget}, {plan.seeds} training seed{'s' * (plan.seeds > 1)} from "
        f"0, and played {result['levels']:,} {result['split']} levels{files}. {measure} ± is half of a 95% "
        f"interval over {over}.{baselines}{settings} {machine['cores']} cores of {machine['processor']}, "
        f"Python {machine['python']}{commit}."
    )
