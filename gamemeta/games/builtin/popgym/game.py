"""The memory games of POPGym (Morad et al. 2023), version 1.0.7: `popgym/repeat_previous` and so on.

Decks, boards, rewards and ends are those of the package. A trial is the episodes of one deck or board; POPGym
itself deals anew each time, which is a trial of one episode. Its agents see the action before besides, and
ours the reward as well. A square of a board is one action rather than two, as with POPGym's wrapper
`DiscreteAction`. What POPGym calls truncated, where the rules allow no more steps, is terminated here.
"""

import struct
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError, UnknownName
from gamemeta.games.about import About
from gamemeta.games.builtin.fit import check_fit, check_like
from gamemeta.games.builtin.popgym import kernels
from gamemeta.games.builtin.popgym.recipes import recipe_of
from gamemeta.games.builtin.popgym.words import HIDDEN, SUMMARIES, drawn
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Buffer, Spec, symbols
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.family import CODE, NUMBERS, POPGymLevels, POPGymParameters, action_names
from gamemeta_levels.families.popgym.tasks import DIFFICULTIES, PREFIX, TASKS, Size, size_of
from gamemeta_levels.family import LevelArrays

MARKED = (tasks.CONCENTRATION, tasks.BATTLESHIP, tasks.MINESWEEPER)
"""Tasks that remember what was done to each card or square."""
MOST_NEAR = 9
"""Mines that are counted around a square, at most."""
_HEADER = struct.Struct(f"<Q{kernels.CLOCK}i")


@dataclass(frozen=True, kw_only=True)
class POPGymConfig:
    """Settings of a game of POPGym."""

    difficulty: str = "easy"
    """Size as in POPGym: `easy`, `medium` or `hard`."""
    revealed: bool = False
    """Show the best action of a player who knows the hidden deck, board or arms (upper-bound baseline)."""

    def __post_init__(self) -> None:
        if self.difficulty not in DIFFICULTIES:
            raise ConfigError(f"difficulty = {self.difficulty!r}: choose one of {', '.join(DIFFICULTIES)}.")


class POPGymGame(Game):
    """N games of one task side by side, one seat each; `popgym_game` makes the class of each task.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    seats = 1
    task: ClassVar[int]
    about = About(compiled=True, has_map=False)
    Config = POPGymConfig
    Parameters = POPGymParameters

    def __init__(self, n: int, config: POPGymConfig | None = None) -> None:
        self.n = n
        self.config = config or POPGymConfig()
        self.size = size_of(self.task, DIFFICULTIES.index(self.config.difficulty))
        self.spec = _spec(self.size, self.config.revealed)
        self._rules = rules_of(self.size)
        self._numbers = np.zeros((n, self.size.numbers), np.int32)
        self._marks = np.zeros((n, self.size.count if self.task in MARKED else 1), np.uint8)
        self._chance = np.zeros(n, np.uint64)
        self._clock = np.zeros((n, kernels.CLOCK), np.int32)
        self._clock[:, kernels.ENDED] = kernels.BY_RULES  # nothing runs before the first reset
        self._stream = np.zeros(1, np.uint64)
        self._nothing = np.zeros((0, 1, 1), np.uint8)
        self._all = np.ones(n, np.bool_)

    def family(self, parameters: POPGymParameters | None = None) -> POPGymLevels:
        return POPGymLevels(parameters, self.size)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The most steps of an episode, with which it terminates: none is ever truncated."""
        return np.full(len(levels), self.size.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The return of a player who knows the hidden deck, board or arms, which is mostly 1."""
        numbers = self._hidden(levels).astype(np.float64)
        if self.task == tasks.MULTIARMED_BANDIT:
            return np.asarray(2 * numbers.max(1) / (self.size.kinds - 1) - 1, np.float32)
        if self.task == tasks.HIGHER_LOWER:
            return np.asarray((np.diff(numbers) != 0).sum(1) / self.size.count, np.float32)
        return np.ones(len(levels), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        numbers = self._hidden(levels)
        wrong = kernels.reset(
            self._rules,
            mask,
            levels.more[CODE],
            numbers,
            levels.chance,
            self._numbers,
            self._chance,
            self._marks,
            self._clock,
            out.alive,
        )
        if wrong >= 0:
            raise LevelError(
                f"level {wrong} is not of {self.size.name}. Let a family of this game make it, or set "
                "`difficulty` to what it has."
            )
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "games")
        wrong = kernels.step(
            self._rules,
            actions,
            self._numbers,
            self._marks,
            self._chance,
            self._clock,
            self._stream,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            last = self.size.actions - 1
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{last}.")
        self._observe(self._all, out)

    def scene(self, i: int) -> Scene:
        """What the agent sees, in words; of boards and open cards also what it did before."""
        return Scene.without_map(
            step=int(self._clock[i, kernels.STEP]),
            limit=self.size.limit,
            text=drawn(self.size, self._numbers[i], self._marks[i], self._clock[i]),
        )

    def save(self, i: int) -> bytes:
        header = _HEADER.pack(int(self._chance[i]), *map(int, self._clock[i]))
        return header + bytes(self._numbers[i].data) + bytes(self._marks[i].data)

    def load(self, i: int, data: bytes) -> None:
        wanted = _HEADER.size + 4 * self.size.numbers + self._marks.shape[1]
        if len(data) != wanted:
            raise LevelError(f"a saved game of {self.size.name} has {wanted} bytes; got {len(data)}.")
        chance, *clock = _HEADER.unpack_from(data)
        numbers = np.frombuffer(data, np.int32, self.size.numbers, _HEADER.size)
        marks = np.frombuffer(data, np.uint8, offset=_HEADER.size + 4 * self.size.numbers)
        in_range = (numbers >= 0).all() and (numbers < self.size.kinds).all() and (marks <= 1).all()
        if not in_range or not self._is_clock(clock):
            raise LevelError(
                f"these bytes are not a saved game of {self.size.name}: a number is out of range."
            )
        self._chance[i], self._clock[i], self._numbers[i], self._marks[i] = chance, clock, numbers, marks

    def _is_clock(self, clock: list[int]) -> bool:
        """Whether these numbers can be those of a game."""
        steps, ended, is_open, shown, shown_too, count = clock
        if self.task == tasks.CONCENTRATION:
            fits = all(-1 <= place < self.size.count for place in (is_open, shown, shown_too))
        else:
            fits = is_open == kernels.NONE and 0 <= shown <= MOST_NEAR and not shown_too
        runs = 0 <= steps < self.size.limit or (steps == self.size.limit and ended == kernels.BY_RULES)
        return runs and fits and ended in (0, 1) and abs(count) <= self.size.limit

    def _hidden(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The hidden numbers [N, numbers] of these levels."""
        if CODE not in levels.more or NUMBERS not in levels.more:
            raise LevelError("these levels are not of popgym. Let a family of this game make them.")
        check_like(levels, CODE, (len(levels),), np.int32)
        numbers = levels.more[NUMBERS]
        if numbers.shape != (len(levels), self.size.numbers) or numbers.dtype != np.int32:
            raise LevelError(
                f"the levels have {numbers.dtype} {list(numbers.shape)} hidden numbers; {self.size.name} "
                f"needs int32 {[len(levels), self.size.numbers]}. Set `difficulty` to what they have."
            )
        return numbers

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        shown, *rest = (out.obs[b.name] for b in self.spec.obs)
        best = rest.pop() if self.config.revealed else self._nothing
        beside = rest.pop() if rest else self._nothing
        kernels.observe(self._rules, mask, self._numbers, self._marks, self._clock, shown, beside, best)


def rules_of(size: Size) -> kernels.Rules:
    """What the compiled rules need to know."""
    wanted = {
        tasks.REPEAT_PREVIOUS: size.count - size.span,
        tasks.AUTOENCODE: size.count,
        tasks.COUNT_RECALL: size.count - 1,
        tasks.CONCENTRATION: size.count // 2,
        tasks.BATTLESHIP: sum(tasks.FLEET),
        tasks.MINESWEEPER: size.count - size.mines,
    }.get(size.task, 1)
    return kernels.Rules(
        task=size.task,
        code=size.code,
        size=size.count,
        side=size.sides[1],
        kinds=size.kinds,
        span=size.span,
        limit=size.limit,
        actions=size.actions,
        wanted=wanted,
    )


def _spec(size: Size, revealed: bool) -> Spec:
    obs: list[Buffer] = list(_shown(size))
    if revealed:
        obs.append(symbols("answer", (1,), size.actions))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(size.actions,), names=(action_names(size),)))


def _shown(size: Size) -> tuple[Buffer, ...]:
    """What agents see, as in POPGym; of two buffers the one with the card comes first."""
    near = min(size.mines, MOST_NEAR) + 1
    parts = {
        tasks.REPEAT_PREVIOUS: (("suit", 1, size.kinds),),
        tasks.AUTOENCODE: (("suit", 1, size.kinds), ("watching", 1, 2)),
        tasks.COUNT_RECALL: (("dealt", 1, size.kinds), ("asked", 1, size.kinds)),
        tasks.CONCENTRATION: (("cards", size.count, size.kinds + 1),),
        tasks.HIGHER_LOWER: (("rank", 1, size.kinds),),
        tasks.BATTLESHIP: (("hit", 1, 2),),
        tasks.MINESWEEPER: (("near", 1, near),),
        tasks.MULTIARMED_BANDIT: (("paid", 1, 2),),
    }[size.task]
    return tuple(symbols(name, (count,), codes) for name, count, codes in parts)


@cache
def _game_class(task: int) -> type[POPGymGame]:
    name = TASKS[task]
    about = replace(
        POPGymGame.about,
        summary=SUMMARIES[name],
        hidden=HIDDEN[name],
        stochastic=task == tasks.MULTIARMED_BANDIT,
        recipe=recipe_of(size_of(task, 0)),
    )
    parts = {"name": PREFIX + name, "task": task, "about": about, "__doc__": f"POPGym's {name}."}
    return type("POPGymGame", (POPGymGame,), parts)


def popgym_game(name: str) -> type[POPGymGame]:
    """The game class of `popgym/repeat_previous` and so on.

    Raises:
        UnknownName: with the games that exist.
    """
    task = name.removeprefix(PREFIX)
    if task not in TASKS:
        known = ", ".join(PREFIX + one for one in TASKS)
        raise UnknownName(
            f"no game called {name!r}. Of POPGym there are: {known}. Any other of its environments is played "
            "as gymnasium/popgym:ID, where the package is installed."
        )
    return _game_class(TASKS.index(task))
