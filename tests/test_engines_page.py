"""What docs/engines.md shows is run."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.godot.agent_group import CHANCE, LEVEL, WAIT
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.registry import make_game, use_game
from gamemeta_levels.family import generate_arrays

PAGE = Path(__file__).parent.parent / "docs" / "engines.md"
ENGINES = PAGE.read_text(encoding="utf-8")
(UNITY,) = re.findall(r"```python\n(.*?)```", ENGINES, re.DOTALL)


def test_the_page_names_what_the_scene_is_told_and_the_settings_there_are():
    assert set(re.findall(r'has\("(\w+)"\)', ENGINES)) == {LEVEL, WAIT}
    assert f'action["{CHANCE}"]' in ENGINES
    assert set(re.findall(r"`game\.(\w+)`", ENGINES)) <= set(GodotConfig.__dataclass_fields__)


class Channel:
    """In place of Unity's: what the scene is told."""

    def set_float_parameter(self, key: str, value: float) -> None:
        assert key == "level_seed"
        self.seed = int(value)


class Scene:
    """In place of Unity's wrapper: the button `seed % 3` is right, for 3 steps."""

    running = 0

    def __init__(self, env: dict) -> None:
        self.channel = env["side_channels"][0]
        Scene.running += 1

    def reset(self):
        self.clock = 0
        return np.zeros(2, np.float32)

    def step(self, action):
        self.clock += 1
        right = float(action == self.channel.seed % 3)
        return np.full(2, self.clock, np.float32), right, self.clock == 3, {}


@pytest.fixture
def unity(monkeypatch, tmp_path):
    def module(name: str, **parts) -> None:
        made = ModuleType(name)
        vars(made).update(parts)
        monkeypatch.setitem(sys.modules, name, made)

    for name in ("mlagents_envs", "mlagents_envs.envs", "mlagents_envs.side_channel"):
        module(name)
    module("mlagents_envs.environment", UnityEnvironment=lambda *_, **more: more)
    module("mlagents_envs.envs.unity_gym_env", UnityToGymWrapper=Scene)
    channel = "mlagents_envs.side_channel.environment_parameters_channel"
    module(channel, EnvironmentParametersChannel=Channel)
    (tmp_path / "unity.py").write_text(UNITY, encoding="utf-8")
    Scene.running = 0
    return use_game(f"{tmp_path / 'unity.py'}:Unity")


def test_the_class_for_unity_plays_the_level_of_each_seed_in_scenes_that_are_used_again(unity):
    game = make_game(unity, 2)
    levels = generate_arrays(game.family(), [3, 4], "any")
    out = StepBuffers.empty(game)
    assert game.about.live
    for _ in range(3):
        game.reset(levels, np.ones(2, np.bool_), out)
        for _ in range(3):
            game.step(np.array([[[0]], [[0]]]), out)
            assert out.reward[:, 0].tolist() == [1.0, 0.0]
        assert out.terminated.all()
    assert Scene.running <= 3  # two that play, and one that showed what there is to see
    assert make_game(unity, 9).at_once() == 4
