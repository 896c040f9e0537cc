"""The time of a training, on a clock that a test moves."""

import pytest

from gamemeta.training.timing import JUDGING_S, LEAST_S, VALIDATING_S, Timing


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def iterate(timing, clock, seconds, steps):
    """Iterations of so many seconds each, that reach these steps."""
    for step in steps:
        timing.begin_iteration()
        clock.now += seconds
        timing.end_iteration(step)


def test_nobody_knows_the_time_left_before_the_first_iteration(clock):
    timing = Timing(1000, clock=clock)
    assert (timing.left_s, timing.rate, timing.share) == (None, 0.0, 0.0)


def test_an_iteration_has_its_own_speed(clock):
    timing = Timing(1000, clock=clock)
    timing.begin_iteration()
    clock.now += 4
    assert timing.end_iteration(100) == 25


def test_the_speed_forgets_the_first_iteration_and_counts_validations(clock):
    timing = Timing(1000, clock=clock)
    iterate(timing, clock, 50, [100])
    assert timing.rate == 2
    clock.now += 6  # a validation
    iterate(timing, clock, 4, [200])
    assert timing.rate == 10, "100 steps in 10 seconds"
    assert timing.left_s == 80


def test_the_speed_is_that_of_the_last_minute(clock):
    timing = Timing(100_000, clock=clock)
    iterate(timing, clock, 1, range(10, 101, 10))
    iterate(timing, clock, 1, range(200, 8001, 100))
    assert timing.rate == pytest.approx(100)


def test_time_left_and_bar_follow_the_minutes_where_they_end_first(clock):
    timing = Timing(100_000, minutes=1, clock=clock)
    assert timing.left_s == 60
    iterate(timing, clock, 15, [100, 200])
    assert (timing.left_s, timing.share) == (30, 0.5)
    few = Timing(400, minutes=10, clock=clock)
    iterate(few, clock, 15, [100, 200])
    assert (few.left_s, few.share) == (30, 0.5), "the steps end first"


def test_the_start_of_the_program_counts(clock):
    timing = Timing(100, minutes=1, began=clock.now - 20, clock=clock)
    assert (timing.elapsed_s, timing.left_s) == (20, 40)


def test_a_training_ends_with_the_iteration_whose_end_is_nearest(clock):
    timing = Timing(10_000, minutes=1, clock=clock)
    ends = []
    while not timing.late:
        iterate(timing, clock, 8, [100 * (len(ends) + 1)])
        ends.append(timing.elapsed_s)
    assert ends[-1] == 56, "54 seconds are for training, the rest for judging"


def test_what_is_kept_free_for_judging_follows_the_validations(clock):
    timing = Timing(10_000, minutes=10, clock=clock)
    iterate(timing, clock, 0.2, [100])
    with timing.validating(2.5):
        clock.now += 2
    clock.now += 590
    assert not timing.late, "judging takes 5 seconds"
    clock.now += 3
    assert timing.late


def test_a_first_iteration_begins_however_short_the_minutes_and_is_given_up(clock):
    timing = Timing(10_000, minutes=0.01, began=clock.now - 30, clock=clock)
    assert not timing.late
    assert timing.iteration_left_s == LEAST_S
    clock.now += 7
    assert timing.iteration_left_s == 0
    assert Timing(10_000, clock=clock).iteration_left_s is None


def test_judging_ends_with_the_minutes_or_a_little_later(clock):
    timing = Timing(10_000, minutes=2, clock=clock)
    began = clock.now
    clock.now += 100
    assert timing.judging_until() == began + 120
    clock.now += 19
    assert timing.judging_until() == clock.now + LEAST_S


def test_without_minutes_judging_takes_a_minute_or_a_tenth_of_the_training(clock):
    timing = Timing(10_000, clock=clock)
    assert timing.judging_until() == clock.now + JUDGING_S
    clock.now += 3000
    assert timing.judging_until() == clock.now + 300


def test_validations_take_a_quarter_of_the_time_together(clock):
    timing = Timing(10_000, clock=clock)
    with timing.validating(1) as until:
        assert until == clock.now + VALIDATING_S
        clock.now += VALIDATING_S
    assert not timing.may_validate
    clock.now += 40 - VALIDATING_S
    with timing.validating(1) as until:
        assert until == clock.now + 10 - VALIDATING_S


def test_a_validation_that_came_to_nothing_is_tried_again_with_twice_its_time(clock):
    timing = Timing(10_000, clock=clock)
    with timing.validating(1) as until:
        clock.now = until
    timing.validated_nothing()
    clock.now += 40
    assert not timing.may_validate, "6.25 seconds would be allowed"
    clock.now += 30
    assert timing.may_validate
