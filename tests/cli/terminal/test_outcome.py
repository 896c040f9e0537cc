"""What is said during a training, and at its end."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from rich.live import Live

from gamemeta.training.loop import Iteration
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import Outcome
from gamemeta.training.timing import Timing
from gamemeta_cli.terminal.screen import HEALTH, HINT, LOSSES, LiveScreen, show_outcome


@pytest.mark.parametrize(
    ("width", "height", "health"), [(60, 20, False), (80, 23, False), (80, 24, True), (120, 20, True)]
)
def test_the_screen_of_a_training_fits_its_terminal(width, height, health):
    console = Console(file=io.StringIO(), width=width, height=height)
    screen = LiveScreen(Live(console=console))
    screen.directory, screen.game, screen.note = Path("runs/my_game"), "my_game.py:MyGame", HINT
    screen.terms = dict.fromkeys([*LOSSES, *HEALTH], 0.1234)
    console.print(screen.draw())
    assert "validation: not yet" in console.file.getvalue()
    screen.scores = [(512, [0.1, 0.2, 0.3, 0.4])]
    console.file = io.StringIO()
    console.print(screen.draw())
    lines = console.file.getvalue().splitlines()
    assert len(lines) <= height and HINT in lines[-2]
    assert ("clip share" in console.file.getvalue()) is health


@pytest.mark.parametrize(
    ("step", "said", "unsaid"), [(0, "Nothing was trained", "Watch it"), (512, "Watch it", "Nothing")]
)
def test_an_agent_of_no_step_is_not_offered_to_watch(tmp_path, capsys, step, said, unsaid):
    show_outcome(Outcome(tmp_path, step, "minutes", None, 60.0), 1000)
    printed = capsys.readouterr().out
    assert said in printed
    assert unsaid not in printed
    assert "--resume" in printed


@pytest.mark.parametrize("labels", [True, False])
def test_the_loss_of_labels_is_shown_only_where_there_are_some(labels):
    run = SimpleNamespace(
        step=0,
        iterations=2,
        steps_per_iteration=8,
        config=SimpleNamespace(game_name="maze"),
        learner=SimpleNamespace(labels=labels),
    )
    console = Console(file=io.StringIO(), width=120, height=40)
    screen = LiveScreen(Live(console=console))
    screen.begun(run, RunDirectory(Path("run")), Timing(16))
    screen.iterated(Iteration(8, dict.fromkeys([*LOSSES, *HEALTH], 0.0)), 100.0)
    console.print(screen.draw())
    assert ("labels" in console.file.getvalue()) == labels
    assert "policy" in console.file.getvalue()
