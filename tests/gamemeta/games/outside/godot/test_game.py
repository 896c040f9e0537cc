"""`gamemeta.games.outside.godot.game` and `engine`, against a client that behaves as the plugin does."""

import os
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from gamemeta.errors import ConfigError, EngineError, LevelError, PluginError, SpecError
from gamemeta.evaluation.episodes import Memory, RandomActor, play_episodes
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.godot.game import close_engines
from gamemeta.games.outside.seed_levels.family import SEED
from gamemeta.games.registry import game_class, make_game, typed_word, use_game
from gamemeta.spec import ActionSpec, image
from gamemeta_levels.family import generate_arrays

STEPS = 4
needs_shebang = pytest.mark.skipif(os.name != "posix", reason="the stub is started by its first line")


class Play:
    """N games on the levels with these seeds, and what they write."""

    def __init__(self, seeds: list[int], config: GodotConfig | None = None) -> None:
        self.game = make_game("godot", len(seeds), config)
        self.levels = generate_arrays(self.game.family(), seeds, "any")
        self.out = StepBuffers.empty(self.game)

    def reset(self, *rows: int) -> None:
        mask = np.zeros(self.game.n, np.bool_)
        mask[list(rows) or slice(None)] = True
        self.game.reset(self.levels, mask, self.out)

    def step(self, *buttons: int, lever: float = 0.0) -> list[float]:
        """The rewards of pressing these buttons."""
        actions = np.array([[[button, lever]] for button in buttons], np.float32)
        self.game.step(actions, self.out)
        return [round(float(reward), 3) for reward in self.out.reward[:, 0]]

    @property
    def steps_seen(self) -> list[int]:
        return (self.out.obs["obs"][:, 0, 0] * STEPS).astype(int).tolist()

    @property
    def ended(self) -> list[str]:
        flags = zip(self.out.terminated[:, 0], self.out.truncated[:, 0], strict=True)
        return ["terminated" if t else "truncated" if c else "" for t, c in flags]


def test_what_the_scene_shows_and_takes_becomes_the_spec(start):
    start("--picture")
    spec = make_game("godot", 1).spec
    assert spec.action == ActionSpec(heads=(3,), low=(-1.0,), high=(1.0,))
    assert {(b.name, b.shape) for b in spec.obs} == {("obs", (2,)), ("camera_2d", (16, 16, 3))}
    assert next(b for b in spec.obs if b.name == "camera_2d") == image("camera_2d", (16, 16, 3))


def test_the_seed_of_the_level_reaches_the_scene(start):
    start("--agents=3")
    play = Play([0, 1, 2])
    seeds = [play.game.family().unpack(play.levels, i).hidden[SEED][0] for i in range(3)]
    play.reset()
    assert play.step(*(seed % 3 for seed in seeds)) == [1, 1, 1]
    assert play.step(*((seed + 1) % 3 for seed in seeds)) == [0, 0, 0]
    assert play.step(0, 1, 2, lever=0.5) == [round(0.05 + (s % 3 == k), 3) for k, s in enumerate(seeds)]


def test_an_episode_ends_as_the_scene_says(start):
    start()
    play = Play([0, 3])
    play.reset()
    assert play.steps_seen == [0, 0]
    for _ in range(STEPS - 1):
        play.step(0, 1)
        assert play.ended == ["", ""]
    play.step(0, 1)
    assert play.ended == ["terminated", "terminated"]
    assert play.out.success[:, 0].tolist() == [True, False]
    assert play.step(0, 0) == [0, 0]


def test_the_step_limit_truncates(start):
    start()
    play = Play([0], GodotConfig(step_limit=2))
    play.reset()
    play.step(0)
    play.step(0)
    assert play.ended == ["truncated"]


def test_where_all_begin_at_once_no_step_is_lost(start):
    start()
    play = Play([0, 0])
    for _ in range(3):
        play.reset()
        assert play.steps_seen == [0, 0]
        assert play.step(0, 0) == [1, 1]


def test_an_agent_that_begins_beside_others_waits_one_step(start):
    start()
    play = Play([0, 0])
    play.reset(0)
    play.step(0, 0)
    play.reset(1)
    assert play.step(0, 0) == [1, 0]
    assert play.steps_seen == [2, 0]
    assert play.step(0, 0) == [1, 1]
    assert play.steps_seen == [3, 1]


def test_where_agents_can_wait_the_others_do_nothing_while_one_begins(start):
    start()
    play = Play([0, 0], GodotConfig(can_wait=True))
    play.reset(0)
    play.step(0, 0)
    play.reset(1)
    assert play.step(0, 0) == [1, 1]
    assert play.steps_seen == [2, 1]
    play.reset(1)
    assert play.steps_seen == [2, 0]
    assert [play.step(0, 0), play.step(0, 0)] == [[1, 1], [1, 1]]
    assert play.ended == ["terminated", ""]


def test_an_agent_that_waits_in_a_scene_that_is_lost_is_truncated(start):
    start("--lose=3")
    play = Play([0, 0], GodotConfig(can_wait=True))
    play.reset(0)
    play.step(0, 0)
    start()
    play.reset(1)
    assert play.step(0, 0) == [0, 1]
    assert play.ended == ["truncated", ""]


def test_agents_are_taken_as_they_become_free(start):
    start("--agents=2")
    play = Play([0, 0, 0])
    for rows in ((0, 1), (2,), (1, 0)):
        play.reset(*rows)
        for _ in range(STEPS):
            play.step(0, 0, 0)
        assert [play.ended[row] for row in rows] == ["terminated"] * len(rows)


def test_more_games_at_a_time_than_agents_are_refused(start):
    start("--agents=2")
    with pytest.raises(ConfigError, match=r"3 games .* 2 agent\(s\)\. Give --set run.lanes=2"):
        Play([0, 0, 0]).reset()


def test_an_evaluation_plays_one_group_after_the_other(start):
    start("--agents=2")
    play = Play(list(range(7)))
    dice = RandomActor(play.game.spec)
    memory = Memory.blank(dice, play.game.spec, 7)
    seeds = np.arange(7, dtype=np.uint64)
    played = play_episodes(dice, play.game, play.levels, memory, seeds, seeds)
    assert played.steps.tolist() == [STEPS] * 7
    assert len(set(played.returns.tolist())) > 1


def test_a_lost_scene_truncates_and_play_goes_on_when_it_is_back(start):
    first = start()
    play = Play([0, 0])
    play.reset()
    play.step(0, 0)
    first.kill()
    first.wait()
    start()
    assert play.step(0, 0) == [0, 0]
    assert play.ended == ["truncated", "truncated"]
    play.reset()
    assert [play.step(0, 0) for _ in range(STEPS)] == [[1, 1]] * STEPS
    assert play.ended == ["terminated", "terminated"]


def test_a_scene_that_is_lost_while_episodes_begin_is_told_of_them_again(start):
    start("--lose=1")
    play = Play([1])
    start()
    play.reset()
    assert play.step(1) == [1]


def test_a_scene_that_comes_back_as_another_is_refused(start):
    first = start()
    play = Play([0])
    play.reset()
    first.kill()
    first.wait()
    start("--agents=5")
    with pytest.raises(EngineError, match="another scene"):
        play.step(0)


def test_a_scene_that_does_not_come_is_waited_for_only_so_long(start):
    with pytest.raises(EngineError, match=r"did not connect .* within 0\.1 s"):
        make_game("godot", 1, GodotConfig(connect_s=0.1))


def test_a_scene_that_does_not_come_back_is_told(start):
    first = start()
    play = Play([0], GodotConfig(connect_s=2.0))
    play.reset()
    first.kill()
    first.wait()
    with pytest.raises(EngineError, match="did not connect"):
        play.step(0)


def test_another_game_of_the_process_takes_the_agents(start):
    start("--agents=2")
    one, other = Play([0, 0]), Play([1])
    one.reset()
    other.reset()
    assert other.step(1) == [1]
    assert one.step(0, 0) == [0, 0]
    assert one.ended == ["truncated", "truncated"]
    one.reset()
    assert one.step(0, 0) == [1, 1]


def test_what_was_saved_goes_on_but_for_the_episode_under_way(start):
    start()
    play = Play([0, 1])
    play.reset(0)
    play.step(0, 0)
    again = Play([0, 1])
    for i in range(2):
        again.game.load(i, play.game.save(i))
    assert again.step(0, 0) == [0, 0]
    assert again.ended == ["truncated", ""]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"version": 7}'])
def test_bytes_that_are_no_saved_game_are_refused(start, data):
    start()
    with pytest.raises(LevelError, match="not a saved game"):
        make_game("godot", 1).load(0, data)


def test_actions_that_the_scene_does_not_have_are_refused(start):
    start()
    play = Play([0])
    play.reset()
    with pytest.raises(SpecError):
        play.step(3)
    with pytest.raises(SpecError):
        play.step(0, lever=1.5)


@pytest.mark.parametrize(
    ("word", "host", "port"),
    [
        ("godot:attach", "127.0.0.1", 11008),
        ("godot:attach@77", "127.0.0.1", 77),
        ("godot:attach@0.0.0.0:77", "0.0.0.0", 77),
    ],
)
def test_only_this_machine_can_connect_unless_another_address_is_asked_for(word, host, port):
    place = game_class(use_game(word)).place
    assert (place.path, place.host, place.port) == (None, host, port)


def test_a_scene_is_started_only_when_it_is_named():
    code = (
        "from gamemeta.games.registry import game_class\n"
        "try: game_class('godot')\n"
        "except Exception as error: print(type(error).__name__, '--game godot:' in str(error))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["PluginError", "True"]


def test_a_file_that_is_missing_is_told():
    with pytest.raises(PluginError, match="no such file"):
        use_game("godot:nowhere/game.x86_64")


def test_a_port_that_is_taken_is_told(port):
    use_game(f"godot:attach@{port}")
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(EngineError, match=f"cannot listen .*{port}"),
    ):
        make_game("godot", 1)


@needs_shebang
def test_an_exported_scene_is_started_in_as_many_copies_as_games_need(exported):
    assert use_game(f"godot:{exported}") == "godot"
    assert typed_word("godot") == f"godot:{exported}"
    play = Play([0, 0, 0], GodotConfig(copies=3))
    assert play.game.at_once() == 1
    play.reset()
    assert play.game.at_once() == 3
    assert play.step(0, 0, 1) == [1, 1, 0]
    with pytest.raises(ConfigError, match="more copies"):
        Play([0] * 4, GodotConfig(copies=3)).reset()


@needs_shebang
def test_scenes_that_were_started_end_with_their_engine(exported, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    use_game(f"godot:{exported}")
    Play([0]).reset()
    close_engines()
    assert [process.poll() for process in started] == [0]


@needs_shebang
def test_ctrl_c_in_the_terminal_does_not_reach_a_scene_that_was_started(exported, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    use_game(f"godot:{exported}")
    Play([0]).reset()
    assert os.getpgid(started[0].pid) != os.getpgrp()


@needs_shebang
def test_a_started_scene_that_was_killed_is_started_again(exported, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    use_game(f"godot:{exported}")
    play = Play([0])
    play.reset()
    started[0].kill()
    assert play.step(0) == [0]
    assert play.ended == ["truncated"]
    play.reset()
    assert play.step(0) == [1]
    assert len(started) == 2


@needs_shebang
def test_a_scene_that_ends_at_once_is_given_up(tmp_path):
    path = tmp_path / "broken.x86_64"
    path.write_text("#!/bin/sh\nexit 3\n")
    path.chmod(0o755)
    use_game(f"godot:{path}")
    began = time.monotonic()
    with pytest.raises(EngineError, match=r"5 times.*exit code 3"):
        make_game("godot", 1)
    assert time.monotonic() - began < 10


@needs_shebang
def test_a_file_that_cannot_be_run_is_told(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no game")
    use_game(f"godot:{path}")
    with pytest.raises(EngineError, match="cannot be started"):
        make_game("godot", 1)
