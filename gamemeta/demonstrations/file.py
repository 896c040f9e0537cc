"""The file of demonstrations: one safetensors file with a checksum, as agents and checkpoints are.

The steps of all trials stand one after the other: `obs.NAME` [S, ...], `action.codes` uint8 [S, heads],
`action.numbers` float32 [S, numbers], `reward` float32 [S], `end` uint8 [S] and `imitated` uint8 [S]. Of each
trial there are its number of steps, level, player and seat: `trial.steps`, `trial.level`, `trial.seed`,
`trial.player`, `trial.seat`, [M] each. The header names game, settings, spec and players. No pickle is ever
read, and every number is checked against the spec before anything is learned from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import (
    KINDS,
    NO_SEED,
    TRUNCATED,
    Demonstration,
    PlayedLevel,
    Player,
)
from gamemeta.errors import DemonstrationError, GamemetaError
from gamemeta.files import write_atomically
from gamemeta.spec import Spec
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from gamemeta_levels.files.reading import read_bounded

FORMAT = "gamemeta-demonstrations"
ADVICE = (
    "Give a file of demonstrations: `gamemeta demos record GAME` makes one of the solver or an agent, "
    "and `gamemeta play GAME --against AGENT --record FILE` of your own."
)
MOST_BYTES = 2 * 2**30
"""Largest file that is read."""
MOST_STEPS = 2**20
"""Most steps of a trial."""
MOST_PLAYERS, MOST_SEATS = 256, 256
LONGEST_NAME = 200
LARGEST_REWARD = 1e9
_OF_TRIALS = {"steps": np.int64, "level": np.uint64, "seed": np.int64, "player": np.uint8, "seat": np.uint8}
Arrays = dict[str, NDArray[Any]]


@dataclass
class Demonstrations:
    """Trials of one game.

    Args:
        game: its name.
        game_config: its settings, by field.
        level_parameters: ranges of its levels, by field.
        spec: what its players see and do.
        trials: at least one.
        rewards: whether the rewards are known.
        held_out: whether its levels of each split are kept from the others.
    """

    game: str
    game_config: dict[str, Any]
    level_parameters: dict[str, Any]
    spec: Spec
    trials: list[Demonstration] = field(default_factory=list)
    rewards: bool = True
    held_out: bool = True

    @property
    def steps(self) -> int:
        """Steps of all trials."""
        return sum(trial.steps for trial in self.trials)

    @property
    def players(self) -> list[Player]:
        """Who played, each once."""
        return list(dict.fromkeys(trial.player for trial in self.trials))

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that name the contents."""
        return blake2b(self.to_bytes(), digest_size=8).hexdigest()

    def to_bytes(self) -> bytes:
        """The file; equal demonstrations give equal bytes."""
        players = self.players
        about = {
            "game": self.game,
            "game_config": self.game_config,
            "level_parameters": self.level_parameters,
            "spec": self.spec.to_json(),
            "players": [[player.kind, player.name] for player in players],
            "rewards": self.rewards,
            "held_out": self.held_out,
        }
        return tensor_file(FORMAT, about, self._arrays(players))

    def _arrays(self, players: Sequence[Player]) -> Arrays:
        trials, heads = self.trials, len(self.spec.action.heads)
        action = np.concatenate([trial.action for trial in trials])
        of_trials: dict[str, list[int]] = {
            "steps": [trial.steps for trial in trials],
            "level": [trial.level.content_hash for trial in trials],
            "seed": [trial.level.seed for trial in trials],
            "player": [players.index(trial.player) for trial in trials],
            "seat": [trial.seat for trial in trials],
        }
        arrays = {
            f"obs.{b.name}": np.concatenate([trial.obs[b.name] for trial in trials]) for b in self.spec.obs
        }
        arrays["action.codes"] = action[:, :heads].astype(np.uint8)
        arrays["action.numbers"] = action[:, heads:].astype(np.float32)
        arrays["reward"] = np.concatenate([trial.reward for trial in trials])
        arrays["end"] = np.concatenate([trial.end for trial in trials])
        arrays["imitated"] = np.concatenate([trial.imitated for trial in trials]).astype(np.uint8)
        return arrays | {f"trial.{k}": np.array(v, _OF_TRIALS[k]) for k, v in of_trials.items()}


def write_demonstrations(demonstrations: Demonstrations, path: Path) -> None:
    """Write atomically.

    Raises:
        DemonstrationError: there is no trial.
        OSError: no room or no right to write.
    """
    if not demonstrations.trials:
        raise DemonstrationError(f"{path}: there is nothing to write: no trial was played.")
    write_atomically(path, demonstrations.to_bytes())


def read_demonstrations(path: Path | str) -> Demonstrations:
    """Read what `write_demonstrations` wrote.

    Raises:
        DemonstrationError: missing, damaged, of another version, or another kind of file.
    """
    try:
        data = read_bounded(path, MOST_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise DemonstrationError(f"{path}: cannot be read: {why}. {ADVICE}") from error
    return parse_demonstrations(data, str(path))


def parse_demonstrations(data: bytes, place: str) -> Demonstrations:
    """Demonstrations out of the bytes of their file. Raises DemonstrationError, naming the place."""
    try:
        header, arrays = parse_tensor_file(data, place, FORMAT, advice=ADVICE)
    except GamemetaError as error:
        raise DemonstrationError(str(error)) from error
    try:
        return _checked(header, arrays)
    except (GamemetaError, LookupError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise DemonstrationError(f"{place}: these demonstrations are damaged: {error}") from error


def _checked(header: Mapping[str, Any], arrays: Arrays) -> Demonstrations:
    spec = Spec.from_json(header["spec"])
    game, players = _word(header["game"]), _players(header["players"])
    of_trials = {name: _array(arrays, f"trial.{name}", kind, ()) for name, kind in _OF_TRIALS.items()}
    count = len(of_trials["steps"])
    if not count or any(len(array) != count for array in of_trials.values()):
        raise ValueError("the trials are not as many as their levels, players and seats, or there is none")
    if (of_trials["steps"] < 1).any() or (of_trials["steps"] > MOST_STEPS).any():
        raise ValueError(f"a trial has less than 1 or more than {MOST_STEPS:,} steps")
    if (of_trials["player"] >= len(players)).any() or (of_trials["seed"] < NO_SEED).any():
        raise ValueError("a trial names a player or a level that there is not")
    steps = _steps_of(spec, arrays, int(of_trials["steps"].sum()))
    for name in ("rewards", "held_out"):
        if not isinstance(header[name], bool):
            raise TypeError(f"{name} is neither true nor false")
    made = Demonstrations(
        game=game,
        game_config=_settings(header["game_config"]),
        level_parameters=_settings(header["level_parameters"]),
        spec=spec,
        rewards=header["rewards"],
        held_out=header["held_out"],
    )
    made.trials = _cut(steps, of_trials, players, spec, made.held_out)
    return made


def _steps_of(spec: Spec, arrays: Arrays, total: int) -> Arrays:
    """What is known of every step, [S, ...], each number within its bounds."""
    action = spec.action
    steps: Arrays = {}
    for buffer in spec.obs:
        array = _array(arrays, f"obs.{buffer.name}", buffer.numpy_type, buffer.shape)
        steps[f"obs.{buffer.name}"] = buffer.checked(array, len(array))
    codes = _array(arrays, "action.codes", np.uint8, (len(action.heads),))
    numbers = _array(arrays, "action.numbers", np.float32, (action.continuous,))
    if len(codes) != len(numbers):
        raise ValueError("actions have not as many codes as numbers")
    parts = [codes, numbers] if action.continuous else [codes]
    played = np.concatenate([part.astype(action.dtype) for part in parts], axis=-1)
    steps["action"] = action.checked(played, len(codes))
    reward = steps["reward"] = _array(arrays, "reward", np.float32, ())
    if not (np.abs(reward) <= LARGEST_REWARD).all():
        raise ValueError("a reward is NaN, infinite or enormous")
    for name, most in (("end", TRUNCATED), ("imitated", 1)):
        steps[name] = _array(arrays, name, np.uint8, ())
        if (steps[name] > most).any():
            raise ValueError(f"{name} holds numbers above {most}")
    if any(len(array) != total for array in steps.values()):
        raise ValueError("the trials have not as many steps as there are observations and actions")
    return steps


def _cut(
    steps: Arrays, of_trials: Arrays, players: Sequence[Player], spec: Spec, held_out: bool
) -> list[Demonstration]:
    ends = np.cumsum(of_trials["steps"])
    trials = []
    for k, end in enumerate(ends):
        rows = slice(int(end - of_trials["steps"][k]), int(end))
        level = PlayedLevel(int(of_trials["level"][k]), int(of_trials["seed"][k]), held_out)
        trials.append(
            Demonstration(
                obs={b.name: steps[f"obs.{b.name}"][rows] for b in spec.obs},
                action=steps["action"][rows],
                reward=steps["reward"][rows],
                end=steps["end"][rows],
                imitated=steps["imitated"][rows] != 0,
                level=level,
                player=players[int(of_trials["player"][k])],
                seat=int(of_trials["seat"][k]),
            )
        )
    return trials


def _array(arrays: Arrays, name: str, kind: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    array = arrays[name]
    if array.dtype != np.dtype(kind) or array.ndim != 1 + len(shape) or array.shape[1:] != shape:
        raise ValueError(f"{name} is {array.dtype} {array.shape}")
    return array


def _word(text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        raise TypeError("a name is no text, or too long")
    return text


def _players(values: Any) -> list[Player]:
    players = [Player(_word(kind), _word(name)) for kind, name in values]
    if not 1 <= len(players) <= MOST_PLAYERS or any(player.kind not in KINDS for player in players):
        raise ValueError(f"there are no players, too many, or one that is none of {', '.join(KINDS)}")
    return players


def _settings(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise TypeError("settings are no table")
    return values
