"""What a step leaves to the input after it, by its words, lane by lane."""

import numpy as np

from gamemeta.rollout.kernels import PreviousStep, Transition, write_previous_step

T, LANES, HEADS = 3, 64, 2


def test_the_next_input_holds_the_last_act_of_each_lane_or_nothing():
    rng = np.random.default_rng(0)

    def flags(share, *shape):
        return rng.random(shape) < share

    transition = Transition(
        rng.integers(0, 5, (T, LANES, HEADS)),
        rng.normal(size=(T, LANES)).astype(np.float32),
        flags(0.3, T, LANES),
        flags(0.3, T, LANES),
    )
    inputs = PreviousStep(
        rng.integers(0, 6, (T + 1, LANES, HEADS)).astype(np.uint8),
        rng.normal(size=(T + 1, LANES, 1)).astype(np.float32),
        flags(0.5, T + 1, LANES, 1).astype(np.uint8),
    )
    acting, cleared = flags(0.7, T, LANES), flags(0.3, LANES)
    reset = flags(0.4, T + 1, LANES).astype(np.uint8)
    before, reset_before, t = PreviousStep(*(x.copy() for x in inputs)), reset.copy(), 1
    write_previous_step(t, transition, inputs, cleared, acting, reset)
    for i in range(LANES):
        ended = transition.terminated[t, i] or transition.truncated[t, i]
        if acting[t, i]:
            action, reward, done = transition.action[t, i] + 1, transition.reward[t, i], ended
        else:  # it waited
            action, reward, done = before.action[t, i], before.reward[t, i, 0], before.done[t, i, 0]
        if cleared[i]:
            action, reward, done = np.zeros(HEADS), 0, 0
        np.testing.assert_array_equal(inputs.action[2, i], action)
        assert (inputs.reward[2, i, 0], inputs.done[2, i, 0]) == (np.float32(reward), done)
        assert reset[2, i] == (cleared[i] or (reset_before[1, i] and not acting[t, i]))
    for now, then in zip((*inputs, reset), (*before, reset_before), strict=True):
        np.testing.assert_array_equal(np.delete(now, 2, 0), np.delete(then, 2, 0))
