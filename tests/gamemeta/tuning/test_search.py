import json

import pytest

from gamemeta.errors import ConfigError, TrainingError
from gamemeta.training.config import load_config
from gamemeta.tuning import search as module
from gamemeta.tuning.search import BEST, DONE, FAILED, LEFT, Search, alone_in
from gamemeta.tuning.space import space

pytest.importorskip("optuna")
RANGES = ("ppo.learning_rate=0.001..0.01", "ppo.epochs=1,2,3")


def quiet(share):
    """Hears how far a training is."""


@pytest.fixture
def config():
    return load_config("maze", overrides=["run.steps=1000"])


def search(folder, config, **more):
    return Search(folder, config, space(config, RANGES), **more)


def scores(monkeypatch, score, whole=True):
    """Let trainings have the score that a function gives for their settings."""
    monkeypatch.setattr(module, "score_of", lambda config, heard, judge: (score(config), whole))


def test_the_recipe_comes_first_and_the_best_settings_are_a_configuration(tmp_path, monkeypatch, config):
    scores(monkeypatch, lambda config: config.learner.epochs)
    found = search(tmp_path, config, whole_steps=77_000)
    for _ in range(12):
        found.next_trial(quiet)
    usual = config.learner
    assert found.trials[0].settings == {"ppo.learning_rate": usual.learning_rate, "ppo.epochs": usual.epochs}
    assert found.best.score == 3
    best = load_config(None, tmp_path / BEST)
    assert (best.learner.epochs, best.run.steps) == (3, 77_000)
    assert best.learner.learning_rate == found.best.settings["ppo.learning_rate"]


def test_a_search_goes_on_where_it_was_killed(tmp_path, monkeypatch, config):
    scores(monkeypatch, lambda config: 1.0)
    first = search(tmp_path, config)
    first.next_trial(quiet)

    def killed(config):
        raise KeyboardInterrupt

    scores(monkeypatch, killed)
    with pytest.raises(KeyboardInterrupt):
        first.next_trial(quiet)
    asked = first._study.ask()  # a trial that a killed program leaves
    left = {one.name: module._drawn(asked, one) for one in first.dimensions}
    scores(monkeypatch, lambda config: 2.0)
    again = search(tmp_path, config)
    assert [trial.score for trial in again.trials] == [1.0]
    assert left in [again.next_trial(quiet).settings for _ in range(2)]


def test_trials_that_fail_or_are_left_are_kept_with_the_reason_and_are_never_best(
    tmp_path, monkeypatch, config
):
    found = search(tmp_path, config)

    def fails(config):
        raise TrainingError("not finite")

    scores(monkeypatch, fails)
    failed = found.next_trial(quiet)
    assert (failed.ended, failed.reason, failed.score) == (FAILED, "not finite", None)
    monkeypatch.setattr(module, "score_of", lambda config, heard, judge: (judge(1, 0.9), False))
    left = found.next_trial(quiet)
    assert (left.ended, left.score) == (LEFT, 0.9)
    assert found.best is None
    scores(monkeypatch, lambda config: 0.1)
    assert found.next_trial(quiet).ended == DONE
    assert found.best.score == 0.1


def test_another_search_in_the_same_folder_is_refused(tmp_path, config):
    search(tmp_path, config)
    with pytest.raises(ConfigError, match="other ranges"):
        Search(tmp_path, config, space(config, RANGES[:1]))
    with alone_in(tmp_path), pytest.raises(ConfigError, match="another search"), alone_in(tmp_path):
        pass


def test_what_is_on_disk_is_plain_text(tmp_path, config):
    search(tmp_path, config)
    for line in (tmp_path / "trials.jsonl").read_text().splitlines():
        json.loads(line)
