"""The report: one self-contained page about how an agent adapts, to open without network."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile, write_atomically
from gamemeta.errors import ConfigError
from gamemeta.evaluation import aggregates, charts
from gamemeta.evaluation.aggregates import Estimate, Scores
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.measures import MEASURES, Bin, Measure, binned_means, measure_levels
from gamemeta.evaluation.scores import Curve

TEMPLATE = "report.html"
PLAYERS = {
    "par": "solver (par)",
    "random": "random",
    "swapped": "memory swapped",
    "wiped": "memory wiped",
    "agent": "agent",
}
"""In the order they are drawn, the agent last and on top."""
SHOWN_MEASURES = ("size", "braiding", "par_steps")
SHOWN_LEVELS, SHOWN_BINS = 6, 5
SMALL_CHART = (360, 250)
DASH = "\N{EN DASH}"
THRESHOLDS = np.linspace(0.0, 0.99, 100)


def check_target(path: Path, suffixes: tuple[str, ...]) -> None:
    """Fail now rather than after the last episode.

    Raises:
        ConfigError: the name ends otherwise, or stands for a folder.
        OSError: the folder it names is missing or cannot be written to.
    """
    if path.suffix.lower() not in suffixes:
        raise ConfigError(f"{path}: give a name that ends in {' or '.join(suffixes)}.")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder. Give the name of a file in it.")
    trial = path.with_name(f".{path.name}.trial")
    try:
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error


def write_report(result: Evaluation, agent: AgentFile, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        ConfigError: the extra `report` is not installed.
        OSError: the file cannot be written.
    """
    write_atomically(path, report_page(result, agent).encode())


def report_page(result: Evaluation, agent: AgentFile) -> str:
    """The page as HTML. Equal evaluations give equal pages.

    Args:
        result: of `gamemeta.evaluation.evaluation.evaluate`.
        agent: whom it is about.
    Raises:
        ConfigError: the extra `report` is not installed.
    """
    page = _Page(result, agent)
    text = Template(files("gamemeta.evaluation").joinpath(TEMPLATE).read_text("utf-8"))
    return text.substitute(page.parts())


@dataclass
class _Page:
    result: Evaluation
    agent: AgentFile

    def __post_init__(self) -> None:
        result = self.result
        self.players = [name for name in PLAYERS if name in result.curves]
        self.learners = [name for name in ("agent", "wiped", "swapped") if name in result.curves]
        self.scores: dict[str, Scores] = {
            name: aggregates.level_scores(result.arms, name) for name in self.players
        }
        self.last = result.episodes

    def parts(self) -> dict[str, str]:
        """What the template asks for, by name."""
        result = self.result
        return {
            "title": escape(f"{result.game} agent {self.agent.digest[:8]}: adaptation report"),
            "eyebrow": escape(
                f"gamemeta adaptation report · agent {self.agent.digest} · {result.levels:,} "
                f"{result.split} levels"
            ),
            "heading": escape(self._heading()),
            "verdict": escape(result.verdict()),
            "verdict_class": "" if result.adapts else " no",
            "tiles": self._tiles(),
            "adaptation_note": self._adaptation_note(),
            "curve_legend": _legend((name, PLAYERS[name]) for name in reversed(self.players)),
            "curve": self._curve(),
            "profile_legend": _legend((name, PLAYERS[name]) for name in self.learners),
            "profile": self._profile(),
            "last": str(self.last),
            "table_note": "Means over levels with 95% intervals; below, aggregates that a few odd levels "
            "cannot sway: the interquartile mean (the middle half of all levels, each scored by its own "
            "par), and how likely the agent beats its control on a level (Agarwal et al. 2021).",
            "table": self._table(),
            "aggregates": self._aggregates(),
            "parameters": self._parameters(),
            "levels": self._levels(),
            "provenance": _definitions(self._provenance()),
        }

    def _heading(self) -> str:
        if not self.result.learned:
            return "Nothing was learned yet"
        return f"The {self.result.game} agent {'adapts' if self.result.adapts else 'shows no adaptation'}"

    def _tiles(self) -> str:
        agent = self.result.curves["agent"]
        tiles = [(f"score in episode {k + 1}", *_interval(agent, k)) for k in {0: 0, self.last - 1: 0}]
        for name in self.learners[1:]:
            text = f"{PLAYERS[name]}, episode {self.last}"
            tiles.append((text, *_interval(self.result.curves[name], self.last - 1)))
        at_par = float(np.mean(self.scores["agent"][:, -1] >= 1 - 1e-9))
        tiles.append(
            (f"of levels played at par in episode {self.last}", f"{at_par:.0%}", "as short as the solver")
        )
        return "".join(
            f"<div><dt>{escape(label)}</dt><dd>{value}<small>{escape(small)}</small></dd></div>"
            for label, value, small in tiles
        )

    def _adaptation_note(self) -> str:
        unseen = "" if self.result.split in ("train", "any") else " that the agent has never seen"
        words = (
            f"A trial is several episodes on one level{unseen}; memory is kept between them. "
            "Score 0 is random play and 1 is the solver, which sees everything. "
            "Bands are 95% intervals over levels."
        )
        if "wiped" in self.learners:
            words += (
                " Memory wiped: the same agent forgets before every episode. Memory swapped: it carries "
                "the memory of another level. The distance to these two is what it remembers of this level."
            )
        return words

    def _curve(self) -> str:
        curves, episodes = self.result.curves, np.arange(1.0, self.last + 1)
        series = []
        for name in self.players:
            one = curves[name]
            bounds = {"low": one.score_low, "high": one.score_high} if name in self.learners else {}
            series.append(charts.Series(name=name, x=episodes, y=one.score, **bounds))
        lowest = min(min(curves[name].score_low) for name in self.learners)
        highest = max(max(curves[name].score_high) for name in self.learners)
        return charts.line_chart(
            series,
            charts.episode_axis(self.last),
            charts.score_axis(lowest, highest),
            title="Score by episode of the agent and its controls",
        )

    def _profile(self) -> str:
        series = []
        for name in reversed(self.learners):
            found = aggregates.performance_profile(self.scores[name][None, :, -1], THRESHOLDS)
            series.append(
                charts.Series(name=name, x=THRESHOLDS, y=found.value, low=found.low, high=found.high)
            )
        fifths = [(k / 5, f"{k / 5:.1f}") for k in range(6)]
        return charts.line_chart(
            series,
            charts.Axis(title="score on a level", start=0, end=1, ticks=fifths),
            charts.Axis(
                title="share of levels above it",
                start=0,
                end=1.02,
                ticks=[(k / 5, f"{k / 5:.0%}") for k in range(6)],
            ),
            title="Share of levels above each score, in the last episode",
            markers=False,
        )

    def _table(self) -> str:
        names = [*self.learners, "random", "par"]
        rows = []
        for k in range(self.last):
            cells = [self._cell(name, k) for name in names]
            agent = self.result.curves["agent"]
            rows.append([f"episode {k + 1}", *cells, f"{agent.success[k]:.1%}", f"{agent.steps[k]:.1f}"])
        heads = ["", *(PLAYERS[name] for name in names), "agent solves", "agent steps"]
        return _table(heads, rows)

    def _cell(self, name: str, k: int) -> str:
        value, interval = _interval(self.result.curves[name], k)
        return f"{value}<small>{interval}</small>" if name in self.learners else value

    def _aggregates(self) -> str:
        episodes = sorted({1, self.last})
        rows = []
        for name in self.learners:
            scores = self.scores[name][None][..., [k - 1 for k in episodes]]
            mean = aggregates.interquartile_mean(scores)
            cells = [_estimate(mean, k) for k in range(len(episodes))]
            better = "" if name == "agent" else _estimate(self._improvement(name), 0, percent=True)
            rows.append([PLAYERS[name], *cells, better])
        heads = [f"interquartile mean, episode {k}" for k in episodes]
        return _table(["", *heads, f"agent is better, episode {self.last}"], rows)

    def _improvement(self, name: str) -> Estimate:
        ours, theirs = (self.scores[who][None, :, -1] for who in ("agent", name))
        return aggregates.probability_of_improvement(ours, theirs)

    def _parameters(self) -> str:
        measured, scores = measure_levels(self.result.played), self.scores["agent"][:, [0, -1]]
        drawn = []
        for name in SHOWN_MEASURES:
            bins = binned_means(measured[name], scores, SHOWN_BINS)
            if len(bins) > 1:
                measure = MEASURES[name]
                drawn.append(
                    f'<div class="card"><h3>{measure.title}</h3>{_bin_chart(bins, measure)}'
                    f'<p class="note">{escape(measure.meaning)}</p></div>'
                )
        if not drawn:
            return ""
        legend = _legend([("agent", f"episode {self.last}"), ("first", "episode 1")])
        return (
            "<section><h2>Score by kind of level</h2>"
            '<p class="note">The agent, on levels grouped by what they are like; whiskers are 95% intervals.'
            f'</p>{legend}<div class="trio">{"".join(drawn)}</div></section>'
        )

    def _levels(self) -> str:
        if min(self.result.played.tiles.shape[1:]) < 3:
            return ""
        order = np.lexsort((self.result.played.par_steps, self.scores["agent"].mean(1)))
        count = min(SHOWN_LEVELS, len(order) // 2)
        groups = {"Hardest": order[:count], "Easiest": order[::-1][:count]}
        parts = [
            "<section><h2>Hardest and easiest levels</h2>"
            '<p class="note">'
            "By the agent's mean score over its one trial on each level; of equals, the longer is easier. "
            '<span class="key"><span style="--c:var(--spawn)"><i class="disc"></i>spawn</span>'
            '<span style="--c:var(--goal)"><i class="diamond"></i>goal</span>'
            '<span style="--c:var(--way)"><i class="disc"></i>a shortest way</span>'
            '<span style="--c:var(--agent)"><i></i>score by episode</span></span></p>'
        ]
        for title, rows in groups.items():
            figures = "".join(self._figure(int(row)) for row in rows)
            parts.append(f'<h3 style="margin-top:14px">{title}</h3><div class="levels">{figures}</div>')
        return "".join([*parts, "</section>"])

    def _figure(self, row: int) -> str:
        played, scores = self.result.played, self.scores["agent"][row]
        height, width = (int(side) for side in played.size[row])
        solved = self.result.arms["agent"].success[row].sum()
        name = f"{self.result.split}:{int(played.seed[row])}"
        picture = charts.level_picture(
            played.tiles[row, :height, :width],
            played.distance[row, :height, :width],
            played.spawn[row],
            title=f"level {name}",
        )
        words = ", ".join(f"{score:.2f}" for score in scores)
        return (
            f"<figure>{picture}{charts.episode_columns(scores, title=f'score by episode: {words}')}"
            f"<figcaption><b>{escape(name)}</b><br>{height} x {width}, par {int(played.par_steps[row])}, "
            f"solved {solved:.0f} of {self.last}</figcaption></figure>"
        )

    def _provenance(self) -> Iterable[tuple[str, str]]:
        result, agent = self.result, self.agent
        training = agent.training
        run = training.get("config", {}).get("run", {})
        yield "agent digest", agent.digest
        yield "commit", str(training.get("commit") or "unknown")
        yield "trained by", f"gamemeta {training.get('version', 'unknown')}"
        yield "training steps", f"{training.get('steps', 0):,}"
        yield "training seed", str(run.get("seed", "unknown"))
        yield "memory cleared", f"between {agent.memory}s"
        yield (
            "network",
            f"{_words(agent.network)}; {sum(w.size for w in agent.weights.values()):,} parameters",
        )
        yield "game", f"{agent.game}: {_words(agent.game_config)}"
        yield "trained on", _words(agent.level_parameters) or "the family's default levels"
        yield "evaluated on", f"{result.levels:,} {result.split} levels, seeds 0 to {result.levels - 1:,}"
        yield "episodes of a trial", str(result.episodes)
        yield "seed of the draws", str(result.seed)
        yield "evaluated by", f"gamemeta {version('gamemeta')}, rliable {version('rliable')}"
        yield (
            "beside",
            f"Python {platform.python_version()}, NumPy {np.__version__}, torch {version('torch')}",
        )
        yield (
            "command",
            f"gamemeta evaluate AGENT --split {result.split} --levels {result.levels} "
            f"--episodes {result.episodes} --seed {result.seed} --report FILE.html",
        )


def _interval(curve: Curve, k: int) -> tuple[str, str]:
    value, low, high = (
        f"{round(bound[k], 3) + 0.0:.3f}" for bound in (curve.score, curve.score_low, curve.score_high)
    )
    return value, f"{low} {DASH} {high}"


def _estimate(found: Estimate, k: int, *, percent: bool = False) -> str:
    form = ".1%" if percent else ".3f"
    return f"{found.value[k]:{form}}<small>{found.low[k]:{form}} {DASH} {found.high[k]:{form}}</small>"


def _bin_chart(bins: list[Bin], measure: Measure) -> str:
    x = np.arange(len(bins), dtype=np.float64)
    means, margins = np.stack([b.mean for b in bins]), np.stack([b.margin for b in bins])
    known: NDArray[np.float64] = np.nan_to_num(margins)
    series = [
        charts.Series(
            name=name, x=x, y=means[:, k], low=(means - margins)[:, k], high=(means + margins)[:, k]
        )
        for k, name in ((0, "first"), (1, "agent"))
    ]
    ticks = [(k, _range(b, measure)) for k, b in enumerate(bins)]
    return charts.line_chart(
        series,
        charts.Axis(title=measure.unit, start=-0.5, end=len(bins) - 0.5, ticks=ticks),
        charts.score_axis(float((means - known).min()), float((means + known).max())),
        title=f"Score by {measure.title.lower()}",
        whiskers=True,
        size=SMALL_CHART,
    )


def _range(one: Bin, measure: Measure) -> str:
    if measure.share:
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        return f"{low}%" if low == high else f"{low}{DASH}{high}%"
    return f"{one.low:.0f}" if one.low == one.high else f"{one.low:.0f}{DASH}{one.high:.0f}"


def _legend(entries: Iterable[tuple[str, str]]) -> str:
    items = (f'<li><i class="{name}"></i>{escape(text)}</li>' for name, text in entries)
    return f'<ul class="legend">{"".join(items)}</ul>'


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    """Cells are HTML already; the first of a row is its heading."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr><th>{first}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>" for first, *rest in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _definitions(entries: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in entries)


def _words(values: Mapping[str, Any]) -> str:
    def word(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return "..".join(map(word, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    return ", ".join(f"{name.replace('_', ' ')} {word(value)}" for name, value in values.items())
