"""Rules, levels and agents of a page without Python, held against those of Python step by step.

A digest of an episode is made of all that can be seen of each moment: observations, reward, ends, who still
plays, tiles, status and events in words.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gamemeta.agent.runtime import Agent
from gamemeta.games.setup import GameSetup
from gamemeta.playground.offers import Offers
from gamemeta.playground.single_file import engine_function, page_data
from gamemeta.playground.tab import Tab
from gamemeta.playing.session import Session
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.level import Level
from scripts.javascript.recording import Recorded

PROBE = Path(__file__).with_name("probe.mjs")
BELIEVED = ("guess", "unguessed")
"""Of a match: what the agent thinks of the person, or why that is not known."""
LEFT_OUT = "rules"
"""What the server says of a level beyond what the page shows."""
Check = Callable[[Any], list[str]]
"""What is wrong with an answer, in sentences."""


class Comparison:
    """What is to be compared, and then compared at once.

    Args:
        agent: whose game, with its settings and ranges, is played.
    """

    def __init__(self, agent: Agent) -> None:
        self._agent, self._setup = agent, GameSetup.of(agent)
        self._asked: dict[str, list[Any]] = {"levels": [], "trials": [], "messages": []}
        self._checks: dict[str, list[Check]] = {kind: [] for kind in self._asked}
        self.steps = dict.fromkeys(self._asked, 0)
        """Steps, or answers, that are compared."""

    def rules(self, seeds: Sequence[int], split: str = "test", **settings: Any) -> None:
        """Play levels, and compare them and all that is seen in them.

        Args:
            seeds: of the levels.
            split: where they are from.
            settings: of the game, in place of the agent's.
        """
        setup = self._setup.with_settings(**settings) if settings else self._setup
        family, game = setup.family(), setup.game(len(seeds))
        levels = generate_arrays(family, seeds, split)
        drawn = [family.unpack(levels, i) for i in range(len(seeds))]
        packed = family.pack(drawn)
        recorded = Recorded(game, packed)
        recorded.play()
        form = {"seats": game.seats, "heads": len(game.spec.action.heads)}
        form |= {"obs": [[part.name, list(part.shape), str(part.dtype)] for part in game.spec.obs]}
        pars, limits = game.par(packed), game.step_limit(packed)
        for i, level in enumerate(drawn):
            plan = len(family.solve(level)) if game.about.has_plans else None
            expected = {
                "rows": level.tiles.tolist(),
                "hidden": {name: list(values) for name, values in level.hidden.items()},
                "hash": str(level.content_hash),
                "par": float(pars[i]),
                "steps": plan,
                "limit": int(limits[i]),
                "digest": recorded.digests[i].hexdigest(),
            }
            word = f"{split}:{seeds[i]}"
            asked = {"word": word, "episodes": recorded.actions(i), "form": form, "settings": settings}
            self._add("levels", asked, same_fields(word, expected))
        self.steps["levels"] += recorded.steps

    def trials(self, seeds: Sequence[int], *, wipe: bool = False) -> None:
        """Let the agent try levels, and compare where it goes."""
        family = self._setup.family()
        levels = generate_arrays(family, seeds, "test")
        for i, seed in enumerate(seeds):
            word = f"test:{seed}"
            expected = paths(self._agent, family.unpack(levels, i), wipe)
            self._add(
                "trials", {"word": word, "wipe": wipe}, same(f"where the agent goes in {word}", expected)
            )
            self.steps["trials"] += sum(len(path) - 1 for path in expected)

    def answers(self, messages: Sequence[dict[str, Any]]) -> None:
        """Send messages, and compare the answers of the page to those of the server."""
        tab = self.tab()
        for message in messages:
            expected = [without_beliefs(one) for one in tab.answer(message)]
            expected = [{k: v for k, v in one.items() if k != LEFT_OUT} for one in expected]
            what = f"the answer to {json.dumps(message)[:300]}"
            self._add("messages", message, answered_alike(what, json.loads(json.dumps(expected))))
            self.steps["messages"] += len(expected)

    def ratings(self, seeds: Sequence[int]) -> None:
        """Rate levels, and compare what both have rated to the end within their time."""
        tab = self.tab()
        for seed in seeds:
            level = tab.answer({"do": "level", "word": f"test:{seed}"})[0]["level"]
            message = {"do": "rate", "number": seed, "level": level}
            self._add("messages", message, self._rated(f"the rating of test:{seed}", tab.answer(message)))

    def _rated(self, what: str, expected: Any) -> Check:
        def check(answer: Any) -> list[str]:
            if not (answer[0]["rating"]["whole"] and expected[0]["rating"]["whole"]):
                return []
            self.steps["messages"] += 1
            return same(what, expected)(answer)

        return check

    def tab(self) -> Tab:
        """A tab of the server that has chosen the agent."""
        tab = Tab(Offers())
        tab.answer({"do": "agent", "name": self._agent.game})
        return tab

    def check(self) -> dict[str, int]:
        """Ask the engine in JavaScript for all at once; returns how many steps and answers were compared.

        Raises:
            AssertionError: naming what differs first.
        """
        for differences in self.differences().values():
            assert not differences, differences[0]
        return self.steps

    def differences(self) -> dict[str, list[str]]:
        """What differs, in sentences, for levels, trials and messages."""
        answers = self._answered()
        return {
            kind: [words for check, one in zip(checks, answers[kind], strict=True) for words in check(one)]
            for kind, checks in self._checks.items()
        }

    def _add(self, kind: str, asked: Any, check: Check) -> None:
        self._asked[kind].append(asked)
        self._checks[kind].append(check)

    def _answered(self) -> dict[str, Any]:
        data = page_data(self._agent.game, self._agent)
        with tempfile.TemporaryDirectory() as folder:
            engine = Path(folder) / "engine.js"
            engine.write_text(engine_function(self._agent.game), "utf-8")
            text = json.dumps({"data": data, **self._asked})
            command = ["node", str(PROBE), str(engine)]
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        answers: dict[str, Any] = json.loads(done.stdout)
        return answers


def same(what: str, expected: Any) -> Check:
    """A check that an answer is this."""
    return lambda answer: [] if answer == expected else [f"{what} is {answer}, and in Python {expected}"]


def answered_alike(what: str, expected: list[dict[str, Any]]) -> Check:
    """A check that answers are these, whatever they say of beliefs."""
    check = same(what, expected)
    return lambda answers: check([without_beliefs(one) for one in answers])


def same_fields(word: str, expected: dict[str, Any]) -> Check:
    """A check that the fields of an answer about a level are these."""
    checks = {name: same(f"{name} of {word}", value) for name, value in expected.items()}
    return lambda answer: [words for name, check in checks.items() for words in check(answer[name])]


def paths(agent: Agent, level: Level, wipe: bool) -> list[list[list[Any]]]:
    """Where the agent goes in every try, what it has earned, and how each try ends."""
    tries: list[list[list[Any]]] = []
    for frame in Session(agent, level, wipe=wipe).frames():
        if frame.episode > len(tries):
            tries.append([])
        moment: list[Any] = [*frame.scene.agent, frame.scene.status]
        if frame.done:
            end = frame.finished[-1]
            moment += [end.steps, end.success, round(end.returns, 3)]
        tries[-1].append(moment)
    return tries


def without_beliefs(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what agents believe: heads of beliefs are not part of a page without Python."""
    answer = {k: v for k, v in answer.items() if k not in BELIEVED}
    if "lanes" not in answer:
        return answer
    lanes = [lane and {k: v for k, v in lane.items() if k != "beliefs"} for lane in answer["lanes"]]
    return {**answer, "lanes": lanes}
