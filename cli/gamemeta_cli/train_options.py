"""The options of `gamemeta train`."""

from pathlib import Path
from typing import Annotated

import typer

MEASURE, START, GAMES = "Baselines to compare with", "Where to start", "Levels and outside games"
OTHERS = "Learning from others"
PAGE = "A page in the browser"
"""Headings of options in the help."""

Game = Annotated[
    str | None,
    typer.Argument(
        metavar="GAME",
        help="A game of `gamemeta games` (maze), an outside game (gymnasium/CartPole-v1), or your own class "
        "(path/to/my_game.py:MyGame). Default: maze.",
        show_default=False,
    ),
]
Steps = Annotated[
    int | None,
    typer.Option(metavar="N", help="Environment steps of the whole training (run.steps).", min=1),
]
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", help="Random seed of weights, levels and actions (run.seed).", min=0),
]
Learner = Annotated[
    str | None,
    typer.Option(
        metavar="rl2|maml|belief",
        help="How the agent adapts (run.learner). rl2 (default): by a memory, within an episode, too. maml: "
        "by a policy-gradient step on its own weights after each episode, which suits games whose rewards "
        "tell what to do better. belief: by a memory that infers a posterior over what is hidden, which the "
        "policy sees.",
        show_default=False,
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        metavar="cpu|cuda",
        help="Compute gradients on the CPU (default), or on an NVIDIA GPU (run.device).",
        show_default=False,
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        metavar="P",
        help="Divide the shards of the training over P processes on this machine (run.shards is at least P). "
        "The agent is the same as with one. Several machines: see torchrun in the docs.",
        min=1,
        max=1024,
        show_default=False,
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="M",
        help="Minutes that all of it may take, the test at the end included; --resume continues.",
        min=0.0,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Directory of the run. Default: runs/GAME, then runs/GAME-2, ..."),
]
Start = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="AGENT",
        help="Start from the weights and game settings of an agent file, of a run, or of the agent of a game "
        "(maze): its newest run below ./runs, else the included one.",
        rich_help_panel=START,
    ),
]
Resume = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Continue the run in this directory with its settings.", rich_help_panel=START
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE.toml", help="Read settings from a file, such as the config.toml of a run."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.NAME=VALUE",
        help="Change one setting of those below, such as ppo.clip=0.1; repeatable.",
        show_default=False,
    ),
]
Revealed = Annotated[
    bool,
    typer.Option(
        "--revealed",
        help="Train with the hidden facts in the observation (upper-bound baseline).",
        rich_help_panel=MEASURE,
    ),
]
ResetTrained = Annotated[
    bool,
    typer.Option(
        "--reset-trained",
        help="Clear memory at every episode (no-adaptation baseline).",
        rich_help_panel=MEASURE,
    ),
]
FeedForward = Annotated[
    bool,
    typer.Option(
        "--feed-forward", help="Clear memory at every step (no-memory baseline).", rich_help_panel=MEASURE
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|GLOB",
        help="Train on level files instead of generated levels: a folder, or a pattern in quotes, such as "
        "'mine/**/*.json'. Some of them are held out for validation and test.",
        rich_help_panel=GAMES,
        show_default=False,
    ),
]
Variations = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=10_000,
        metavar="N",
        help="Variations of each level of --levels: small changes that stay solvable. Default: 200 where "
        "fewer than 30 levels are trained on, else none. Those of a held-out level are held out, too.",
        rich_help_panel=GAMES,
        show_default=False,
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="NAME=LOW..HIGH",
        help="Gymnasium: what differs between levels, such as gravity=5..15 or action=remap (game.vary); "
        "repeatable.",
        rich_help_panel=GAMES,
        show_default=False,
    ),
]
Attach = Annotated[
    bool,
    typer.Option(
        "--attach",
        help="Godot: wait for a scene that you start yourself, like the game godot:attach.",
        rich_help_panel=GAMES,
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check/--no-check",
        help="Test a game that is not included with gamemeta for errors before training on it.",
        rich_help_panel=GAMES,
    ),
]
TensorBoard = Annotated[
    bool, typer.Option("--tensorboard", help="Also write logs for TensorBoard into the run's directory.")
]
Demos = Annotated[
    list[Path] | None,
    typer.Option(
        "--demos",
        metavar="FILE",
        help="Clone the plays in this file first (see `gamemeta demos`), then go on with reinforcement "
        "learning; repeatable. Some trials are held out to see when to stop.",
        rich_help_panel=OTHERS,
        show_default=False,
    ),
]
CloneOnly = Annotated[
    bool,
    typer.Option("--clone-only", help="Stop when the plays are cloned.", rich_help_panel=OTHERS),
]
TeacherName = Annotated[
    str | None,
    typer.Option(
        "--teacher",
        metavar="solver|AGENT",
        help="While the agent plays, learn what the game's solver or another agent would do in its place. "
        "The weight of that falls from ppo.guide_weight (1) to 0 at ppo.guide_until (0.5) of the training.",
        rich_help_panel=OTHERS,
        show_default=False,
    ),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Show the training in the browser as it goes: curves, scores, the agent on a level; a button "
        "stops it and lets it go on. The agent is the same with and without.",
        rich_help_panel=PAGE,
    ),
]
Port = Annotated[
    int,
    typer.Option(
        min=0, max=65535, metavar="P", help="Port of the page; 0 takes a free one.", rich_help_panel=PAGE
    ),
]
BrowserOpens = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open the page.", rich_help_panel=PAGE)
]
