"""Agents of several training seeds as one study."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.study import evaluate_study
from tests.helpers.agents import tiny_agent

SMALL = {"levels": 3, "episodes": 2, "threads": 1}


def trained(seed):
    config = {"run": {"seed": seed}}
    file = replace(tiny_agent(), training={"config": config, "steps": 7, "commit": "abc", "version": "1"})
    weights = {name: array + np.float32(0.3 * seed) for name, array in file.weights.items()}
    return replace(file, weights=weights)


def test_a_study_holds_each_agent_alone_and_all_together():
    files = [trained(0), trained(1)]
    study = evaluate_study(files, **SMALL)
    alone = [evaluate_agent(file, **SMALL) for file in files]
    assert [member.evaluation.curves for member in study.members] == [one.curves for one in alone]
    returns = np.stack([one.arms["agent"].returns for one in alone])
    np.testing.assert_array_equal(study.evaluation.arms["agent"].returns, returns)
    np.testing.assert_array_equal(study.evaluation.arms["random"].returns, alone[0].arms["random"].returns)
    found = study.to_json()["agents"]
    for seed, (one, file) in enumerate(zip(found, files, strict=True)):
        about = {name: one[name] for name in ("seed", "digest", "steps", "commit", "version")}
        assert about == {"seed": seed, "digest": file.digest, "steps": 7, "commit": "abc", "version": "1"}
        assert one["agent"] == alone[seed].to_json()["agent"]
        assert not {"game", "levels", "random", "par"} & one.keys()


def test_agents_that_do_not_go_together_are_refused_before_they_play():
    with pytest.raises(ConfigError, match="two was trained with seed 0, and so was one"):
        evaluate_study([trained(0), trained(0)], names=["one", "two"], **SMALL)
    same = trained(0)
    with pytest.raises(ConfigError, match=f"{same.digest} was trained with seed 0"):
        evaluate_study([same, same], **SMALL)
