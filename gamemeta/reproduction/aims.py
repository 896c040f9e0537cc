"""What a reproduction is to reach, cell by cell, and whether it did."""

from collections.abc import Mapping
from typing import Any

from gamemeta.calibration import alchemy
from gamemeta.reproduction.recipes import TABLE
from gamemeta.reproduction.statistics import half_width

LEAST_SHARE = 0.99
LEAST_TOTAL = {("mdp", 10): 159.0, ("mdp", 25): 448.0, ("alchemy", 10): 230.0}
"""By problem and n. For MDPs, Duan et al. published 156.2 and 445.7."""
ORACLE_SHARE, ORACLE_EPISODES = 0.97, (3, 4)
DARK_SHARE = 0.95
"""Of what no agent can expect more than, in dark rooms."""
FROM_PUBLISHED = 2.0
"""How far the total of a player in alchemy may be from the published one."""
JUDGED_BY = {("bandits", 10): "bayes_optimal", ("bandits", 100): "gittins"}
"""The optimum, or what comes nearest to it, by problem and n."""


def aims(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The aims of a record as `what`, `value`, `least` or `most`, and `reached`.

    Args:
        made: a record; cells without an aim, and those with nothing measured, have none.
    """
    ours = made["variants"].get(TABLE, {})
    if "value" not in ours:
        return []
    if made["problem"] == "grid":
        return _grid(ours, made)
    if made["problem"] in ("darkroom", "keydoor"):
        return _dark(ours, made)
    if made["problem"] in ("mdp", "alchemy"):
        least = LEAST_TOTAL.get((made["problem"], made["n"]))
        goals = [] if least is None else [_at_least(f"at least {least:g}", ours["value"], least)]
        return goals + (_as_published(made) if made["problem"] == "alchemy" else [])
    optimum = _optimum(made)
    if optimum is None:
        return []
    what = f"at least {LEAST_SHARE:.0%} of {optimum[0]}, {optimum[1]:.3f}"
    return [_at_least(what, ours["value"] / optimum[1], LEAST_SHARE)]


def _optimum(made: Mapping[str, Any]) -> tuple[str, float] | None:
    judge = JUDGED_BY.get((made["problem"], made["n"]))
    if judge in made["exact"]:
        return "the exact optimum", float(made["exact"][judge])
    if judge in made["players"]:
        return "Gittins on the same instances", float(made["players"][judge]["value"])
    return None


def _at_least(what: str, value: float, least: float) -> dict[str, Any]:
    return {"what": what, "value": round(value, 5), "least": least, "reached": value >= least}


def _as_published(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whether players whose rules are known earn what was published of them, which proves the rules."""
    goals = []
    for name, quoted in alchemy.PUBLISHED.items():
        value = made["players"][name]["value"]
        what = f"the player `{name}` within {FROM_PUBLISHED:g} of the {quoted} that was published"
        reached = abs(value - quoted) <= FROM_PUBLISHED
        goals.append({"what": what, "value": value, "most": quoted + FROM_PUBLISHED, "reached": reached})
    return goals


def _grid(ours: dict[str, Any], made: Mapping[str, Any]) -> list[dict[str, Any]]:
    curve = ours["curve"]
    oracle, bound = made["exact"]["oracle"] / made["n"], made["exact"]["first_episode_bound"]
    goals = []
    for episode in ORACLE_EPISODES:
        what = f"episode {episode}: at least {ORACLE_SHARE:.0%} of the oracle's {oracle:.2f}"
        goals.append(_at_least(what, curve[episode - 1]["value"] / oracle, ORACLE_SHARE))
    half = half_width(
        curve[0]["error"], [run["curve"][0]["value"] for run in ours.get("runs", ()) if "curve" in run]
    )
    low, high = curve[0]["value"] - half, curve[0]["value"] + half
    what = f"episode 1: 95% interval {low:.3f} to {high:.3f}, not above the bound {bound:.2f}"
    value = {"value": curve[0]["value"], "most": bound, "reached": low <= bound}
    return [*goals, {"what": what, **value}]


def _dark(ours: dict[str, Any], made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A share of the bound of each episode, and of the oracle in the last one."""
    curve, goals = ours["curve"], []
    for episode, reached in enumerate(curve, 1):
        bound = made["exact"][f"bound_{episode}"]
        what = f"episode {episode}: at least {DARK_SHARE:.0%} of the bound {bound:.2f}"
        goals.append(_at_least(what, reached["value"] / bound, DARK_SHARE))
    return goals
