"""Episodes played side by side against seats played one by one, by the words of the contract.

Seats come and go: one that is away is not asked, and comes back with what it knew.
"""

from itertools import chain

import numpy as np
import pytest

from gamemeta.evaluation.episodes import Actor, Memory, Player, play_episodes, play_seats
from gamemeta.evaluation.watch import Watch
from gamemeta.games.about import About
from gamemeta.games.game import Game
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta.trials.task_learner import Decision
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays

GAMES, SEATS, LIMIT, ACTIONS = 7, 3, 9, 4
LANES = GAMES * SEATS


class Guests(Game):
    """Seats play in the steps that a table says, and are paid by step and by action."""

    name, seats, about = "guests", SEATS, About(has_plans=False, has_map=False)
    family = step_limit = par = scene = save = load = None

    def __init__(self, together=GAMES, *, knows=True, flags=True):
        self.n, self.together, self.knows, self.asked = GAMES, together, knows, []
        self.flags = flags
        self.spec = Spec(obs=(symbols("sign", (1,), 100),), action=ActionSpec(heads=(ACTIONS,)))
        rng = np.random.default_rng(0)
        self.here = rng.random((LIMIT + 1, GAMES, SEATS)) < 0.6
        always = (np.arange(LIMIT + 1)[:, None] // 2 + np.arange(GAMES)) % SEATS
        np.put_along_axis(self.here, always[:, :, None], True, axis=2)  # or the game would be over
        last = rng.integers(3, LIMIT + 1, GAMES)
        self.here[np.arange(LIMIT + 1)[:, None] >= last] = False  # the game is over
        self.last, self.clock = last, last.copy()
        self.pay = rng.integers(1, 50, (LIMIT + 1, GAMES, SEATS)).astype(np.float32)
        self.wins = rng.random((LIMIT + 1, GAMES, SEATS)) < 0.5

    def knows_success(self):
        return self.knows

    def at_once(self):
        return self.together

    def reset(self, levels, mask, out):
        self.asked.append(np.flatnonzero(mask).tolist())
        self.clock[mask] = 0
        self.show(out, mask)
        out.alive[mask] = self.here[0, mask]

    def step(self, actions, out):
        goes_on = self.clock < self.last
        self.clock = self.clock + goes_on
        now, rows = self.clock, np.arange(GAMES)
        before, here = self.here[np.maximum(now - 1, 0), rows], self.here[now, rows]
        paid = (before | here) & goes_on[:, None]
        out.reward[:] = np.where(paid, self.pay[now, rows] + 100 * actions[:, :, 0] * before, 0)
        over = ~here if self.flags else ~here.any(axis=1, keepdims=True)
        out.alive[:], out.terminated[:], out.truncated[:] = here, over, False
        out.success[:] = self.wins[now, rows]
        self.show(out, np.ones(GAMES, np.bool_))

    def show(self, out, mask):
        out.obs["sign"][mask] = (np.minimum(self.clock, 9)[:, None] * 10 + np.arange(SEATS))[mask, :, None]


class Keeper(Actor):
    """Counts acts and keeps a fading sum of all it was told; chooses by it."""

    def init(self, n):
        return {"acts": np.zeros((n, 1)), "trace": np.zeros((n, 1)), "learned": np.zeros((n, 1))}

    def step(self, state, inputs, reset):
        assert not reset.any()
        told = inputs["sign"] + 0.3 * inputs["previous_action"] + inputs["previous_reward"]
        trace = state["trace"] / 2 + told + 7 * inputs["previous_done"]
        choice = trace.astype(int) % ACTIONS
        logits = np.where(np.arange(ACTIONS) == choice, 60, 0).astype(np.float32)
        after = {**state, "acts": state["acts"] + 1, "trace": trace}
        return after, Decision((logits,), np.zeros(len(reset), np.float32))

    def adapt(self, state, episode):
        raise AssertionError("it learns from steps alone")


class Student(Keeper):
    """Learns from each episode what it saw, did and was paid."""

    adapts = True

    def adapt(self, state, episode):
        return {**state, "learned": state["learned"] + lesson(episode)[:, None]}


def lesson(episode):
    """[n], tells apart what episodes hold."""
    weight = np.arange(1, len(episode.reward) + 1)[:, None]
    seen = episode.inputs["sign"][:, :, 0] + episode.inputs["previous_reward"][:, :, 0] / 7
    return (weight * (seen + 3 * episode.action[:, :, 0] + episode.reward / 5)).sum(axis=0)


class Lane:
    """One seat of one game, step by step."""

    def __init__(self, game, lane):
        self.game, (self.i, self.a) = game, divmod(lane, SEATS)
        self.trace = self.acts = self.learned = 0.0
        self.action, self.reward, self.done = 0, 0.0, 0

    def play(self):
        """Return, steps and success of an episode."""
        game, i, a = self.game, self.i, self.a
        returns, steps, success, self.stint = 0.0, 0, 0.0, []
        for t in range(game.last[i]):
            here, stays = game.here[t, i, a], game.here[t + 1, i, a]
            pay = game.pay[t + 1, i, a]
            if here:
                sign = 10 * t + a
                self.trace = self.trace / 2 + sign + 0.3 * self.action + self.reward + 7 * self.done
                self.acts += 1
                chosen = int(self.trace) % ACTIONS
                told = sign + self.reward / 7
                self.action, self.reward, self.done = chosen + 1, float(pay + 100 * chosen), int(not stays)
                self.stint.append(told + 3 * chosen + self.reward / 5)
                returns, steps = returns + self.reward, steps + 1
                if not stays:
                    success = float(game.wins[t + 1, i, a])
                    self.learned += sum(k * one for k, one in enumerate(self.stint, 1))
                    self.stint = []
            elif stays:
                returns, success = returns + pay, 0.0
        return returns, steps, success


def blank(actor, game):
    return Memory.blank(actor, game.spec, GAMES, SEATS)


LEVELS = generate_arrays(Maze(), range(GAMES), "any")
SEEDS = np.arange(GAMES, dtype=np.uint64)


@pytest.mark.parametrize("together", [1, 3, GAMES])
@pytest.mark.parametrize("kinds", [(Keeper,), (Student,), (Student, Keeper)])
def test_every_seat_lives_as_if_it_played_alone(kinds, together):
    game = Guests(together)
    owner = np.arange(LANES) % 2 if len(kinds) == 2 else np.zeros(LANES, np.int64)
    players = [Player(kind(), blank(kind(), game), owner == k) for k, kind in enumerate(kinds)]
    lanes = [Lane(game, lane) for lane in range(LANES)]
    for _ in range(3):
        game.asked.clear()
        played = play_seats(players, game, LEVELS, SEEDS, SEEDS)
        wanted = np.array([lane.play() for lane in lanes])
        np.testing.assert_allclose(played.returns, wanted[:, 0])
        np.testing.assert_array_equal(played.steps, wanted[:, 1])
        np.testing.assert_array_equal(played.success, wanted[:, 2])
        assert list(chain(*game.asked)) == list(range(GAMES))
        assert max(map(len, game.asked)) == together
    for lane in lanes:
        number, adapts = lane.i * SEATS + lane.a, kinds[owner[lane.i * SEATS + lane.a]] is Student
        memory = players[owner[number]].memory
        kept = {name: array[number, 0] for name, array in memory.state.items()}
        assert kept == pytest.approx(
            {"acts": lane.acts, "trace": lane.trace, "learned": lane.learned * adapts}, rel=1e-6
        )
        assert memory.steps[number] == lane.acts
        told = memory.action["previous_action"][number, 0], memory.reward[number, 0], memory.done[number, 0]
        assert told == (lane.action, lane.reward, lane.done)


def test_the_play_has_seats_of_all_sorts():
    here = Guests().here
    assert (~here[0]).any(), "some come later"
    assert (here[:-2] & ~here[1:-1] & here[2:]).any(), "some come back"


def test_an_episode_of_a_game_is_the_mean_of_its_seats_and_as_long_as_its_longest():
    game = Guests()
    actor = Keeper()
    seats = play_seats(
        [Player(actor, blank(actor, game), np.ones(LANES, np.bool_))], game, LEVELS, SEEDS, SEEDS
    )
    whole = play_episodes(actor, game, LEVELS, blank(actor, game), SEEDS, SEEDS)
    np.testing.assert_allclose(whole.returns, seats.returns.reshape(GAMES, SEATS).mean(1))
    np.testing.assert_array_equal(whole.steps, seats.steps.reshape(GAMES, SEATS).max(1))
    np.testing.assert_allclose(whole.success, seats.success.reshape(GAMES, SEATS).mean(1))


def test_a_seat_that_is_away_has_left_though_no_flag_says_so():
    found, wanted = (
        play_episodes(Keeper(), game, LEVELS, blank(Keeper(), game), SEEDS, SEEDS)
        for game in (Guests(flags=False), Guests())
    )
    for name, array in vars(wanted).items():
        np.testing.assert_array_equal(getattr(found, name), array)


def test_success_is_unknown_where_the_game_does_not_say():
    game = Guests(knows=False)
    assert np.isnan(play_episodes(Keeper(), game, LEVELS, blank(Keeper(), game), SEEDS, SEEDS).success).all()


def test_a_watch_is_told_of_every_seat_that_left_as_a_share_of_its_game():
    class Counting(Watch):
        ended = 0.0

        def stepped(self, ended):
            self.ended += ended

    game, watch = Guests(), Counting()
    play_episodes(Keeper(), game, LEVELS, blank(Keeper(), game), SEEDS, SEEDS, watch)
    left = (game.here[:-1] & ~game.here[1:]).sum()
    assert watch.ended == pytest.approx(left / SEATS)


def test_a_part_of_a_memory_is_a_copy_and_is_put_back_in_its_place():
    game = Guests()
    memory, rows = blank(Keeper(), game), np.array([4, 1])
    part = memory.take(rows)
    for k, array in enumerate((*part.state.values(), *part.action.values(), part.reward, part.done)):
        array[:] = k + 1
    part.steps[:] = 9
    assert not any(array.any() for array in (*memory.state.values(), *memory.action.values(), memory.reward))
    memory.put(rows, part)
    again = memory.take(rows)
    for name, array in part.state.items():
        np.testing.assert_array_equal(again.state[name], array)
    assert (again.action["previous_action"] == 4).all()
    assert (again.reward == 5).all() and (again.done == 6).all() and (again.steps == 9).all()
    others = np.delete(np.arange(LANES), rows)
    assert not memory.take(others).reward.any() and not memory.take(others).steps.any()
