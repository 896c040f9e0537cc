"""What a play-test knows about one level."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.playtest.recording import heat, visited
from gamemeta.evaluation.playtest.trials import Tries
from gamemeta.evaluation.rating import Rating
from gamemeta.evaluation.statistics.scores import Curve, curves
from gamemeta_levels.inspection.finding import Finding, Place
from gamemeta_levels.inspection.ways import reached, ruled
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import SPAWN


@dataclass(kw_only=True)
class LevelTest:
    """Rating, play and findings of one level; there is no play where the level cannot be played."""

    rating: Rating
    tries: Tries | None = None
    shortest_steps: int | None = None
    """Steps of the shortest way through, where the game is about a way."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The level as the command line names it."""
        return self.rating.name

    @property
    def level(self) -> Level:
        """The level, which has been read."""
        assert self.rating.level is not None
        return self.rating.level

    @property
    def played(self) -> Tries:
        """The play, of a level that was played."""
        assert self.tries is not None
        return self.tries

    @property
    def problems(self) -> list[Finding]:
        """The findings by which the level is wrong."""
        return [finding for finding in self.findings if finding.problem]

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Scores by episode of the agent and its controls."""
        return curves(self.played.arms)

    @property
    def difficulty(self) -> float:
        """1 - mean score: 0 plays like the solver, 1 like chance."""
        return 1.0 - float(np.mean(self.curves["agent"].score))

    @property
    def learned(self) -> float:
        """Score of the last episode less that of the first."""
        score = self.curves["agent"].score
        return score[-1] - score[0]

    @property
    def by_memory(self) -> float:
        """Score of the last episode less the wiped agent's mean."""
        return self.curves["agent"].score[-1] - float(np.mean(self.curves["wiped"].score))

    @property
    def deaths(self) -> list[float]:
        """Share of trials that died, by episode."""
        return [float(share) for share in self.played.died.mean(0)]

    @property
    def detours(self) -> list[float | None] | None:
        """Steps of successful tries over those of the shortest way, by episode; None without success."""
        if not self.shortest_steps:
            return None
        agent, ratios = self.played.arms["agent"], []
        for steps, success in zip(agent.steps.T, agent.success.T, strict=True):
            won = steps[success > 0]
            ratios.append(float(won.mean()) / self.shortest_steps if len(won) else None)
        return ratios

    def heat(self, episode: int) -> NDArray[np.int64]:
        """Steps that ended on each tile [H, W] in this episode, from 0, of all trials."""
        return heat(self.played.paths[episode], self.level.height, self.level.width)

    def places_of_death(self, episode: int | None = None) -> dict[Place, int]:
        """How often a try died on each tile, the deadliest first; in one episode, or in all."""
        died, count = self.played.died, dict[Place, int]()
        for k, paths in enumerate(self.played.paths):
            for trial, path in enumerate(paths):
                if died[trial, k] and episode in (None, k):
                    place = (int(path[-1, 0]), int(path[-1, 1]))
                    count[place] = count.get(place, 0) + 1
        return dict(sorted(count.items(), key=lambda one: (-one[1], one[0])))

    @cached_property
    def reachable(self) -> NDArray[np.bool_]:
        """The tiles [H, W] that can be walked to."""
        level = ruled(self.level)
        return reached(level, level.find(SPAWN))

    @cached_property
    def never_visited(self) -> NDArray[np.bool_]:
        """Reachable tiles [H, W] that no try of the agent was on."""
        every = [path for paths in self.played.paths for path in paths]
        return self.reachable & ~visited(every, self.level.height, self.level.width)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values; rows and columns from 1."""
        plain = {**self.rating.to_json(), "findings": [one.to_json() for one in self.findings]}
        return {**plain, "play": None if self.tries is None else self._play_to_json()}

    def _play_to_json(self) -> dict[str, Any]:
        agent, last = self.played.arms["agent"], self.played.episodes - 1
        died_at = [
            {"row": row + 1, "column": column + 1, "times": times}
            for (row, column), times in self.places_of_death().items()
        ]
        unseen = [{"row": int(r) + 1, "column": int(c) + 1} for r, c in np.argwhere(self.never_visited)]
        return {
            "difficulty": round(self.difficulty, 5),
            "success": _known(agent.success.mean(0)),
            "steps": _known(agent.steps.mean(0)),
            "deaths": _known(np.array(self.deaths)),
            "died_at": died_at,
            "shortest_steps": self.shortest_steps,
            "detours": self.detours and [one and round(one, 5) for one in self.detours],
            "reachable_tiles": int(self.reachable.sum()),
            "never_visited": unseen,
            "learned": round(self.learned, 5),
            "by_memory": round(self.by_memory, 5),
            "wiped": self.curves["wiped"].to_json(),
            "heat_first": self.heat(0).tolist(),
            "heat_last": self.heat(last).tolist(),
        }


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [round(float(x), 5) if np.isfinite(x) else None for x in values]
