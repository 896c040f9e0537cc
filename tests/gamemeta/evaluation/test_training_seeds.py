"""Which agents may be evaluated as one, and what is said about others."""

from dataclasses import replace

import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.training_seeds import MOST_SHOWN, check_training_seeds, training_seed
from tests.helpers.agents import tiny_agent


def trained(seed, steps=100, memory="trial", **changes):
    """An agent file with settings, and changes to them by section."""
    config = {"ppo": {"clip": 0.2}, "run": {"seed": seed, "steps": steps, "validations": 20}}
    for name, values in changes.items():
        config[name] = config.get(name, {}) | values
    return replace(tiny_agent(memory=memory), training={"config": config, "steps": steps})


def check(*files):
    check_training_seeds(files, [f"{name}.safetensors" for name in "abc"[: len(files)]])


def test_agents_that_differ_in_training_seed_alone_go_together():
    check(trained(0), trained(1), trained(2, run={"validations": 0}))


def test_one_agent_may_be_any():
    check(tiny_agent())


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (trained(1, ppo={"clip": 0.1}), r"ppo\.clip \(0\.1 instead of 0\.2\)"),
        (trained(1, steps=50), r"run\.steps \(50 instead of 100\), steps trained \(50 instead of 100\)"),
        (trained(1, memory="episode"), r'trial\.memory \("episode" instead of "trial"\)'),
        (replace(trained(1), episodes=7), r"trial\.episodes \(7 instead of 4\)"),
        (replace(trained(1), game="bandit"), r'game \("bandit" instead of "maze"\)'),
        (trained(1, extra=dict.fromkeys("abcdefg", 1)), r"extra\.d \(1 .*\) and 3 more"),
    ],
)
def test_what_else_differs_is_named_with_both_values(other, said):
    with pytest.raises(ConfigError, match=rf"^b\.safetensors differs from a\.safetensors in .*{said}"):
        check(trained(0), other)


@pytest.mark.parametrize(("length", "quoted"), [(MOST_SHOWN, True), (MOST_SHOWN + 1, False)])
def test_values_are_quoted_up_to_a_length(length, quoted):
    text = "x" * (length - 2)  # JSON adds the quotation marks
    with pytest.raises(ConfigError, match=r"in extra\.name") as raised:
        check(trained(0), trained(1, extra={"name": text}))
    assert (text in str(raised.value)) == quoted


def test_a_section_that_is_none_is_a_difference_as_any_other():
    odd = trained(1)
    odd.training["config"]["ppo"] = 5
    with pytest.raises(ConfigError, match=r"ppo\. \(5 "):
        check(trained(0), odd)


def test_an_agent_that_began_with_another_is_no_fresh_one():
    began = trained(1)
    began.training["began_with"] = "abc"
    with pytest.raises(ConfigError, match="another agent"):
        check(trained(0), began)


def test_the_same_seed_twice_tells_nothing_new():
    with pytest.raises(ConfigError, match=r"c\.safetensors .*seed 0.* a\.safetensors"):
        check(trained(0), trained(1), trained(0))


def test_an_agent_that_does_not_say_its_seed_is_evaluated_alone():
    assert training_seed(tiny_agent()) is None
    with pytest.raises(ConfigError, match=r"b\.safetensors .*seed"):
        check(trained(0), tiny_agent())


def test_no_agent_is_an_error():
    with pytest.raises(ConfigError, match="at least one agent"):
        check()
