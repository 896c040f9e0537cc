"""The runtime: an agent acts in a game loop with NumPy and safetensors alone::

    agent = gamemeta.load("agent.safetensors")
    mind = agent.begin(seed=0)
    action = mind.act(obs, reward, done)

A mind keeps what it has learned about a level in `mind.memory`, as bytes.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gamemeta.action_mask import only_legal
from gamemeta.agent import memory_file as saved
from gamemeta.agent.backend import AUTO, NUMBA, NUMPY, compiled_network, decide_once
from gamemeta.agent.beliefs import Belief, BeliefRecord
from gamemeta.agent.draws import check_answer, checked_seed, choose, lanes, normal
from gamemeta.agent.exchange import Exchange, Seat, seat_numbers, shaped
from gamemeta.agent.file import AgentFile, Bytes, read_agent
from gamemeta.agent.handicap import Handicap, check_skill
from gamemeta.agent.start import Start
from gamemeta.agent.task_learners import network_of
from gamemeta.errors import ConfigError, MemoryMismatch, SpecError
from gamemeta.spec import Observation
from gamemeta.trials.episodes import EpisodeRecord


def load(path: Path | str | Bytes, *, backend: str = AUTO) -> "Agent":
    """An agent ready to act.

    Args:
        path: a file or its contents, a run's directory, or an agent that comes with gamemeta (`tag`).
        backend: what computes; see `Agent`.
    Raises:
        AgentFileError: missing, not an agent file, damaged, or of a version this release cannot read.
        ConfigError: there is no such backend, or it cannot be used.
    """
    return Agent(read_agent(path), backend=backend)


class Agent:
    """An agent ready to act. It never changes; many threads may share it.

    Args:
        file: the agent file's contents.
        backend: what computes. `numba`: compiled code, the fastest; `numpy`: NumPy alone, which is there at
            once; `auto`: compiled code where numba works and knows this network, else NumPy. Their
            logits agree to 5e-5 at first and to 2e-4 after thousands of steps (a rational function stands
            for tanh in compiled code), and a memory made by one goes on under the other.
    Raises:
        AgentFileError: weights are missing or do not fit, or it adapts in a way that is not known here.
        ConfigError: there is no such backend, or it cannot be used.
    """

    skill = 1.0
    """How well its minds play, 0 to 1; see `with_skill`."""

    def __init__(self, file: AgentFile, *, backend: str = AUTO) -> None:
        self.file, self._warm = file, frozenset[bool]()
        self.network = network_of(file)
        self.compiled = compiled_network(self.network, backend)
        self.digest = file.digest
        self.spec, self.game, self.interface = file.spec, file.game, file.interface
        self.facts = file.facts
        self.game_config, self.level_parameters = file.game_config, file.level_parameters
        self.episodes = file.episodes
        self.memory = file.memory
        self.start = Start.knowing_nothing(self.network.init(1)[0], self.spec)

    @property
    def backend(self) -> str:
        """Name of the backend: `numba` or `numpy`."""
        return NUMPY if self.compiled is None else NUMBA

    def with_skill(self, skill: float) -> "Agent":
        """The same agent as a weaker player, who reacts more slowly and is less sure of what to do.

        Its minds learn about their level as before. The weaker, the more often they go by what they thought
        a step ago, and the nearer to even are the chances of their actions.

        Args:
            skill: 1 plays as trained, 0 at random, and the more the better in between.
        Raises:
            ConfigError: it does not lie in 0..1.
        """
        other = copy(self)
        other.skill = check_skill(skill)
        return other

    def beginning_with(self, memory: Bytes, reward: float = 0.0) -> "Agent":
        """The same agent whose minds begin with what a mind has learned, and come back to it by `forget`.

        Their first step is that of a new attempt at the level that the mind has played.

        Args:
            memory: of one mind, taken after the last action of an episode.
            reward: what that action earned.
        Raises:
            MemoryMismatch: as `resume`; or it is the memory of several minds.
        """
        mind = self.resume(memory)
        if mind.n != 1:
            raise MemoryMismatch(f"this is the memory of {mind.n} minds: give that of one.")
        other = copy(self)
        other.start = mind.as_start(reward)
        return other

    def begin(self, n: int = 1, seed: int = 0, seat: Seat | Sequence[Seat] | None = None) -> "Mind":
        """n minds that know nothing of their level yet.

        Args:
            n: how many decide in one call, each on its own level.
            seed: what their choices are drawn from, 0 to 2**64 - 1; the same seed gives the same choices.
            seat: of a game whose seats differ, the name or number of the one they play; one for all, or one
                for each. Without it, as many minds as there are seats play one each.
        Raises:
            SpecError: another n or seed, or there is no such seat.
        """
        if isinstance(n, (bool, np.bool_)) or not isinstance(n, (int, np.integer)) or n < 1:
            raise SpecError(f"n = {n!r}: begin with at least one mind, a whole number of them.")
        if self.compiled is not None and (n > 1) not in self._warm:
            self._warm |= {n > 1}
            decide_once(Mind(self, min(int(n), 2), 0), self.spec)
        return Mind(self, int(n), checked_seed(seed), seat_numbers(self.interface, seat, int(n)))

    def resume(self, memory: Bytes) -> "Mind":
        """The minds whose `memory` was put into a save game.

        Raises:
            MemoryMismatch: the bytes are damaged, of another version, or of another agent.
        """
        header, arrays = saved.parse_memory(memory)
        if header.get("agent") != self.digest:
            raise MemoryMismatch(
                f"this memory belongs to agent {header.get('agent')}; this agent is {self.digest}. "
                "Load the agent that was playing when the game was saved."
            )
        try:
            return self._resumed(header, arrays)
        except (LookupError, TypeError, ValueError, OverflowError, ConfigError, SpecError) as error:
            raise MemoryMismatch(f"this memory is damaged: {error}.") from error

    def _resumed(self, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> "Mind":
        if saved.STATE in arrays:
            if arrays[saved.STATE].shape[1:] != self.start.state.shape:
                raise ValueError("state has the wrong size")
            arrays |= self.network.named(arrays[saved.STATE])
        saved.check_arrays(header, arrays, self.spec)
        agent = self.with_skill(header.get("skill", 1.0))
        seats = seat_numbers(self.interface, header.get("seats"), header["n"])
        mind = Mind(agent, header["n"], header["seed"], seats)
        for name, array in mind.arrays().items():
            if arrays[name].shape != array.shape or arrays[name].dtype != array.dtype:
                raise ValueError(f"{name} has the wrong shape or type")
            array[...] = arrays[name]
        mind.load_episodes(arrays)
        self.network.check(mind.state)
        return mind


class Mind:
    """n agents with their memories, deciding together. One mind belongs to one thread at a time."""

    def __init__(self, agent: Agent, n: int, seed: int, seats: tuple[int, ...] | None = None) -> None:
        self.agent, self.n, self.seed, self.seats = agent, n, seed, seats
        self._exchange = Exchange(agent.spec, agent.interface, n, seats)
        self.state, self._blank = agent.start.rows(n), agent.start.rows(n)
        self._episodes = EpisodeRecord(n) if agent.network.adapts else None
        self.lanes = lanes(seed, n)
        self._previous = agent.spec.action.nothing_before(n)
        self._begun = np.zeros(n, np.bool_)
        self.steps = np.zeros(n, np.int64)
        width = sum(agent.spec.action.heads) + agent.spec.action.continuous
        self.handicap = Handicap(agent.skill, n, width, seed) if agent.skill < 1.0 else None
        self._single_step = None
        self._beliefs = BeliefRecord(agent.network, agent.facts, n)
        plain = self.handicap is None and agent.start.blank and not agent.facts
        if agent.compiled and n == 1 and plain:
            self._single_step = agent.compiled.single_step_path(agent.spec, agent.memory)

    def act(
        self,
        obs: Any,
        reward: ArrayLike | Mapping[str, Any] = 0.0,
        done: ArrayLike | Mapping[str, Any] = False,
        *,
        previous_action: Any = None,
        mask: Any = None,
        greedy: bool = False,
    ) -> Any:
        """Choose what to do, and learn from what the last choice led to.

        Args:
            obs: what the game shows; for several minds a list, or stacked. An agent of one of our own games
                is shown buffers by name, [n, *shape], or [*shape] for a single mind.
            reward: of the step that led here, [n] or one number.
            done: whether that step ended an episode, [n] or one flag. The first act of the next
                episode gets its first observation with True: that is how the agent knows that
                a new attempt at the same level begins. After `begin` and `forget` nothing led
                here yet: reward and done are then taken as 0 and False.
            previous_action: what really happened, where the game overrode the last choice.
            mask: which choices are legal, where the observation does not say so.
            greedy: take the likeliest action instead of drawing one, and of numbers the middle (median)
                of their distribution. Below skill 1 actions are drawn all the same.

        Returns: what the game takes, as it takes it: a number, an array, a dict, a tuple; for several minds
            stacked, or a list. Where `obs` is a dict by seats, as PettingZoo's is, so are the actions (and
            reward and done may be). An agent of one of our own games gives what `decide` gives.
        Raises:
            SpecError: something does not fit the game, is NaN, or leaves no legal choice; the memory is as
                before.
        """
        way = self._exchange
        by_name = way.by_name(obs)
        if by_name:
            obs, mask = way.listed(obs), way.listed(mask)
            reward, done = way.listed(reward, 0.0), way.listed(done, False)
        happened = None if previous_action is None else way.row(way.listed(previous_action))
        mask = way.mask(mask)
        row = self._decided(way.buffers(obs, mask), reward, done, happened, mask, greedy)
        return way.answers_by_name(row) if by_name else way.answer(row, obs)

    def decide(
        self, buffers: Observation, reward: ArrayLike = 0.0, done: ArrayLike = False, *, greedy: bool = False
    ) -> Any:
        """As `act`, in the agent's own terms.

        Args:
            buffers: by name, [n, *shape], or [*shape] for a single mind.
            reward, done, greedy: as `act`.

        Returns: for a single mind with one head an int, for a single mind [heads], else [n, heads]
            int64 ([n] with one head). Where the action has numbers, float32 [heads + numbers] for a
            single mind, else [n, heads + numbers]: codes, then numbers within their bounds.
        Raises: as `act`.
        """
        return self._decided(buffers, reward, done, None, None, greedy)

    def _decided(
        self,
        obs: Observation,
        reward: Any,
        done: Any,
        happened: NDArray[Any] | None,
        extra_mask: Any,
        greedy: bool,
    ) -> Any:
        if self._single_step is not None and happened is None and extra_mask is None and not greedy:
            memory = self.state, self._previous["previous_action"], self.steps, self.lanes
            action = self._single_step(obs, reward, done, memory)
            if action is not None:
                return action
        inputs = self.agent.spec.checked_obs(obs, self.n)
        mask = self._exchange.checked_mask(inputs, extra_mask)
        rewards = self._exchange.numbers(reward, "reward")
        dones = self._exchange.numbers(done, "done") != 0
        inputs |= self._previous if happened is None else self.agent.spec.action.before(happened)
        if self._episodes is not None:
            self._adapt(self._episodes, rewards, dones, happened)
        inputs["previous_reward"] = rewards[:, None]
        inputs["previous_done"] = dones[:, None].view(np.uint8)
        start = ~self._has_begun()
        if self.agent.memory != "trial":
            start = start | dones | (self.agent.memory == "step")
        state = self._cleared(inputs, start) if start.any() else self.state.copy()
        if self.agent.facts:
            self._beliefs.note(inputs, state, start)
        with np.errstate(over="ignore", invalid="ignore"):
            head_outputs, after = (self.agent.compiled or self.agent.network)(inputs, state)
        check_answer(head_outputs)
        self.state = after
        if self.handicap is not None:
            head_outputs, greedy = self.handicap.reacts(head_outputs, ~start, self.steps), False
        action = self._choose(head_outputs, greedy, mask)
        if self._episodes is not None:
            self._episodes.add(np.arange(self.n), inputs, action)
        self._previous = self.agent.spec.action.before(action)
        self._begun[:] = True
        self.steps += 1
        return shaped(action, self.agent.spec)

    def _cleared(self, inputs: dict[str, NDArray[Any]], start: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The state, cleared where somebody starts, as is what their inputs say of the step before."""
        keep = ~start[:, None]
        for name, array in self.agent.start.before.items():
            inputs[name] = np.where(keep, inputs[name], array)
        return np.where(keep, self.state, self._blank)

    def _adapt(
        self,
        episodes: EpisodeRecord,
        reward: NDArray[np.float32],
        done: NDArray[np.bool_],
        happened: NDArray[Any] | None,
    ) -> None:
        """Take in what the last step earned, and whole episodes where it ended them."""
        episodes.pay(reward, happened)
        rows, network = np.flatnonzero(done), self.agent.network
        if len(rows):
            self.state = self.state.copy()
            state = network.named(self.state)
            after = episodes.adapted({k: v[rows] for k, v in state.items()}, rows, network.adapt)
            for name, array in after.items():
                state[name][rows] = array

    def forget(self, which: ArrayLike | None = None) -> None:
        """Clear the memory: call it when a new level begins.

        Args:
            which: bool [n], whose memory to clear; everybody's if None.
        """
        rows = np.ones(self.n, np.bool_) if which is None else np.asarray(which)
        if rows.shape != (self.n,) or rows.dtype != np.bool_:
            raise SpecError(f"which must be {self.n} flags; got shape {rows.shape}, {rows.dtype}.")
        self.state = np.where(rows[:, None], self._blank, self.state)
        if self._episodes is not None:
            self._episodes.forget(np.flatnonzero(rows))
        self._previous = {name: array * ~rows[:, None] for name, array in self._previous.items()}
        self._begun &= ~rows
        if self.handicap is not None:
            self.handicap.thought[rows] = 0.0

    def beliefs(self) -> dict[str, Belief]:
        """What these minds believe of each hidden fact since they last acted, if trained with beliefs.

        Returns: by fact, probabilities by the name of each value, or of places [rows, columns]; see
            `gamemeta.agent.beliefs`.
        Raises:
            ConfigError: the agent has no beliefs, or nobody has acted yet.
        """
        return self._beliefs.beliefs()

    @property
    def memory(self) -> bytes:
        """Everything learned so far, to be put into a save game; `agent.resume` takes it out."""
        about = {"agent": self.agent.digest, "n": self.n, "seed": self.seed}
        about |= {"skill": self.agent.skill, "seats": self.seats}
        named = {**self.arrays(), saved.STATE: self.state, saved.BEGUN: self._has_begun()}
        more = self._beliefs.state() | ({} if self._episodes is None else self._episodes.state())
        return saved.memory_bytes(about, named, more)

    def as_start(self, reward: float) -> Start:
        """The start of minds that go on from the memory of the first; see `Agent.beginning_with`."""
        previous = {name: array[0].copy() for name, array in self._previous.items()}
        return Start.after_episode(self.state[0].copy(), previous, reward)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The memory as named arrays [n, ...]; writing to them changes the mind."""
        begun = {} if self.agent.spec.action.heads else {saved.BEGUN: self._begun}
        thought = {} if self.handicap is None else {saved.THOUGHT: self.handicap.thought}
        memory = {**self.agent.network.named(self.state), **self._previous}
        return {**memory, **begun, **thought, saved.STEPS: self.steps}

    def load_episodes(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take up the running episodes of a save game, for agents that learn from whole ones, and marks.

        Raises:
            KeyError, ValueError: they do not fit.
        """
        prefix = saved.EPISODES
        running = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
        self._beliefs.load_state(running)
        if self._episodes is not None:
            like = {b.name: np.zeros(b.shape, b.dtype) for b in self.agent.spec.inputs()}
            self._episodes.load_state(running, like, self.agent.spec.action.idle())

    def _has_begun(self) -> NDArray[np.bool_]:
        """Who has acted since `begin` or `forget` [n]; the codes of a head show it, where there is one."""
        codes = self._previous.get("previous_action")
        return self._begun if codes is None else codes[:, 0] > 0

    def _choose(
        self, head_outputs: NDArray[np.float32], greedy: bool, mask: NDArray[np.uint8] | None
    ) -> NDArray[Any]:
        """Actions [n, heads + numbers] from logits and means, legal ones where there is a mask."""
        spec, weak = self.agent.spec.action, self.handicap
        codes = np.zeros((self.n, len(spec.heads)), np.int64)
        logits = head_outputs if weak is None else weak.tempered(head_outputs)
        if mask is not None:
            logits = only_legal(logits, mask, spec)
        if greedy:
            for k, columns in enumerate(spec.columns):
                codes[:, k] = logits[:, columns].argmax(axis=1)
        elif spec.heads:
            draw = choose if self.agent.compiled is None else self.agent.compiled.choose
            draw(logits, spec.heads, self.lanes, self.steps * spec.width, codes)
        raw = head_outputs[:, sum(spec.heads) :]
        if spec.continuous and not greedy:
            first = self.steps * spec.width + len(spec.heads)
            z = [normal(self.lanes, first + k) for k in range(spec.continuous)]
            raw = raw + self.agent.network.spread(self.state) * np.stack(z, axis=1)
        if spec.continuous and weak is not None:
            raw = weak.blurred(raw, self.steps * spec.continuous)
        return spec.played(codes, raw)
