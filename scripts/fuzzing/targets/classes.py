"""Plain Python classes of a game that give odd objects where numbers, flags and observations are due.

An input is a JSON document: for each part of a class the name of an object, and from which step on it comes.
"""

import datetime
import decimal
import fractions
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
from gymnasium import spaces

from gamemeta.authoring.checking import quick_check
from gamemeta.games.outside.python_class.game import plain_game
from scripts.fuzzing.target import Target

STEPS = 6
"""Of an episode of the game as it should be."""


class Angry:
    """An object whose every use is an error."""

    def _refuse(self, *arguments: Any) -> Any:
        raise ValueError("no")

    __float__ = __int__ = __index__ = __bool__ = __len__ = __iter__ = __array__ = _refuse
    __eq__ = __lt__ = __getitem__ = __call__ = __repr__ = __str__ = _refuse
    __hash__ = None  # type: ignore[assignment]


class Endless:
    """A sequence without an end."""

    def __len__(self) -> int:
        return 10**9

    def __getitem__(self, k: int) -> float:
        return 0.0


def _raise(error: BaseException) -> Any:
    raise error


def _circle() -> list[Any]:
    circle: list[Any] = [0.0]
    circle.append(circle)
    return circle


def _deep() -> Any:
    deep: Any = 0.0
    for _ in range(2000):
        deep = [deep]
    return deep


OBJECTS: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "true": lambda: True,
    "zero": lambda: 0,
    "one": lambda: 1,
    "minus one": lambda: -1,
    "half": lambda: 0.5,
    "three": lambda: 3,
    "huge": lambda: 10**400,
    "large": lambda: 2**63,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "1e39": lambda: 1e39,
    "complex": lambda: 1j,
    "fraction": lambda: fractions.Fraction(1, 3),
    "decimal": lambda: decimal.Decimal("NaN"),
    "text": lambda: "\x1b[31m[/]" * 50,
    "number text": lambda: "0.5",
    "bytes": lambda: b"\x00\xff",
    "empty": list,
    "pair": lambda: [0.0, 1.0],
    "ragged": lambda: [[1.0], [2.0, 3.0]],
    "deep": _deep,
    "circle": _circle,
    "dict": lambda: {"a": 1.0},
    "dict of none": lambda: {"obs": None},
    "dict of numbers": lambda: {1: 0.5, (2, 3): 1.0},
    "odd name": lambda: {"\x1b[31m/../$x": 0.5, "": 1.0},
    "set": lambda: {1, 2},
    "generator": lambda: (k for k in range(2)),
    "range": lambda: range(3),
    "float64": lambda: np.float64(0.5),
    "bool array": lambda: np.array([True, False]),
    "picture": lambda: np.zeros((16, 16, 3), np.uint8),
    "float16": lambda: np.zeros(2, np.float16),
    "objects": lambda: np.array([None, "a", 1.0], object),
    "texts": lambda: np.array(["a", "b"]),
    "times": lambda: np.array(["2020-01-01"], "M8[D]"),
    "record": lambda: np.zeros(2, [("a", "f4")]),
    "masked": lambda: np.ma.array([1.0, 2.0], mask=[True, False]),
    "empty array": lambda: np.zeros((0, 3), np.float32),
    "many axes": lambda: np.zeros((1,) * 20, np.float32),
    "scalar array": lambda: np.array(0.5),
    "large array": lambda: np.zeros((500, 500), np.float32),
    "big-endian": lambda: np.zeros(2, ">f4"),
    "backwards": lambda: np.arange(2.0)[::-1],
    "time": lambda: datetime.datetime(2020, 1, 1),
    "class": lambda: int,
    "function": lambda: len,
    "module": lambda: json,
    "error": lambda: ValueError("an error"),
    "angry": Angry,
    "endless": Endless,
    "ellipsis": lambda: ...,
    "NaN space": lambda: spaces.Box(-np.inf, np.inf, (2,)),
    "discrete": lambda: spaces.Discrete(3, start=5),
    "text space": lambda: spaces.Text(4),
    "raises": lambda: _raise(RuntimeError("the game's own\nerror \x1b[31m" * 100)),
    "raises key": lambda: _raise(KeyError("key")),
    "stops": lambda: _raise(StopIteration(3)),
    "asserts": lambda: _raise(AssertionError()),
    "recursion": lambda: _raise(RecursionError("too deep")),
    "memory": lambda: _raise(MemoryError()),
    "exits": lambda: _raise(SystemExit(3)),
    "exit 0": lambda: _raise(SystemExit),
    "generator ends": lambda: _raise(GeneratorExit()),
    "os": lambda: _raise(OSError(2, "none", "\x07file")),
    "unicode": lambda: _raise(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")),
}
RETURNS = ("reset", "obs", "reward", "done", "truncated", "info", "all", "text", "success", "save")
DECLARES = (
    "actions",
    "step_limit",
    "par",
    "spec",
    "observation_space",
    "live",
    "at_once",
    "recipe",
    "family",
    "seats",
    "speed",
)
Part = dict[str, Any]


def targets() -> Iterator[Target]:
    """One target."""
    yield Target(name="classes/plain", seeds=_seeds, play=_play, mutate=_mutate)


def _seeds() -> Sequence[bytes]:
    return [json.dumps(one).encode() for one in ({}, {"obs": ["dict", 0]}, {"obs": ["picture", 0]})]


def _mutate(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Some parts with odd objects, from some step on."""
    parts: Part = json.loads(random.choice(seeds))
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice((*RETURNS, *RETURNS, *DECLARES))
        parts[name] = [random.choice(list(OBJECTS)), random.choice((0, 0, 1, 2, 5))]
    return json.dumps(parts).encode()


def _play(data: bytes, folder: Path) -> None:
    """What a training does with the class before it begins."""
    parts: Part = json.loads(data)
    cls = _class_of(parts)
    made = plain_game(cls, "fuzz.py:Fuzz")
    quick_check(SimpleNamespace(name="fuzz.py:Fuzz", game=lambda n=1: made(n)))  # type: ignore[arg-type]


def _class_of(parts: Part) -> type:
    """A class that plays as it should, but for these parts."""

    def part(name: str, step: int, good: Any) -> Any:
        kind, since = parts.get(name, (None, 0))
        return good if kind is None or step < since else OBJECTS[kind]()

    class Fuzz:
        actions: Any = 3
        step_limit: Any = 20

        def reset(self, level: int) -> Any:
            self.step_number, self.goal = 0, level % 3
            return part("reset", 5, self._obs())

        def _obs(self) -> Any:
            return part("obs", self.step_number, [self.step_number / STEPS, 0.0])

        def step(self, action: Any) -> Any:
            self.step_number += 1
            k = self.step_number
            reward = part("reward", k, float(action == self.goal))
            done = part("done", k, k >= STEPS)
            truncated = part("truncated", k, False)
            info = part("info", k, {"success": part("success", k, True)})
            return part("all", k, (self._obs(), reward, done, truncated, info))

        def text(self) -> Any:
            return part("text", self.step_number, "a game")

    for name in DECLARES:
        if name in parts:
            with_errors = parts[name][0]
            try:
                setattr(Fuzz, name, OBJECTS[with_errors]())
            except BaseException:  # a class attribute is there before anything is played
                continue
    return Fuzz
