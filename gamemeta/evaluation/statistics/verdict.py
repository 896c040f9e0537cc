"""Whether an agent adapts: the one rule, for the end of a training, evaluations, pages and agent files.

Levels are paired: on each one the agent is compared with its own controls, which share its weights and its
draws but not its memory. The mean difference in score has to be large enough to matter, not only proven:

    adapts               over the wiped agent by more than `LEAST_EFFECT`, and over all others by more than 0
    too small to matter  over one of them by less than `LEAST_EFFECT`
    cannot say           neither can be told with the levels that were played

Each of these is a one-sided test that is wrong in at most 5% of cases: the ends of a 90% interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite, log10
from typing import Any

from gamemeta.evaluation.statistics.intervals import Clusters, Floats, Interval, interval
from gamemeta.evaluation.statistics.scores import Arm, first_of, score_values

ADAPTS, TOO_SMALL, UNCLEAR = "adapts", "too small to matter", "cannot say"
LEAST_EFFECT = 0.01
"""Least difference that matters, in score: a hundredth of the way from random play to par."""
CONFIDENCE = 0.9
RIVALS = {
    "wiped": "the wiped agent",
    "swapped": "the one with another level's memory",
    "reset_trained": "the reset-trained agent",
}
"""Whom the agent is compared with, and what they are called."""


@dataclass(frozen=True)
class Verdict:
    """A word, and the mean differences it rests on, with 90% intervals over levels and training seeds."""

    word: str
    """`ADAPTS`, `TOO_SMALL` or `UNCLEAR`."""
    over: dict[str, Interval]
    """By rival: how much better the agent is."""
    least: float
    """Difference that matters, in the same unit."""

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data."""
        return {
            "word": self.word,
            "sentence": str(self),
            "confidence": CONFIDENCE,
            **{f"over_{name}": difference.to_json() for name, difference in self.over.items()},
        }

    def __str__(self) -> str:
        """Such as `+0.14 (+0.11 to +0.17) over the wiped agent: adapts`."""
        effects = ", ".join(f"{self._effect(name)} over {RIVALS[name]}" for name in self._decisive())
        return f"{effects}: {self.word}"

    def _decisive(self) -> list[str]:
        """The wiped agent, and the rivals that keep the agent from being called adaptive."""
        words = {name: _word(name, difference, self.least) for name, difference in self.over.items()}
        return [name for name, word in words.items() if name == "wiped" or word != ADAPTS]

    def _effect(self, rival: str) -> str:
        digits = max(0, ceil(-log10(self.least) - 1e-9)) if self.least > 0 else 2
        value, low, high = (f"{x:+.{digits}f}" for x in vars(self.over[rival]).values())
        return f"{value} ({low} to {high})" if isfinite(self.over[rival].low) else f"{value} (no interval)"


def verdict(
    differences: Mapping[str, Floats], clusters: Clusters = None, least: float = LEAST_EFFECT
) -> Verdict:
    """The verdict on an agent.

    Args:
        differences: by rival, how much better the agent is on each level, [seeds, levels] or [levels];
            `wiped` is among them.
        clusters: [levels], which levels are copies of one world; None where all differ.
        least: difference that matters, in the same unit.
    """
    over = {name: interval(values, clusters, CONFIDENCE) for name, values in differences.items()}
    words = {_word(name, difference, least) for name, difference in over.items()}
    return Verdict(next(word for word in (TOO_SMALL, UNCLEAR, ADAPTS) if word in words), over, least)


def _word(rival: str, difference: Interval, least: float) -> str:
    """What one comparison says."""
    if difference.high < least:
        return TOO_SMALL
    return ADAPTS if difference.low > (least if rival == "wiped" else 0.0) else UNCLEAR


def differences(arms: Mapping[str, Arm]) -> dict[str, Floats]:
    """How much better the agent is than each rival that played, on each level, [seeds, levels].

    The last episode is compared with the mean over all episodes of those that begin each with an empty
    memory, and all episodes after the first with those of the agent that carries another level's memory.

    Args:
        arms: as `score_values`; `agent` and `wiped` are among them.
    """
    agent = score_values(arms, "agent")
    over = {
        name: agent[..., -1] - score_values(arms, name).mean(-1)
        for name in ("wiped", "reset_trained")
        if name in arms
    }
    if "swapped" in arms:
        later = agent - score_values(arms, "swapped")
        over["swapped"] = (later[..., 1:] if later.shape[-1] > 1 else later).mean(-1)
    return {name: over[name] for name in RIVALS if name in over}


def judge(arms: Mapping[str, Arm], clusters: Clusters = None) -> Verdict:
    """The verdict on an agent, of the records of its controls and baselines.

    Where par is unknown, differences are in returns, and those matter that are `LEAST_EFFECT` of the way from
    random play to the agent.

    Args:
        arms: as `differences`; `random` is among them.
        clusters: as `verdict`.
    """
    least = LEAST_EFFECT
    if "par" not in arms:
        last = arms["agent"].returns[..., -1].mean()
        least *= abs(float(last - arms["random"].returns.mean()))
    return verdict(differences(arms), first_of(clusters, arms["agent"].returns.shape[-2]), least)
