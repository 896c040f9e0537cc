"""The outer loop as a protocol: a meta-learner changes what task learners start from, across trials.

One iteration of a training calls, in this order:

collect     `explorer` plays every rollout
prepare     estimates over all rollouts, such as advantages
minibatches, loss_and_grads, apply   once for every minibatch: gradients of each shard, their sum, new weights
observe     statistics of what was played, for the next iteration
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import AgentFileError
from gamemeta.facts import Fact
from gamemeta.games.game import Game
from gamemeta.learners.device import CPU
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.task_learner import TaskLearner

T = TypeVar("T")
R = TypeVar("R")

STEPS, TRIALS = "steps", "trials"
"""Windows: rollouts of T steps that go on where the last one stopped, or of whole trials."""


@dataclass(frozen=True, kw_only=True)
class LearnerSetup:
    """The game, network and run that a meta-learner is made for."""

    game: Game
    """One game, which says what is seen and done."""
    network: NetworkConfig
    memory: str
    """When memory is cleared, as in `TrialConfig`."""
    seed: int
    """Of the run."""
    device: str
    """Where gradients are computed, as `run.device`."""


class Group(Protocol):
    """The shards of a training, in one process or in several."""

    count: int
    """Shards of the whole training."""
    numbers: range
    """Of the shards of this process, among all."""

    def map(self, do: Callable[[T], R], items: Sequence[T], /) -> list[R]:
        """Do something with every shard of this process, at once; the answers in the order of the shards."""
        ...

    def gather(self, parts: Sequence[T], /) -> list[T]:
        """The parts of all shards in their order, out of those of the shards of this process."""
        ...

    def sum(self, parts: Sequence[list[Any]], /) -> list[Any]:
        """Arrays or tensors summed over all shards, in the order of the shards."""
        ...


class MetaLearner(Protocol):
    """The outer loop: changes what the task learner starts from, over many trials.

    Learners inherit from it; methods with a body are defaults.
    """

    window: ClassVar[str] = STEPS
    """`STEPS` or `TRIALS`: what one rollout of a lane is."""
    labels: bool = False
    """Whether rollouts record the game's labels."""
    facts: Mapping[str, Fact] = {}
    """Hidden facts that the agent has beliefs about: rollouts record them, and its file names them."""
    task_learner: TaskLearner
    """The agent that is trained: evaluated, written to files, frozen into pools."""
    explorer: TaskLearner
    """What plays the rollouts: the task learner itself, or a variant that explores."""

    @property
    def follows(self) -> bool:
        """Whether `Rollout.advice` would be learned from now."""
        return False

    @property
    def device(self) -> str:
        """Name of the device that gradients are computed on: `cpu`, or that of a GPU."""
        return CPU

    def prepare(self, rollouts: list[Rollout], group: Group) -> dict[str, float]:
        """Estimate what the rollouts say about the decisions in them, before any weight changes.

        Sets `Rollout.surprise` where a curriculum may score trials by it.

        Returns: terms for the log.
        """
        ...

    def minibatches(self, rollouts: list[Rollout], group: Group) -> Iterator[list[Any]]:
        """Every minibatch of this iteration as one part for each of these rollouts."""
        ...

    def loss_and_grads(self, batch: Any) -> tuple[list[Any], dict[str, float]]:
        """Gradients and loss terms of one part of a minibatch. Safe to call from many threads; the sums over
        the parts of a minibatch are those of the whole."""
        ...

    def apply(self, grads: list[Any], progress: float) -> dict[str, float]:
        """Change the weights; progress in [0, 1] is the share of all steps taken so far.

        Raises:
            TrainingError: the gradients are not finite.
        """
        ...

    def observe(self, rollouts: list[Rollout], group: Group) -> None:
        """Take in statistics of what was played, after the weights changed.

        Raises:
            TrainingError: an observation is not finite.
        """
        return

    def weights(self) -> dict[str, NDArray[Any]]:
        """A copy of the agent's weights by name, float32, for its file."""
        return self.task_learner.state_dict()

    def begin_from(self, file: AgentFile) -> None:
        """Start with an agent's weights.

        Raises:
            AgentFileError: they do not fit, or this learner starts from random weights alone.
        """
        raise AgentFileError(
            "this learner starts from random weights alone. Leave out the agent to begin with."
        )

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        ...

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` returned.

        Raises:
            KeyError, ValueError, TypeError, IndexError, RuntimeError: these arrays do not fit.
        """
        ...
