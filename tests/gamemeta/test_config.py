import tracemalloc
from pathlib import Path

import pytest

from gamemeta.config import parse_override, parse_value, settings
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.training.config import from_values, load_config, sections, to_toml


def test_every_setting_has_a_line_of_help():
    for section in sections("maze").values():
        for setting in settings(section):
            assert setting.help.endswith((".", ";")) or ". " in setting.help, (section, setting.name)


def test_defaults_survive_the_round_trip_through_toml(tmp_path):
    config = load_config("maze", overrides=["levels.width=5..9", "ppo.clip=0.125", "levels.goal_distance=3"])
    (tmp_path / "c.toml").write_text(to_toml(config), encoding="utf-8")
    assert load_config(None, tmp_path / "c.toml") == config


def test_a_file_saved_by_an_editor_that_marks_utf_8_is_read(tmp_path):
    (tmp_path / "c.toml").write_text(to_toml(load_config("maze")), encoding="utf-8-sig")
    assert load_config(None, tmp_path / "c.toml") == load_config("maze")


def test_plain_values_survive_the_round_trip():
    config = load_config("maze", overrides=["trial.episodes=7"])
    assert from_values("maze", config.to_json()) == config


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("1e-3", 1e-3),
        ("true", True),
        ("False", False),
        ("5..9", [5, 9]),
        ("0.1..0.2", [0.1, 0.2]),
        ("[5, 9]", [5, 9]),
        ("mingru", "mingru"),
        ("", ""),
    ],
)
def test_values_are_read_as_one_types_them(text, value):
    assert parse_value(text) == value


@pytest.mark.parametrize("text", ["ppo.clip", "clip=1", "=", "ppo.=1", ".clip=1"])
def test_an_override_of_another_form_is_refused(text):
    with pytest.raises(ConfigError, match=r"section\.name=value"):
        parse_override(text)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("ppo.clipp=1", "ppo .*'clipp'.*learning_rate"),
        ("pppo.clip=1", "no section 'pppo'. Choose one of: game"),
        ("ppo.clip=-1", r"ppo\.clip = -1.0: give 0.0 to 10.0"),
        ("ppo.clip=abc", r"ppo\.clip = 'abc': .*float"),
        ("ppo.epochs=1.5", r"ppo\.epochs = 1.5: .*int"),
        ("ppo.epochs=true", "type int"),
        ("game.view=4", r"game\.view = 4: .*odd"),
        ("levels.width=4..6", r"levels\.width = 4\.\.6"),
        ("levels.width=1..2..3", "range"),
        ("network.cell=lstm", r"network\.cell = 'lstm': .*mingru, gru"),
        ("trial.memory=never", "'trial', 'episode' or 'step'"),
        ("run.lanes=100", "multiple"),
        ("ppo.learning_rate=1e999", "finite"),
        ("ppo.learning_rate=nan", "type float"),
    ],
)
def test_a_wrong_setting_is_named(override, message):
    with pytest.raises(ConfigError, match=message):
        load_config("maze", overrides=[override])


def test_an_unknown_game_is_named():
    with pytest.raises(UnknownName, match=r"'chess'.* one of: .*maze"):
        load_config("chess")


@pytest.mark.parametrize(
    ("text", "message"),
    [("ppo = 3", "outside any section"), ("[ppo\n", "not valid TOML"), ("[ppo]\nclip = 'a'\n", "type float")],
)
def test_a_wrong_file_is_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_config("maze", path)


def test_a_missing_or_binary_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        load_config("maze", tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config("maze", tmp_path / "b.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ppo." * 100_000 + "x = 1", "larger than"),
        ("ppo." * 20_000 + "x = 1", "parts"),
        ("[" + "ppo." * 20_000 + "x]", "parts"),
        ("x = {\"a b\". 'c' ." + "d." * 20_000 + "x = 1}", "parts"),
        ("[run]\nsteps = " + "[" * 5000, "not valid TOML"),
        ("[run]\nsteps = " + "{a=" * 5000, "not valid TOML"),
        ("[run]\nsteps = " + "[" * 40 + "]" * 40, "nested"),
        (f"[run]\nsteps = {'9' * 400}", "20 digits"),
        (f"[ppo]\nclip = {'9' * 400}", "20 digits"),
        (f"[ppo]\nclip = {'9' * 5000}", "not valid TOML"),
        (f"ppo = 0x{'f' * 9000}", "20 digits"),
        ("[ppo]\nclip = 1979-05-27", "type float"),
        ("game_name = 5", "name of a game"),
        ("game_name = ['maze']", "name of a game"),
        ("[ppo]\nclip = '''" + "x" * 20_000 + "'''", "10,000 characters"),
    ],
)
def test_a_file_that_is_no_settings_costs_little_and_is_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    tracemalloc.start()
    with pytest.raises(ConfigError, match=message) as error:
        load_config(None, path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100 * 2**20
    assert "c.toml" in str(error.value) or "type float" in message
    assert len(str(error.value)) <= 1200


@pytest.mark.parametrize("value", ["9" * 400, "1" * 20_000, "[" * 3000, "{1: [2]}", "{[]: 1}", "1.." * 2000])
def test_a_setting_of_any_size_on_the_command_line_is_answered(value):
    with pytest.raises(ConfigError, match=r"ppo\.clip|characters"):
        load_config("maze", overrides=[f"ppo.clip={value}"])


def test_a_config_is_a_regular_file(tmp_path):
    for path in (Path("/dev/zero"), tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config("maze", path)
