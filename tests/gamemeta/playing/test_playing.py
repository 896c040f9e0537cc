"""Sessions: an agent playing several episodes on one level, frame by frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import ConfigError, LevelError, UnknownName
from gamemeta.games.builtin.bandit.game import BanditGame
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.playing.session import SEPARATOR, Event, Session, events_in_line, family_of
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.level import Level

LEVEL = generate(Maze(), 3)
PLAN = Maze().solve(LEVEL)


class ScriptedAgent:
    """Plays the given actions one after the other, in a ring; writes down its inputs."""

    game = "maze"
    episodes = 3

    def __init__(self, plan, **config):
        self.plan, self.game_config, self.level_parameters = plan, config, {}
        self.inputs, self.taken = [], 0
        known = {k: v for k, v in config.items() if k in vars(MazeConfig())}
        self.spec = MazeGame(1, MazeConfig(**known)).spec

    def begin(self, n=1, seed=0):
        self.inputs.append(("begin", n, seed))
        return self

    def decide(self, obs, reward, done):
        self.inputs.append((reward, done))
        self.taken += 1
        return self.plan[(self.taken - 1) % len(self.plan)]

    def forget(self):
        self.inputs.append("forget")


class RandomAgent(ScriptedAgent):
    def begin(self, n=1, seed=0):
        self.plan = np.random.default_rng(seed).integers(0, 4, 1000).tolist()
        return self


def test_the_plan_of_the_solver_plays_at_par():
    session = Session(ScriptedAgent(PLAN), LEVEL)
    *_, last = session.frames()
    assert [result.steps for result in last.finished] == [session.par_steps] * 3
    assert all(result.success for result in last.finished)
    assert [r.returns for r in last.finished] == pytest.approx([session.par_return] * 3)


def test_every_step_and_every_start_is_a_frame():
    frames = list(Session(ScriptedAgent(PLAN), LEVEL).frames())
    steps = list(range(len(PLAN) + 1))
    assert [(f.episode, f.scene.step) for f in frames] == [
        (episode, step) for episode in (1, 2, 3) for step in steps
    ]
    assert [f.done for f in frames] == 3 * [step == len(PLAN) for step in steps]


def test_the_path_leads_from_the_spawn_to_the_agent_without_a_gap():
    spawn = tuple(Maze().pack([LEVEL]).spawn[0])
    for frame in Session(RandomAgent([]), LEVEL, seed=4).frames():
        assert tuple(frame.path[0]) == spawn
        assert tuple(frame.path[-1]) == frame.scene.agent
        assert len(frame.path) == frame.scene.step + 1
        assert np.abs(np.diff(frame.path, axis=0)).sum(axis=1).max(initial=0) <= 1


def test_frames_that_are_kept_do_not_change_later():
    frames = list(Session(RandomAgent([]), LEVEL, seed=4).frames())
    ends = [frame for frame in frames if frame.done]
    for end in ends:
        agents = [f.scene.agent for f in frames if f.episode == end.episode]
        assert [tuple(place) for place in end.path] == agents


def test_the_return_is_the_sum_of_the_rewards_of_the_episode():
    total = 0.0
    for frame in Session(RandomAgent([]), LEVEL, seed=1).frames():
        total = frame.reward if frame.scene.step == 0 else total + frame.reward
        assert frame.returns == pytest.approx(total)


def test_the_next_episode_begins_with_the_last_reward_and_done():
    agent = ScriptedAgent(PLAN)
    par = Session(agent, LEVEL).par_return
    for _ in Session(agent, LEVEL, episodes=2).frames():
        pass
    quiet = [(0.0, False)] * (len(PLAN) - 1)
    second = (pytest.approx(par), True)
    assert agent.inputs == [("begin", 1, 0), (0.0, False), *quiet, second, *quiet]


def test_wiping_forgets_before_every_episode_but_the_first():
    agent = ScriptedAgent(PLAN)
    for _ in Session(agent, LEVEL, wipe=True, seed=7).frames():
        pass
    quiet = [(0.0, False)] * len(PLAN)
    assert agent.inputs == [("begin", 1, 7), *quiet, "forget", *quiet, "forget", *quiet]


def test_who_never_arrives_is_stopped_by_the_step_limit():
    session = Session(ScriptedAgent([0, 1]), LEVEL, episodes=1)
    *_, last = session.frames()
    assert (last.finished[0].steps, last.finished[0].success) == (session.limit, False)


def test_the_agent_says_how_many_episodes_unless_told():
    assert Session(ScriptedAgent(PLAN), LEVEL).episodes == 3
    assert Session(ScriptedAgent(PLAN), LEVEL, episodes=8).episodes == 8


def test_the_game_is_set_as_the_agent_was_trained():
    first = next(Session(ScriptedAgent(PLAN, view=9), LEVEL).frames())
    assert first.scene.view.shape == (9, 9)


def test_ranges_read_from_json_become_tuples_again():
    agent = ScriptedAgent(PLAN)
    agent.level_parameters = {"height": [13, 15]}
    assert family_of(agent).parameters.height == (13, 15)
    assert family_of(agent).far().parameters.height == (17, 21)


def test_fewer_than_one_episode_is_refused():
    with pytest.raises(ConfigError, match="episodes = 0"):
        Session(ScriptedAgent(PLAN), LEVEL, episodes=0)


def test_a_level_of_another_family_is_refused():
    with pytest.raises(LevelError, match="'dungeon'"):
        Session(ScriptedAgent(PLAN), Level(family="dungeon", tiles=LEVEL.tiles))


def test_settings_that_the_game_does_not_know_are_refused():
    with pytest.raises(ConfigError, match="no setting 'wings'"):
        Session(ScriptedAgent(PLAN, wings=2), LEVEL)


def test_an_agent_of_a_missing_game_is_refused():
    agent = ScriptedAgent(PLAN)
    agent.game = "chess"
    with pytest.raises(UnknownName, match="chess"):
        Session(agent, LEVEL)


class FirstArm(ScriptedAgent):
    """Always pulls the first arm of a bandit whose arms are fair coins."""

    game, episodes = "bandit", 6

    def __init__(self, plan=(0,)):
        super().__init__(plan)
        self.game_config = {"pulls": 32}
        self.spec = BanditGame(1).spec


COINS = [Level(family="bandit", tiles=[[1] * 5], hidden={"probability": (500_000 + k,) * 5}) for k in (0, 1)]


def lucks(level, seed=0):
    """The rewards of each episode."""
    frames = list(Session(FirstArm(), level, seed=seed).frames())
    return [tuple(f.reward for f in frames if f.episode == e and f.scene.step) for e in range(1, 7)]


def test_every_episode_of_a_session_has_luck_of_its_own():
    assert len(set(lucks(COINS[0]))) == 6


def test_a_session_s_luck_depends_on_its_seed_and_level_alone():
    assert lucks(COINS[0]) == lucks(COINS[0])
    assert not set(lucks(COINS[0])) & set(lucks(COINS[0], seed=1))
    assert not set(lucks(COINS[0])) & set(lucks(COINS[1]))


def test_a_level_that_does_not_fit_the_agent_s_game_is_refused_at_once():
    three = Level(family="bandit", tiles=[[1] * 3], hidden={"probability": (1, 2, 3)})
    with pytest.raises(LevelError, match="this game has 5 arms, the levels have 3"):
        Session(FirstArm(), three)


# Words for what happens


@pytest.fixture
def telling(monkeypatch):
    """Mazes that say at which step an odd row was reached, and nothing else."""

    def events(self, i):
        scene = self.scene(i)
        return (f"row {scene.agent[0]}", "odd") if scene.agent[0] % 2 else ()

    monkeypatch.setattr(MazeGame, "events", events, raising=False)


def test_frames_carry_what_the_game_said_since_the_episode_began(telling):
    session = Session(ScriptedAgent(PLAN), LEVEL)
    assert session.has_events
    for frame in session.frames():
        rows = [int(row) for row, _ in frame.path]
        said = [(step, w) for step, row in enumerate(rows) if step and row % 2 for w in (f"row {row}", "odd")]
        assert [(event.step, event.words) for event in frame.events] == said


def test_a_game_without_words_has_no_events():
    session = Session(ScriptedAgent(PLAN), LEVEL)
    assert not session.has_events
    assert all(frame.events == () for frame in session.frames())


def test_events_are_told_once_with_how_often_they_happened():
    happened = [Event(1, "took gold"), Event(4, "drank red: heal"), Event(9, "took gold")]
    assert events_in_line(happened, 100) == "took gold (2 times); drank red: heal"


@given(words=st.lists(st.text("ab", min_size=1, max_size=9)), room=st.integers(1, 60))
def test_what_does_not_fit_into_a_line_is_counted(words, room):
    line = events_in_line([Event(k, word) for k, word in enumerate(words)], room).split(SEPARATOR)
    left = int(line.pop().split()[0]) if line[-1].endswith(" more") else 0
    assert len(line) + left == len(set(words)) or not words
    assert len(line) <= 1 or len(SEPARATOR.join(line)) <= room
