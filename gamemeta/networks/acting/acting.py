"""The network forward for one step of many agents, without autograd and without allocation.

It reads the parameters where they lie, so that it always acts with the newest weights. One
instance belongs to one thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.agent.shape.choices_shape import without_first_head
from gamemeta.networks.cells.attention import kernels as attention_kernels
from gamemeta.networks.cells.attention.cell import Attention
from gamemeta.networks.cells.cell import Stream
from gamemeta.networks.cells.choices.scores import ChoiceScores
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.cells.table import kernels as table_kernels
from gamemeta.networks.cells.table.cell import Table
from gamemeta.networks.cells.table.choices import consider
from gamemeta.networks.cells.things import kernels as things_kernels
from gamemeta.networks.cells.things.cell import Things
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.networks.encoders.terms import term_of
from gamemeta.networks.functions import kernels
from gamemeta.networks.policy import MemoryPolicy

Arrays = dict[str, NDArray[Any]]


@dataclass
class _Step:
    """What the cells of one step work on."""

    x: NDArray[np.float32]
    """[n, D], changed in place."""
    normal: NDArray[np.float32]
    """[n, D], room for features of root mean square 1."""
    scale: NDArray[np.float32]
    """[n], room for their factors."""
    choices: torch.Tensor | None
    """[n, A, C]."""
    inputs: Arrays


class Acting:
    """One step of a policy for up to `lanes` agents.

    Args:
        policy: whose parameters are used, in place.
        lanes: most agents in one call.
    """

    def __init__(self, policy: MemoryPolicy, lanes: int) -> None:
        self.lanes, width = lanes, policy.config.width
        self._normaliser, self._sight = policy.normaliser, _Sight(policy.encoder)
        self._cells = [_act(cell) for cell in policy.cells]
        self._actor = [p.detach() for p in (policy.actor.weight.t(), policy.actor.bias)]
        self._spec, self._scores = policy.spec, policy.choice_scores
        self._choice_actor = getattr(policy, "choice_actor", None)
        self._critic = [p.detach() for p in (policy.critic.weight.t(), policy.critic.bias)]
        self._x = np.empty((lanes, width), np.float32)
        self._normal = np.empty((lanes, width), np.float32)
        self._scale = np.empty(lanes, np.float32)

    def __call__(
        self, inputs: Arrays, state: Arrays, reset: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], Arrays]:
        """What the actor head says [n, sum of heads + numbers], value [n], and the state after this step."""
        n = len(reset)
        x, normal = self._x[:n], self._normal[:n]
        inputs = self._normaliser.arrays(inputs)
        self._sight(without_first_head(self._spec, inputs), x)
        kernels.relu(x)
        step, after = _Step(x, normal, self._scale[:n], None, inputs), {}
        for k, cell in enumerate(self._cells):
            name = f"cells.{k}"
            after[name] = cell(step, state[name], reset)
        kernels.rms_norm(x, normal, step.scale)
        features = torch.from_numpy(normal)
        logits = torch.addmm(self._actor[1], features, self._actor[0])
        if step.choices is not None and self._choice_actor is not None:
            logits += step.choices @ self._choice_actor.detach()
        if self._scores is not None:
            logits[:, : self._scores.count] = self._scored(self._scores, x, inputs)
        value = torch.addmm(self._critic[1], features, self._critic[0]).numpy()[:, 0]
        return logits.numpy(), value, after

    @staticmethod
    def _scored(scores: ChoiceScores, x: NDArray[np.float32], inputs: Arrays) -> torch.Tensor:
        """Logits [n, M] of choices by their features."""
        with torch.no_grad():
            features = {scores.name: torch.from_numpy(inputs[scores.name])[None]}
            known: torch.Tensor = scores(torch.from_numpy(x)[None], features)[0]
            return known @ scores.actor


class _Sight:
    """An encoder before its ReLU."""

    def __init__(self, encoder: Encoder) -> None:
        self._bias = encoder.bias.detach().numpy()
        self._tables = [(b, term_of(b), encoder.tables[b.name].detach().numpy()) for b in encoder.with_table]
        self._images = [(b.name, image) for b, image in zip(encoder.pictures, encoder.images, strict=True)]

    def __call__(self, inputs: Mapping[str, NDArray[Any]], x: NDArray[np.float32]) -> None:
        """Write what is seen into x [n, D]."""
        x[:] = self._bias
        for name, image in self._images:
            with torch.no_grad():
                x += image(torch.from_numpy(np.ascontiguousarray(inputs[name]))).numpy()
        for buffer, term, table in self._tables:
            term.add(inputs[buffer.name].reshape(len(x), buffer.size), table, x)


Act = Callable[[_Step, NDArray[np.float32], NDArray[np.uint8]], NDArray[np.float32]]
"""Brings the step forward by one cell and gives the new state."""


def _act(cell: torch.nn.Module) -> Act:
    if isinstance(cell, MinGRU):
        return _act_mingru(cell)
    if isinstance(cell, Attention):
        return _act_attention(cell)
    if isinstance(cell, Things):
        return _act_things(cell)
    return _act_table(cell) if isinstance(cell, Table) else _act_any(cell)


def _act_mingru(cell: MinGRU) -> Act:
    weight, out = cell.weight.detach().t(), cell.out.detach().t()
    bias = cell.bias.detach().numpy()

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        kernels.rms_norm(step.x, step.normal, step.scale)
        p = torch.mm(torch.from_numpy(step.normal), weight)
        after: NDArray[np.float32] = np.empty_like(state)
        kernels.mingru_step(p.numpy(), bias, state, reset, after, step.normal)
        torch.from_numpy(step.x).addmm_(torch.from_numpy(step.normal), out)
        return after

    return act


def _act_attention(cell: Attention) -> Act:
    weight, out, bias = cell.weight.detach().t(), cell.out.detach().t(), cell.bias.detach()
    distance_bias, furthest_first = cell.distance_bias.detach(), cell.get_buffer("range_of").flip(0)

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        kernels.rms_norm(step.x, step.normal, step.scale)
        p = torch.addmm(bias, torch.from_numpy(step.normal), weight)
        after: NDArray[np.float32] = np.empty_like(state)
        distances = distance_bias[:, furthest_first].numpy()
        attention_kernels.step(p.numpy(), distances, state, reset, after, step.normal)
        torch.from_numpy(step.x).addmm_(torch.from_numpy(step.normal), out)
        return after

    return act


def _act_table(cell: Table) -> Act:
    value, value_bias = cell.value.detach().t(), cell.value_bias.detach()
    context, context_bias = cell.context.detach().t(), cell.context_bias.detach()
    carry, out = getattr(cell, "carry", None), cell.out.detach().t()
    recall = _recall_learned(cell) if cell.shape.learned else _recall_by_address(cell)

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        kernels.rms_norm(step.x, step.normal, step.scale)
        normal = torch.from_numpy(step.normal)
        values = torch.addmm(value_bias, normal, value).numpy()
        after = state.copy()
        y = recall(step.inputs, values, reset, after)
        before = step.choices if carry is not None else None
        known, both = consider(
            torch.from_numpy(y),
            torch.addmm(context_bias, normal, context),
            before,
            cell.read.detach(),
            None if carry is None else carry.detach(),
            cell.mix.detach(),
            cell.pick.detach(),
        )[:2]
        torch.from_numpy(step.x).addmm_(both, out)
        step.choices = known if step.choices is None else step.choices + known
        return after

    return act


Recall = Callable[[Arrays, NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32]], NDArray[np.float32]]
"""Writes values [n, W - 1] into the state [n, S] and reads it for every action: [n, A, W]."""


def _recall_by_address(cell: Table) -> Recall:
    shape = cell.shape

    def recall(
        inputs: Arrays, values: NDArray[np.float32], reset: NDArray[np.uint8], state: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        here = shape.here(inputs[shape.key.name]) if shape.key else np.zeros(len(values), np.int32)
        y = np.empty((1, len(values), shape.actions, shape.width), np.float32)
        before, previous = state[:, -1].astype(np.int32), inputs["previous_action"]
        table_kernels.by_address(
            here[None], before, previous[None], shape.first, values[None], reset[None], state, y
        )
        state[:, -1] = here
        read: NDArray[np.float32] = y[0]
        return read

    return recall


def _recall_learned(cell: Table) -> Recall:
    shape, action_keys = cell.shape, cell.action_keys.detach().numpy()
    sight = _Sight(cell.keys)

    def recall(
        inputs: Arrays, values: NDArray[np.float32], reset: NDArray[np.uint8], state: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        n, rows = len(values), shape.rows
        logits = np.empty((n, rows), np.float32)
        sight(inputs, logits)
        keys, before = (np.empty((n, shape.actions, rows), np.float32) for _ in range(2))
        table_kernels.addresses(np.ascontiguousarray(state[:, -rows:]), action_keys, before)
        table_kernels.addresses(logits, action_keys, keys)
        y = np.empty((1, n, shape.actions, shape.width), np.float32)
        table_kernels.learned(
            keys[None],
            before,
            inputs["previous_action"][None],
            shape.first,
            values[None],
            reset[None],
            state,
            y,
        )
        state[:, -rows:] = logits
        read: NDArray[np.float32] = y[0]
        return read

    return recall


def _act_things(cell: Things) -> Act:
    shape = cell.shape
    write, write_bias = cell.write.detach().t(), cell.write_bias.detach()
    context, out, rewards = cell.context.detach().t(), cell.out.detach().t(), cell.write_reward.detach()
    place, read = cell.place.detach().numpy(), cell.read.detach().t()
    news = cell.write_new.detach()

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        kernels.rms_norm(step.x, step.normal, step.scale)
        normal, n = torch.from_numpy(step.normal), len(reset)
        written, reward = (
            torch.addmm(write_bias, normal, write),
            torch.from_numpy(step.inputs["previous_reward"]),
        )
        split = shape.width - 1
        after = state.copy()
        here = shape.here(step.inputs) + np.int32(1)
        before = after[:, -shape.places :].astype(np.int32)
        new = np.empty((1, n, 1), np.float32)
        things_kernels.newly(here[None], before, reset[None], new)
        written += torch.from_numpy(new[0]) * news
        values = (written[:, :split] + reward * rewards[:split]).numpy()[None]
        gates = (written[:, split:] + reward.abs() * rewards[split:]).sigmoid().numpy()[None]
        y = np.empty((1, n, shape.places, shape.width), np.float32)
        things_kernels.recall(here[None], before, values, gates, reset[None], after, y)
        after[:, -shape.places :] = here
        p, known = (np.empty((n, shape.places, len(read[0])), np.float32) for _ in range(2))
        about = torch.mm(normal, context).numpy()
        things_kernels.know(y[0], about, place, read.contiguous().numpy(), p, known)
        torch.from_numpy(step.x).addmm_(torch.from_numpy(known.reshape(n, -1)), out)
        return after

    return act


def _act_any(cell: Any) -> Act:
    """The step of any other cell, as a scan over one step."""

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        inputs = {name: torch.from_numpy(array)[None] for name, array in step.inputs.items()}
        choices = None if step.choices is None else step.choices[None]
        stream = Stream(torch.from_numpy(step.x)[None], choices, inputs)
        with torch.no_grad():
            stream, after = cell.advance(stream, torch.from_numpy(state), torch.from_numpy(reset)[None])
        step.x[:] = stream.x[0].numpy()
        step.choices = None if stream.choices is None else stream.choices[0]
        array: NDArray[np.float32] = after.numpy()
        return array

    return act
