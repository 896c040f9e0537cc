"""`gamemeta train`: learn from a level generator."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.training.config import TrainConfig
    from gamemeta.training.loop import Training
    from gamemeta.training.run_directory import RunDirectory
    from gamemeta_levels.families.level_set import LevelSet

Game = Annotated[
    str | None,
    typer.Argument(
        help="Which game; `gamemeta games` lists them. Or a Gymnasium environment: gymnasium/CartPole-v1. Or "
        "a PettingZoo environment: pettingzoo/sisl/pursuit_v5. Or a benchmark of Meta-World: "
        "metaworld/ml1-reach. Or your own: path/to/my_game.py:MyGame. Default: maze."
    ),
]
Steps = Annotated[int | None, typer.Option(help="Environment steps in all (run.steps).", min=1)]
Seed = Annotated[int | None, typer.Option(help="Seed of weights, levels and actions (run.seed).", min=0)]
Device = Annotated[
    str | None,
    typer.Option(
        help="Where gradients are computed: cpu, or cuda, an NVIDIA GPU, on which this was never run so far "
        "(run.device).",
        show_default="cpu",
    ),
]
Minutes = Annotated[float | None, typer.Option(help="Stop early after so many minutes.", min=0.0)]
Out = Annotated[Path | None, typer.Option(help="Directory of the run. Default: runs/GAME, runs/GAME-2 ...")]
Start = Annotated[
    Path | None, typer.Option("--from", help="Go on from the weights and the game settings of an agent file.")
]
Resume = Annotated[Path | None, typer.Option(help="Go on with the run in this directory, as it was.")]
Config = Annotated[Path | None, typer.Option(help="Settings as a TOML file, such as a run's config.toml.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="One setting, as section.name=value. Repeatable.")
]
Revealed = Annotated[
    bool, typer.Option("--revealed", help="Show the hidden facts: as good as it gets when told.")
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="NAME=LOW..HIGH",
        help="Of a gymnasium/ game: what differs from level to level, such as gravity=5..15 or action=remap "
        "(game.vary). Repeatable.",
        show_default=False,
    ),
]
Attach = Annotated[
    bool,
    typer.Option("--attach", help="Wait for a Godot scene that you start, as the game godot:attach does."),
]
ResetTrained = Annotated[
    bool, typer.Option("--reset-trained", help="Clear the memory at every episode: as good without adapting.")
]
FeedForward = Annotated[
    bool, typer.Option("--feed-forward", help="Clear the memory at every step: as good by looking alone.")
]
Check = Annotated[
    bool,
    typer.Option("--check/--no-check", help="First see whether a game that is not ours keeps the rules."),
]
Levels = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|GLOB",
        help="Train on the level files in a folder, or of a pattern such as 'mine/**/*.json' (in quotes), in "
        "place of generated levels. The held-out part is chosen by content.",
        show_default=False,
    ),
]
TensorBoard = Annotated[bool, typer.Option("--tensorboard", help="Also log for TensorBoard, in the run.")]


def train(
    game: Game = None,
    steps: Steps = None,
    seed: Seed = None,
    device: Device = None,
    minutes: Minutes = None,
    out: Out = None,
    start: Start = None,
    resume: Resume = None,
    config: Config = None,
    set_: Set = None,
    vary: Vary = None,
    attach: Attach = False,
    revealed: Revealed = False,
    reset_trained: ResetTrained = False,
    feed_forward: FeedForward = False,
    levels: Levels = None,
    check: Check = True,
    tensorboard: TensorBoard = False,
) -> None:
    """Learn to adapt to the unseen levels of a game; ends with the adaptation table.

    Ctrl-C saves and says how to go on.
    """
    overrides = list(set_ or ())
    named = {"steps": steps, "seed": seed, "device": device}
    overrides += [f"run.{k}={v}" for k, v in named.items() if v is not None]
    _refuse_two_memories(reset_trained, feed_forward)
    overrides += ["game.revealed=true"] * revealed + ["trial.memory=episode"] * reset_trained
    overrides += ["trial.memory=step"] * feed_forward
    overrides += [f"game.vary={','.join(vary)}"] if vary else []
    from gamemeta.games.registry import file_of_game, use_game

    game = _attached(game) if attach else game
    game = game and use_game(game)
    if resume is not None:
        _refuse_with_resume(game and not file_of_game(game), out, start, config, levels, overrides)
    from gamemeta.training import session

    if resume is not None:
        training, directory = session.resume(resume)
        _refuse_other_game(resume, training.config.game_name, game)
    else:
        settings, out, agent = _new(game, out, start, config, overrides)
        if check:
            _check(settings)
        level_set = _level_set(settings, levels, overrides) if levels is not None else None
        training, directory = session.begin(settings, out, agent, level_set)
        _say_notes(training.config.setup.game())
    _run(training, directory, minutes, tensorboard)


def _refuse_two_memories(reset_trained: bool, feed_forward: bool) -> None:
    from gamemeta.errors import ConfigError

    if reset_trained and feed_forward:
        raise ConfigError("--reset-trained and --feed-forward clear memory in different places: give one.")


def _attached(game: str | None) -> str:
    from gamemeta.errors import ConfigError

    if game is not None:
        raise ConfigError(f"--attach waits for a scene that you start. Leave {game} or --attach out.")
    return "godot:attach"


def _check(settings: "TrainConfig") -> None:
    """A quick look at a game of somebody else."""
    from gamemeta.authoring import quick_check
    from gamemeta.games.game import is_live
    from gamemeta.games.registry import own_names

    if settings.game_name not in own_names() and not is_live(settings.setup.cls):
        quick_check(settings.setup)


def _refuse_with_resume(*settings: Any) -> None:
    from gamemeta.errors import ConfigError

    if any(settings):
        raise ConfigError(
            "--resume goes on with the settings of the run. Leave out GAME (unless it is a file), --out, "
            "--from, --config, --levels, --steps, --seed, --device, --set, --vary, --revealed, "
            "--reset-trained and --feed-forward; give --minutes or --tensorboard."
        )


def _refuse_other_game(run: Path, played: str, game: str | None) -> None:
    from gamemeta.errors import ConfigError

    if game not in (None, played):
        raise ConfigError(f"{run} plays {played!r}, not {game!r}.")


def _new(
    game: str | None, out: Path | None, start: Path | None, config: Path | None, overrides: Iterable[str]
) -> "tuple[TrainConfig, Path | None, AgentFile | None]":
    from gamemeta.agent.file import agent_path, read_agent
    from gamemeta.errors import ConfigError
    from gamemeta.training.config import load_config

    if start is None:
        return load_config(game, config, overrides), out, None
    agent = read_agent(agent_path(start))
    if game not in (None, agent.game):
        raise ConfigError(
            f"{start} plays {agent.game!r}, not {game!r}. Leave GAME out, or give {agent.game}."
        )
    values = {
        "game": agent.game_config,
        "levels": agent.level_parameters,
        "network": agent.network,
        "trial": {"episodes": agent.episodes, "memory": agent.memory},
    }
    return load_config(agent.game, config, overrides, values), out, agent


def _level_set(settings: "TrainConfig", levels: str, overrides: Iterable[str]) -> "LevelSet":
    """The given levels; says how many fell to each split."""
    from gamemeta.errors import ConfigError
    from gamemeta.training.level_set import level_set_for
    from gamemeta_levels.families.level_set import RULE

    useless = [text for text in overrides if text.strip().startswith("levels.")]
    if useless:
        raise ConfigError(
            f"--set {useless[0]} is about generated levels; --levels gives them. Leave one of the two out."
        )
    level_set = level_set_for(settings, levels)
    typer.echo(f"{level_set}. {RULE}.")
    return level_set


def _say_notes(game: Any) -> None:
    """What a game wants known before it is trained on."""
    for note in getattr(game, "notes", ()):
        typer.echo(f"note: {note}", err=True)


def _run(training: "Training", directory: "RunDirectory", minutes: float | None, tensorboard: bool) -> None:
    from gamemeta.games.registry import file_of_game
    from gamemeta.training.session import train as run
    from gamemeta_cli.terminal.screen import make_screen, show_outcome

    with make_screen(tensorboard) as screen:
        outcome = run(training, directory, screen, minutes)
    total = training.iterations * training.steps_per_iteration
    show_outcome(outcome, total, file_of_game(training.config.game_name))
    if outcome.ended == "stopped":
        raise typer.Exit(130)
