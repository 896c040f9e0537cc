"""The ring of keys and values of many steps at once: what was remembered, what came, what is left."""

import torch
from torch import Tensor

from gamemeta.agent.shape.attention_shape import AttentionShape


class Ring:
    """Keys and values that T steps of n agents look at, in the order of steps: `window` from before, then T.

    Args:
        shape: of the attention.
        state: [n, S], before the first step.
        reset: uint8 [T, n], whether it is cleared before step t.
    """

    def __init__(self, shape: AttentionShape, state: Tensor, reset: Tensor) -> None:
        self.shape, window = shape, shape.window
        self._state, self._steps = state, len(reset)
        self._count = state[:, -1].long()
        order = torch.arange(1, self._steps + 1, device=reset.device)[:, None]
        since = (order * (reset != 0)).cummax(0).values  # step, counted from 1, of the last reset
        before = window - self._count.clamp(max=window)
        self.first = torch.where(since > 0, window + since - 1, before).int()
        """int32 [T, n]: the first of these steps that step t may look at, were the window without end."""

    def with_new(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Keys [n, size, window + T] and values [n, window + T, size] out of new ones [T, n, size]."""
        size, window = self.shape.size, self.shape.window
        slots = torch.arange(window, device=key.device)
        taken = (slots >= window - self._count[:, None]).to(key.dtype)
        slot = (self._count[:, None] + slots) % window
        keys = self._state[:, : size * window].reshape(-1, size, window)
        values = self._state[:, size * window : -1].reshape(-1, window, size)
        keys = keys.gather(2, slot[:, None].expand(-1, size, -1)) * taken[:, None]
        values = values.gather(1, slot[..., None].expand(-1, -1, size)) * taken[..., None]
        return (
            torch.cat([keys, key.permute(1, 2, 0)], 2),
            torch.cat([values, value.transpose(0, 1)], 1),
        )

    @torch.no_grad()
    def after(self, keys: Tensor, values: Tensor) -> Tensor:
        """The state [n, S] after the last step, out of what `with_new` gave."""
        size, window, columns = self.shape.size, self.shape.window, keys.shape[2]
        cleared = self.first[-1] >= window
        count = torch.where(cleared, columns - self.first[-1].long(), self._count + self._steps)
        count = torch.where(count < 2 * window, count, window + count % window)
        back = (count[:, None] - 1 - torch.arange(window, device=keys.device)) % window
        taken = (back < count[:, None]).to(keys.dtype)
        column = columns - 1 - back
        last_keys = keys.gather(2, column[:, None].expand(-1, size, -1)) * taken[:, None]
        last_values = values.gather(1, column[..., None].expand(-1, -1, size)) * taken[..., None]
        return torch.cat([last_keys.flatten(1), last_values.flatten(1), count[:, None].to(keys.dtype)], 1)
