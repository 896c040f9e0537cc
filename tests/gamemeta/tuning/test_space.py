import sys

import pytest

from gamemeta.errors import ConfigError, MissingPackage
from gamemeta.training.config import load_config
from gamemeta.tuning.search import optuna_module
from gamemeta.tuning.space import Dimension, dimension, space, value_of


def test_ranges_and_choices_are_read():
    assert dimension("ppo.clip=0.1..0.4") == Dimension("ppo.clip", low=0.1, high=0.4)
    assert dimension("network.width = 64,128") == Dimension("network.width", (64, 128))
    assert dimension("run.precision=float32,bfloat16").choices == ("float32", "bfloat16")


def test_ranges_of_whole_numbers_and_of_several_magnitudes_are_known():
    assert dimension("ppo.epochs=1..4").whole
    assert not dimension("ppo.clip=0.1..0.4").whole
    assert dimension("ppo.learning_rate=0.0001..0.01").by_magnitude
    assert not dimension("ppo.clip=0.1..0.4").by_magnitude
    assert not dimension("ppo.team_share=0.0..1.0").by_magnitude


def test_a_value_is_in_a_range_with_its_ends_or_among_the_choices():
    assert [dimension("a.b=1..3").holds(value) for value in (1, 3, 4, "x")] == [True, True, False, False]
    assert [dimension("a.b=1,3").holds(value) for value in (1, 2)] == [True, False]


@pytest.mark.parametrize(
    "text", ["clip=1..2", "ppo.clip", "ppo.clip=3", "ppo.clip=2..1", "ppo.clip=a..b", "ppo.x=1,1"]
)
def test_what_cannot_be_searched_is_refused_by_its_words(text):
    with pytest.raises(ConfigError, match=f"--search '{text}'"):
        dimension(text)


def test_the_usual_settings_are_those_that_the_learner_has():
    names = [one.name for one in space(load_config("maze"), ())]
    assert names == ["ppo.learning_rate", "ppo.entropy", "ppo.discount", "ppo.lam", "ppo.epochs"]


def test_settings_that_do_not_exist_and_those_named_twice_are_refused():
    config = load_config("maze")
    with pytest.raises(ConfigError, match=r"ppo\.clib"):
        space(config, ["ppo.clib=0.1..0.2"])
    with pytest.raises(ConfigError, match="twice"):
        space(config, ["ppo.clip=0.1..0.2", "ppo.clip=0.1,0.2"])
    assert value_of(config, "run.shards") == 2


def test_without_optuna_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingPackage, match=r"pip install \"gamemeta\[tune\]\""):
        optuna_module()
