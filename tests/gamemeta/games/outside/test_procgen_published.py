import importlib.util
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gamemeta.errors import UnknownName
from gamemeta.games.outside.procgen.facts import GAMES
from gamemeta.games.outside.procgen.published import published_range, published_return, published_source
from gamemeta.reproduction.procgen import normalised

SCRIPT = Path(__file__).parents[4] / "scripts" / "evidence" / "procgen_published.py"
M = 1_000_000


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("procgen_published", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("game", "train", "test"),
    [
        ("bigfish", 12.12, 4.77),
        ("coinrun", 9.54, 8.66),
        ("fruitbot", 29.65, 26.55),
        ("heist", 7.94, 2.76),
        ("maze", 9.35, 5.56),
        ("starpilot", 30.10, 23.92),
    ],
)
def test_returns_at_25_million_steps_are_those_of_another_reading_of_the_logs(game, train, test):
    """That reading is the mean of the rows of 24.0 to 25.1 million steps, so that it agrees within 1%."""
    low, high = GAMES[game].easy
    for split, wanted in (("train", train), ("test", test)):
        assert published_return(game, split, 25 * M).mean == pytest.approx(wanted, abs=0.01 * (high - low))


@pytest.mark.parametrize(("split", "wanted"), [("train", 0.588), ("test", 0.340)])
def test_the_mean_normalised_return_of_all_games_is_that_of_another_reading_of_the_logs(split, wanted):
    means = [published_return(game, split, 25 * M).mean for game in GAMES]
    told = [normalised(np.array(mean), GAMES[game].easy) for game, mean in zip(GAMES, means, strict=True)]
    assert np.mean(told) == pytest.approx(wanted, abs=0.001)


def test_halfway_in_the_logarithm_of_the_steps_stands_the_mean_of_two_figures():
    below, above = (published_return("maze", "train", steps) for steps in (20 * M, 25 * M))
    between = published_return("maze", "train", round((20 * M * 25 * M) ** 0.5))
    assert between.mean == pytest.approx((below.mean + above.mean) / 2, abs=1e-5)
    assert between.deviation == pytest.approx((below.deviation + above.deviation) / 2, abs=1e-5)


@pytest.mark.parametrize(("steps", "nearest"), [(1, 0), (100 * M, 1)])
def test_outside_the_range_the_nearest_figure_is_told_for_its_own_steps(steps, nearest):
    end = published_range()[nearest]
    assert published_return("maze", "test", steps) == published_return("maze", "test", end)
    assert published_return("maze", "test", steps).steps == end


def test_every_game_has_a_figure_below_its_highest_return():
    for game, facts in GAMES.items():
        for split in ("train", "test"):
            for steps in published_range():
                assert published_return(game, split, steps).mean < facts.easy[1]


def test_an_unknown_split_is_refused_by_name():
    with pytest.raises(UnknownName, match="train, test"):
        published_return("maze", "validation", M)


def test_the_source_is_a_commit_of_the_repository():
    assert published_source().startswith("https://github.com/openai/train-procgen at ")


def git(folder, *words):
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    return subprocess.run(
        ["git", "-C", folder, *who, *words], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def checkout(tmp_path, script):
    """Ten rows of -99; then for each number of steps of the ladder 3 + run at 95% of it and 5 + run at it."""
    for run, folder in enumerate(script.FOLDERS):
        rows = [f"{step},{-99}" for step in range(10)]
        for steps in script.LADDER:
            rows += [f"{0.95 * steps},{3 + run}", f"{float(steps)},{5 + run}"]
        (tmp_path / folder).mkdir(parents=True)
        for game in GAMES:
            for split in script.SPLITS:
                log = tmp_path / folder / f"progress-{game}-{split}.csv"
                log.write_text("\n".join(["misc/total_timesteps,eprewmean", *rows]) + "\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "logs")
    return tmp_path


def test_the_script_takes_the_last_tenth_of_the_steps_and_at_most_a_million(script, checkout):
    """5% of 20 million steps is a million: from there on the row at 95% is outside."""
    made = script.data(checkout)
    means = [5.0 if steps < 20 * M else 6.0 for steps in script.LADDER]
    once = {"mean": means, "deviation": [1.0] * len(means)}
    assert made["games"] == {game: {"train": once, "test": once} for game in GAMES}
    assert made["commit"] == git(checkout, "rev-parse", "HEAD").strip()


def test_the_script_reads_a_bare_directory_as_it_reads_a_checkout(script, checkout):
    assert script.data(checkout / ".git") == script.data(checkout)


def test_what_the_script_writes_is_the_json_that_comes_with_the_package(script):
    kept = script.OUT.read_text(encoding="utf-8")
    assert script.text(json.loads(kept)) == kept
    assert tuple(json.loads(kept)["steps"]) == script.LADDER


def test_the_script_refuses_a_folder_that_is_no_checkout(script, tmp_path):
    with pytest.raises(SystemExit, match="git clone https://"):
        script.data(tmp_path)


def test_the_script_names_a_log_that_breaks_off(script, checkout):
    log = checkout / script.FOLDERS[1] / "progress-maze-test.csv"
    log.write_text("\n".join(log.read_text().splitlines()[:-2]))
    git(checkout, "commit", "-q", "-a", "-m", "shorter")
    with pytest.raises(SystemExit, match=r"run1/progress-maze-test\.csv: .*50,000,000"):
        script.data(checkout)


def test_the_script_names_a_log_that_is_missing(script, checkout):
    git(checkout, "rm", "-q", f"{script.FOLDERS[2]}/progress-heist-train.csv")
    git(checkout, "commit", "-q", "-m", "fewer")
    with pytest.raises(SystemExit, match=r"run2/progress-heist-train\.csv: "):
        script.data(checkout)
