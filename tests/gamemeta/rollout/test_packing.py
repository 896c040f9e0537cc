"""Packed lanes hold the steps that count, in their order, before the others."""

import numpy as np
import pytest

from gamemeta.rollout.batch import Batch
from gamemeta.rollout.packing import packed

T, N = 6, 3
STEPS = ("reset", "action", "log_prob", "advantage", "returns", "reward", "raw")


def make_batch(*, raw):
    number = np.arange(T * N).reshape(T, N)

    def of(k, *more):
        return (100 * k + number.reshape(T, N, *(1,) * len(more)) + np.zeros(more)).astype(np.float32)

    return Batch(
        inputs={"sign": of(1, 2, 3), "previous_reward": of(2, 1)},
        reset=of(3),
        state={"memory": np.arange(N)},
        action=of(4, 2),
        log_prob=of(5),
        advantage=of(6),
        returns=of(7),
        reward=of(8),
        labels={"good": of(9)},
        rows=T * N,
        raw=of(10, 1) if raw else None,
    )


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.0, 1.0])
def test_each_lane_holds_first_what_is_learned_from(share, raw):
    acting = np.random.default_rng(0).random((T, N)) < share
    acting[1] = False
    batch = make_batch(raw=raw)
    found, count = packed(batch, acting), acting.sum(0)
    assert len(found.reset) == max(1, count.max())
    assert found.rows == acting.sum()
    np.testing.assert_array_equal(found.state["memory"], batch.state["memory"])
    pairs = [(getattr(found, name), getattr(batch, name)) for name in STEPS[: 6 + raw]]
    pairs += [(found.inputs[name], array) for name, array in batch.inputs.items()]
    pairs += [(found.labels["good"], batch.labels["good"])]
    for i in range(N):
        assert found.acting[:, i].tolist() == [True] * count[i] + [False] * (len(found.acting) - count[i])
        for new, old in pairs:
            np.testing.assert_array_equal(new[: count[i], i], old[acting[:, i], i])
    assert (found.raw is None) != raw
