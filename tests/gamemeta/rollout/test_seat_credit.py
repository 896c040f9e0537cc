"""Advantages of seats that leave, wait and come back, against what counts for each act by definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.task_learner import Decision
from gamemeta.trials.trials import TrialConfig, Trials
from tests.helpers.crew import CrewConfig, CrewFamily, CrewGame
from tests.helpers.estimated import estimated

GAMES, DISCOUNT = 4, 0.9


class PayingCrew(CrewGame):
    """Pays seats that have left, too."""

    def step(self, actions, out):
        super().step(actions, out)
        out.reward += (self.step_of[:, None] * 7 + np.arange(self.seats) * 3 + self.salt[:, None]) % 5


class Counter:
    """Values that differ from act to act and from seat to seat."""

    adapts = False

    def init(self, n):
        return {"memory": np.arange(n, dtype=np.float32)[:, None] / 10}

    def stepping(self):
        return self.step

    def step(self, state, inputs, reset):
        memory = np.where(reset[:, None], self.init(len(reset))["memory"], state["memory"])
        after = (0.7 * memory + inputs["sign"].sum(1, keepdims=True) + 1).astype(np.float32)
        return {"memory": after}, Decision(logits=(np.zeros((len(after), 3), np.float32),), value=after[:, 0])


def make_rollout(config: CrewConfig, trial: TrialConfig, steps: int) -> Rollout:
    trials = Trials(
        PayingCrew(GAMES, config), CrewFamily(), trial, seed=3, lanes=np.arange(GAMES), total=GAMES
    )
    return Rollout(trials, steps, labels=False)


def by_definition(rollout: Rollout, trial: TrialConfig, episode: np.ndarray, lam: float) -> np.ndarray:
    """Advantages [T, L]; `episode` [N] counts episodes of each trial and is brought forward."""
    steps, seats = rollout.steps, rollout.lanes.seats
    done = (rollout.terminated | rollout.truncated).reshape(steps, GAMES, seats).all(2)
    out = np.zeros((steps, rollout.lanes.count))
    cuts = {(t, i): v for c in rollout.cut_values for t, i, v in zip(c.t, c.lane, c.value, strict=True)}
    whole_trial = trial.memory == "trial" and trial.credit == "trial"
    for game in range(GAMES):
        numbers = []
        for t in range(steps):
            numbers.append(episode[game])
            episode[game] = (episode[game] + done[t, game]) % trial.episodes
        last = [not whole_trial or number == trial.episodes - 1 for number in [*numbers, episode[game]]]
        for i in range(game * seats, (game + 1) * seats):
            total = 0.0
            for t in reversed(np.flatnonzero(rollout.acting[:, i])):
                earned, after, goes_on, s = 0.0, 0.0, False, t
                if last[t] and rollout.truncated[t, i]:
                    after = cuts[t, i]
                else:
                    while not (last[s] and done[s, game]):
                        s += 1
                        if s == steps:
                            alive = rollout._flags[1][i]
                            after = rollout.value[s, i] if alive or not last[s] else 0.0
                            break
                        if rollout.acting[s, i]:
                            after, goes_on = rollout.value[s, i], True
                            break
                        earned += rollout.reward[s, i]
                error = rollout.reward[t, i] + DISCOUNT * (earned + after) - rollout.value[t, i]
                total = error + DISCOUNT * lam * total * goes_on
                out[t, i] = total
    return out


rules = st.sampled_from([("trial", "trial"), ("trial", "episode"), ("episode", "trial"), ("step", "trial")])


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        CrewConfig,
        seats=st.integers(1, 4),
        limit=st.integers(2, 8),
        leaving=st.booleans(),
        cut_off=st.booleans(),
    ),
    rules,
    st.integers(1, 3),
    st.integers(1, 24),
    st.floats(0, 1),
)
def test_advantages_of_all_seats_are_what_counts_by_definition(config, rule, episodes, steps, lam):
    memory, credit = rule
    trial = TrialConfig(episodes=episodes, long_share=0.0, memory=memory, credit=credit)
    rollout, learner, episode = make_rollout(config, trial, steps), Counter(), np.zeros(GAMES, np.int64)
    rollout.begin(learner)
    if rollout.acting is None:
        return
    for _ in range(3):
        found = estimated(rollout, learner, DISCOUNT, lam).advantage
        np.testing.assert_allclose(found, by_definition(rollout, trial, episode, lam), atol=1e-4)


@pytest.mark.parametrize("rule", [("trial", "episode"), ("episode", "trial"), ("trial", "trial")])
def test_seats_that_wait_at_the_end_of_a_rollout_are_among_them(rule):
    """So that what is compared above can be wrong."""
    waiting = 0
    for steps in range(8, 40):
        trial = TrialConfig(episodes=4, long_share=0.0, memory=rule[0], credit=rule[1])
        rollout, learner = make_rollout(CrewConfig(seats=3, leaving=True), trial, steps), Counter()
        rollout.begin(learner)
        estimated(rollout, learner, DISCOUNT, 0.0)
        waiting += (~rollout._flags[1]).sum()
    assert waiting > 20
