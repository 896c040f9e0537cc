"""Whether adaptation survives an export: `python scripts/evidence/exports/adaptation.py [--levels 64]`.

The maze agent plays test levels, five episodes each: in Python, and by the runtime of every other language
that is installed here, the game in Python and the decisions by the port. Then it begins, on each of these
levels, with what it had learned after the fourth episode, as `gamemeta export --memory` makes it. Last,
Python plays two episodes, the port goes on from that save for two more, and Python from the port's. Writes
docs/results/exports.md.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from page import noted_machine, write_record
from ports import PORTS, Port, PortAgent

import gamemeta
from gamemeta.agent.backend import NUMPY
from gamemeta.agent.runtime import Agent
from gamemeta.evaluation.statistics.intervals import Interval, interval
from gamemeta.evaluation.statistics.scores import Arm, score_values
from gamemeta.export.registry import targets
from gamemeta.playing.session import Session
from gamemeta_levels.family import generate
from gamemeta_levels.level import Level

GAME, LEVELS, EPISODES, LEARNED = "maze", 64, 5, 4
"""What is played, and after how many episodes the memory is taken."""
HANDED = 2
"""Episodes after which another language goes on."""


class Relay:
    """Players who hand one memory on, the first of `players` in the first episode, and so forth."""

    def __init__(self, players: Sequence[Any]) -> None:
        first = players[0]
        self.players, self.spec, self.game, self.episodes = players, first.spec, first.game, len(players)
        self.game_config, self.level_parameters = first.game_config, first.level_parameters
        self.actions: list[list[int]] = [[]]
        self.memories: list[bytes] = []

    def begin(self, n: int = 1, seed: int = 0) -> Any:
        """A mind that knows nothing yet."""
        self._mind = self.players[0].begin(n, seed)
        return self

    def decide(self, buffers: Any, reward: float, done: bool) -> int:
        """The code of the choice, which is noted, as is the memory after each episode."""
        if done:
            self.memories.append(self._mind.memory)
            before, player = self.players[len(self.actions) - 1 : len(self.actions) + 1]
            if player is not before:
                self._mind = player.resume(self.memories[-1])
            self.actions.append([])
        self.actions[-1].append(int(self._mind.decide(buffers, reward, done)))
        return self.actions[-1][-1]


class Dice:
    """A player who presses any key."""

    def __init__(self, agent: Agent) -> None:
        self.spec, self.game, self.episodes = agent.spec, agent.game, EPISODES
        self.game_config, self.level_parameters = agent.game_config, agent.level_parameters

    def begin(self, n: int = 1, seed: int = 0) -> Any:
        """A mind that never knows anything."""
        self._rng = np.random.default_rng(seed)
        return self

    def decide(self, buffers: Any, reward: float, done: bool) -> int:
        """The code of the choice."""
        return int(self._rng.integers(self.spec.action.heads[0]))


@dataclass
class Played:
    """What players did on every level.

    Args:
        returns: [levels, episodes].
        actions: of every level and episode.
        memories: of every level, after each episode but the last.
    """

    returns: NDArray[np.float64]
    actions: list[list[list[int]]]
    memories: list[list[bytes]]

    def equal(self, other: "Played") -> tuple[int, int]:
        """Actions that are the same at the same step of the same episode, and all."""
        pairs = [
            pair
            for mine, theirs in zip(self.actions, other.actions, strict=True)
            for pair in zip(mine, theirs, strict=True)
        ]
        same = sum(a == b for mine, theirs in pairs for a, b in zip(mine, theirs, strict=False))
        return same, sum(max(map(len, pair)) for pair in pairs)


def play(levels: Sequence[Level], relays: Iterator[Relay]) -> Played:
    """Play every level with a relay of its own, level i with seed i."""
    returns, actions, memories = [], [], []
    for seed, (level, relay) in enumerate(zip(levels, relays, strict=True)):
        session = Session(relay, level, episodes=relay.episodes, seed=seed)
        returns.append([frame.returns for frame in session.frames() if frame.done])
        actions.append(relay.actions)
        memories.append(relay.memories)
    return Played(np.array(returns), actions, memories)


class Study:
    """The agent on all levels, in Python first."""

    def __init__(self, count: int) -> None:
        self.agent = gamemeta.load(GAME, backend=NUMPY)
        family = Session(self.agent, _first_level(self.agent)).game.family()
        self.levels = [generate(family, i, "test") for i in range(count)]
        dice = Dice(self.agent)
        sessions = [Session(dice, level, episodes=EPISODES, seed=i) for i, level in enumerate(self.levels)]
        random = [[frame.returns for frame in each.frames() if frame.done] for each in sessions]
        self.arms = {
            "random": _arm(np.array(random)),
            "par": _arm(np.array([[s.par_return] for s in sessions])),
        }
        self.whole = play(self.levels, (Relay([self.agent] * EPISODES) for _ in self.levels))
        self.baked = self.play_baked(self.whole, lambda agent: agent)

    def play_baked(self, learned: Played, player: Any) -> Played:
        """One episode on every level, begun with what was learned there."""
        agents = (self.agent.beginning_with(memories[LEARNED - 1]) for memories in learned.memories)
        return play(self.levels, (Relay([player(agent)]) for agent in agents))

    def scores(self, played: Played) -> NDArray[np.float64]:
        """Scores [levels, episodes] whose mean is the score."""
        scores: NDArray[np.float64] = score_values({**self.arms, "it": _arm(played.returns)}, "it")[0]
        return scores

    def about(self, whole: Played, baked: Played) -> dict[str, Any]:
        """Curve, first score with the memory, and the difference by level."""
        scores, first = self.scores(whole), self.scores(baked)[:, 0]
        difference = interval(first - scores[:, LEARNED])
        return {
            "curve": [_json(interval(column)) for column in scores.T],
            "baked": _json(interval(first)),
            "baked less last": _json(difference),
        }

    def port(self, name: str) -> dict[str, Any]:
        """All of it by the runtime of another language."""
        with tempfile.TemporaryDirectory(prefix="gamemeta-port-") as folder:
            port = Port(targets()[name], Path(folder))
            player = PortAgent(self.agent, port)
            whole = play(self.levels, (Relay([player] * EPISODES) for _ in self.levels))
            turns = [self.agent] * HANDED + [player] * HANDED + [self.agent] * (EPISODES - 2 * HANDED)
            handed = play(self.levels, (Relay(turns) for _ in self.levels))
            baked = self.play_baked(whole, lambda agent: PortAgent(agent, port))
            port.close()
        saves = [(a[-1], b[-1]) for a, b in zip(self.whole.memories, whole.memories, strict=True)]
        return {
            "equal": whole.equal(self.whole),
            "baked equal": baked.equal(self.baked),
            "handed equal": handed.equal(self.whole),
            "memory": max(self.apart(*pair) for pair in saves),
            **self.about(whole, baked),
        }

    def apart(self, golden: bytes, other: bytes) -> float:
        """Largest difference of the state of two memories; infinite where anything else differs."""
        mine, theirs = (self.agent.resume(memory) for memory in (golden, other))
        difference = float(np.abs(mine.state - theirs.state).max())
        theirs.state = mine.state
        return difference if theirs.memory == golden and len(golden) == len(other) else float("inf")


def _first_level(agent: Agent) -> Level:
    from gamemeta.games.setup import GameSetup

    return generate(GameSetup.of(agent).family(), 0, "test")


def _arm(returns: NDArray[np.float64]) -> Arm:
    nothing = np.full(returns.shape, np.nan)
    return Arm(returns, nothing, nothing)


def _json(of: Interval) -> list[float]:
    return [round(x, 5) for x in (of.value, of.low, of.high)]


def main() -> None:
    """Play, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", type=int, default=LEVELS)
    parser.add_argument("--to", default=",".join(PORTS), help="targets, of those that have a program here")
    given = parser.parse_args()
    study = Study(given.levels)
    record: dict[str, Any] = {"game": GAME, "levels": given.levels, "episodes": EPISODES, **noted_machine()}
    record["python"] = study.about(study.whole, study.baked)
    record["ports"], record["missing"] = {}, {}
    for name in given.to.split(","):
        missing = targets()[name].missing()
        if missing:
            record["missing"][name] = missing
            continue
        record["ports"][name] = study.port(name)
        print(name, record["ports"][name], flush=True)
    write_record("adaptation", record)


if __name__ == "__main__":
    main()
