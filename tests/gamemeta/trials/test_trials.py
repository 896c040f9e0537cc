"""Trials: K episodes on one level, every draw from the trial's own number."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.games.builtin.bandit.game import BanditConfig, BanditGame
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.trials.trials import Ended, TrialConfig, Trials
from gamemeta_levels.families.maze.family import Maze, MazeParameters

SMALL = MazeParameters(height=(5, 7), width=(5, 7), goal_distance=2)


def make_trials(lanes, total: int, seed: int = 3, **config) -> Trials:
    settings = TrialConfig(**{"episodes": 3, "long_share": 0.0, **config})
    game = MazeGame(len(lanes))
    lanes = np.array(lanes, np.int64)
    return Trials(game, Maze(SMALL), settings, seed=seed, lanes=lanes, total=total)


@dataclass
class Record:
    """What happened in each lane, one line a step."""

    lines: list[list[tuple]] = field(default_factory=list)

    def add(self, trials: Trials, ended: Ended, out: StepBuffers) -> None:
        hashes = trials.levels.content_hash
        row = zip(
            trials.trial,
            hashes,
            trials.step_of_trial,
            out.reward[:, 0],
            out.obs["place"][:, 0, 0],
            ended.episode,
            ended.trial,
            ended.memory,
            strict=True,
        )
        self.lines.append([tuple(x.item() for x in line) for line in row])

    def by_trial(self) -> dict[int, list[tuple]]:
        found: dict[int, list[tuple]] = {}
        for line in (line for row in self.lines for line in row):
            found.setdefault(line[0], []).append(line)
        return found


def play(trials: Trials, steps: int, out: StepBuffers) -> Record:
    """Actions come from the trial's own seed, as a learner's do."""
    record = Record()
    for _ in range(steps):
        seeds = trials.action_seed >> np.uint64(7)
        actions = (seeds + trials.step_of_trial.astype(np.uint64) * np.uint64(5)) // np.uint64(3)
        ended = trials.step((actions % np.uint64(4)).astype(np.int64)[:, None, None], out)
        record.add(trials, ended, out)
        trials.next_episode(ended, out)
    return record


def begin_and_play(trials: Trials, steps: int = 150) -> Record:
    out = StepBuffers.empty(trials.game)
    trials.begin(out)
    return play(trials, steps, out)


def test_a_trial_does_not_depend_on_how_lanes_are_split():
    whole = begin_and_play(make_trials(range(4), total=4)).by_trial()
    halves = begin_and_play(make_trials([0, 1], total=4)).by_trial()
    halves |= begin_and_play(make_trials([2, 3], total=4)).by_trial()
    assert whole == halves


def test_lanes_play_every_trial_once_and_in_order():
    record = begin_and_play(make_trials(range(3), total=3))
    for lane in range(3):
        numbers = list(dict.fromkeys(row[lane][0] for row in record.lines))
        assert numbers == list(range(lane, lane + 3 * len(numbers), 3))
        assert len(numbers) > 1


def test_a_trial_is_k_episodes_on_one_level():
    for lines in begin_and_play(make_trials(range(4), total=4, episodes=3)).by_trial().values():
        assert len({content for _, content, *_ in lines}) == 1
        ends = [episode for *_, episode, _, _ in lines]
        whole_trial = lines[-1][-2]
        assert sum(ends) == 3 if whole_trial else sum(ends) < 3
        assert not any(trial for *_, trial, _ in lines[:-1])


def test_other_trials_and_other_seeds_play_other_levels():
    levels = [
        {line[1] for row in begin_and_play(make_trials(range(4), 4, seed)).lines for line in row}
        for seed in (3, 4)
    ]
    assert min(map(len, levels)) > 4
    assert len(levels[0] & levels[1]) < min(map(len, levels)) / 2


@pytest.mark.parametrize(("memory", "position"), [("trial", -2), ("episode", -3)])
def test_memory_is_cleared_when_its_setting_says(memory, position):
    record = begin_and_play(make_trials(range(4), total=4, memory=memory))
    lines = [line for row in record.lines for line in row]
    assert any(line[-1] for line in lines)
    assert all(line[-1] == line[position] for line in lines)


@pytest.mark.parametrize(
    ("memory", "credit"), [("trial", "episode"), ("episode", "trial"), ("step", "trial")]
)
def test_credit_ends_with_the_episode_where_its_setting_says_or_memory_does(memory, credit):
    assert credit_ends(memory=memory, credit=credit, at="episode")


def test_credit_goes_on_to_the_end_of_the_trial_by_default():
    assert credit_ends(at="trial")


def credit_ends(at: str, **settings: str) -> bool:
    """Whether credit ended at all these ends and nowhere else, over many steps."""
    trials = make_trials(range(4), total=4, **settings)
    out = StepBuffers.empty(trials.game)
    trials.begin(out)
    found = []
    for _ in range(100):
        ended = trials.step(np.zeros((4, 1, 1), np.int64), out)
        found.append((ended.credit == getattr(ended, at)).all())
        trials.next_episode(ended, out)
    return all(found)


def test_levels_come_from_the_training_split():
    trials = make_trials(range(64), total=64)
    trials.begin(StepBuffers.empty(trials.game))
    assert (trials.levels.content_hash % np.uint64(10) > 1).all()


def test_long_trials_have_more_episodes():
    record = begin_and_play(make_trials([0], 1, episodes=2, long_share=1.0, long_factor=3))
    assert sum(line[-3] for line in record.by_trial()[0]) == 6


def test_the_share_of_long_trials_is_the_one_that_was_set():
    trials = make_trials(range(2000), 2000, episodes=2, long_share=0.25, long_factor=3)
    trials.begin(StepBuffers.empty(trials.game))
    error = np.sqrt(0.25 * 0.75 / 2000)
    assert np.mean(trials.length == 6) == pytest.approx(0.25, abs=4 * error)
    assert set(trials.length.tolist()) == {2, 6}


def test_a_loaded_state_goes_on_identically():
    trials = make_trials(range(3), total=3, long_share=0.5)
    out = StepBuffers.empty(trials.game)
    trials.begin(out)
    play(trials, 47, out)
    state = trials.state()
    again = make_trials(range(3), total=3, long_share=0.5)
    again.load_state(state)
    wanted = play(trials, 120, out)
    assert play(again, 120, StepBuffers.empty(again.game)) == wanted


def test_a_state_is_a_copy():
    trials = make_trials(range(2), total=2)
    out = StepBuffers.empty(trials.game)
    trials.begin(out)
    state = trials.state()
    before = {name: array.copy() for name, array in state.items()}
    play(trials, 30, out)
    for name, array in state.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("setting", "value"),
    [("episodes", 0), ("memory", "'never'"), ("credit", "'never'"), ("long_share", 1.5), ("long_factor", 0)],
)
def test_settings_out_of_range_are_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} = {value}"):
        TrialConfig(**{setting: value.strip("'") if isinstance(value, str) else value})


def episodes_of_chance(lanes, total, steps=24):
    """What each episode of the bandit's trials draws chance from, by trial and episode."""
    game = BanditGame(len(lanes), BanditConfig(arms=2, pulls=2))
    config = TrialConfig(episodes=3, long_share=0.0)
    trials = Trials(game, game.family(), config, seed=5, lanes=np.array(lanes), total=total)
    out, found = StepBuffers.empty(game), {}
    trials.begin(out)
    for _ in range(steps):
        for lane in range(game.n):
            found[int(trials.trial[lane]), int(trials.episode[lane])] = int(trials.levels.chance[lane])
        trials.next_episode(trials.step(np.zeros((game.n, 1, 1), np.int64), out), out)
    return found


def test_every_episode_of_every_trial_has_luck_of_its_own():
    found = episodes_of_chance([0, 1, 2], total=3)
    assert set(found) == {(trial, episode) for trial in range(12) for episode in range(3)}
    assert len(set(found.values())) == len(found)


def test_luck_does_not_depend_on_how_many_lanes_there_are():
    assert episodes_of_chance([0], total=1, steps=72) == episodes_of_chance([0, 1, 2], total=3)


def test_trials_of_a_game_of_chance_go_on_from_a_saved_state():
    def new():
        game = BanditGame(4, BanditConfig(pulls=5))
        config = TrialConfig(episodes=2, long_share=0.0)
        return Trials(game, game.family(), config, seed=5, lanes=np.arange(4), total=4)

    def rewards(trials, out):
        rows = []
        for _ in range(25):
            ended = trials.step(np.zeros((4, 1, 1), np.int64), out)
            rows.append(out.reward[:, 0].tolist())
            trials.next_episode(ended, out)
        return rows

    trials = new()
    out = StepBuffers.empty(trials.game)
    trials.begin(out)
    rewards(trials, out)
    for _ in range(3):
        trials.next_episode(trials.step(np.zeros((4, 1, 1), np.int64), out), out)
    state, other = trials.state(), new()
    other.load_state(state)
    assert rewards(other, StepBuffers.empty(other.game)) == rewards(trials, out)
