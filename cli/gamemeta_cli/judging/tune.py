"""`gamemeta tune`: search for settings that train a game well."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta_cli.ending import exit_code
from gamemeta_cli.options import MOST_SEED
from gamemeta_cli.terminal.console import ProgressLine, echo, echo_sentence

if TYPE_CHECKING:
    from gamemeta.tuning.search import Search, Trial

SHARE = 8
"""A trial has this part of the steps of a whole training, if nothing else is asked for."""

Game = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A game of `gamemeta games`, an outside game (gymnasium/CartPole-v1), or your own class "
        "(path/to/my_game.py:MyGame).",
        show_default=False,
    ),
]
Trials = Annotated[
    int, typer.Option("--trials", metavar="N", min=1, max=100_000, help="Trainings of the whole search.")
]
Steps = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Steps of each training. Default: an eighth of the game's own.",
        show_default=False,
    ),
]
Searched = Annotated[
    list[str] | None,
    typer.Option(
        "--search",
        metavar="SECTION.NAME=LOW..HIGH|A,B,C",
        help="Search this setting, such as ppo.lam=0.8..0.99 or network.width=64,128; repeatable. Default: "
        "step size, entropy, discount, lam and epochs of the learner.",
        show_default=False,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.NAME=VALUE",
        help="Change one setting of all trainings, such as run.learner=maml; repeatable.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=MOST_SEED, help="Random seed of the search.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the search. Default: runs/tune-GAME.", show_default=False),
]


def tune(
    game: Game,
    trials: Trials = 20,
    steps: Steps = None,
    searched: Searched = None,
    set_: Settings = None,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Search for settings that train a game well: many short trainings, judged on validation levels alone.

    The game's own settings are tried first; trainings that are worse than most are left early. Stopped by
    Ctrl-C, the same command goes on. The folder gets best.toml, for `gamemeta train GAME --config`. Needs
    Optuna: `pip install "gamemeta[tune]"`.
    """
    from gamemeta.games.registry import use_game
    from gamemeta.training.config import load_config
    from gamemeta.training.run_directory import run_name
    from gamemeta.tuning.search import Search, alone_in, optuna_module
    from gamemeta.tuning.space import space
    from gamemeta_cli.train import check_game

    optuna_module()
    name, overrides = use_game(game), list(set_ or ())
    usual = load_config(name, overrides=overrides)
    config = load_config(name, overrides=[*overrides, f"run.steps={steps or -(-usual.run.steps // SHARE)}"])
    dimensions = space(config, searched or ())
    check_game(config)
    folder = out or Path("runs") / f"tune-{run_name(name)}"
    with alone_in(folder):
        search = Search(folder, config, dimensions, seed=seed, whole_steps=usual.run.steps)
        _go_on(search, trials, game)


def _go_on(search: "Search", trials: int, game: str) -> None:
    """Try settings until there are as many trials, and say which were best."""
    from gamemeta.command_line import command_word
    from gamemeta.tuning.search import BEST

    line = ProgressLine("")
    try:
        while len(search.trials) < trials:
            number = len(search.trials) + 1
            line = ProgressLine(f"trial {number} of {trials}")
            ended = search.next_trial(partial(_show, line))
            line.stop()
            echo(_in_words(ended, trials))
    except KeyboardInterrupt as stop:
        line.stop()
        echo_sentence(f"Stopped; the same command goes on with {search.folder}.", err=True)
        raise typer.Exit(exit_code(stop)) from None
    finally:
        line.stop()
    best = search.best
    if best is None:
        echo_sentence("No trial came to its end, so there are no best settings.")
        return
    echo_sentence(f"Best on validation levels: trial {best.number}, {best.score:.3f}; {_settings(best)}.")
    first = search.trials[0]
    if first.score is not None and first.number != best.number:
        echo_sentence(f"The first trial had {first.score:.3f}. Scores of single trainings differ by chance.")
    file = command_word(search.folder / BEST)
    echo_sentence(f"Train with them: gamemeta train {command_word(game)} --config {file}")


def _show(line: ProgressLine, share: float) -> None:
    line(int(100 * share), 100)


def _in_words(trial: "Trial", trials: int) -> str:
    score = "no score" if trial.score is None else f"{trial.score:.3f}"
    why = f" ({trial.reason})" if trial.reason else ""
    return f"trial {trial.number} of {trials}: {score}, {trial.ended}{why}; {_settings(trial)}"


def _settings(trial: "Trial") -> str:
    shown = ((name, f"{x:.4g}" if isinstance(x, float) else x) for name, x in trial.settings.items())
    return ", ".join(f"{name}={value}" for name, value in shown)
