"""`gamemeta demos`: plays to be cloned, in files: recorded, described and converted."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gamemeta_cli.levels.options import Split, SplitOption
from gamemeta_cli.options import Json, Settings
from gamemeta_cli.terminal.console import PlainConsole, ProgressLine, echo_sentence, show_note
from gamemeta_cli.terminal.help import Application
from gamemeta_cli.terminal.listing import Listing

if TYPE_CHECKING:
    from gamemeta.demonstrations.file import Demonstrations
    from gamemeta.demonstrations.players import Plays
    from gamemeta.games.game import Game
    from gamemeta.games.setup import GameSetup
    from gamemeta.interface.game_interface import GameInterface

app = Application(help="Record, describe and convert plays that agents are cloned from.")
SOLVER = "solver"
MOST_LEVELS = 8
"""Levels that are named; of more, the number is given."""

GameName = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A game of `gamemeta games` (dungeon), an outside game, or your own class "
        "(path/to/my_game.py:MyGame).",
    ),
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="solver|AGENT",
        help="Who plays: the game's solver, which knows the level, or an agent: a file, the directory of a "
        "run, or a game's newest agent.",
    ),
]
Trials = Annotated[
    int, typer.Option("--trials", metavar="N", min=1, max=1_000_000, help="Trials, each on its own level.")
]
Episodes = Annotated[
    int | None,
    typer.Option(
        metavar="K",
        min=1,
        max=1000,
        help="Episodes of a trial. Default: as in training.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.", show_default=False)]
FirstSeed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=2**62, help="Seed of the first level.")
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files of demonstrations.", show_default=False)
]
Source = Annotated[
    Path,
    typer.Argument(
        metavar="IN",
        help="The JSON file of Godot RL Agents' recorder (control mode RECORD_EXPERT_DEMOS).",
        show_default=False,
    ),
]
Target = Annotated[Path, typer.Argument(metavar="OUT", help="File to write.", show_default=False)]
Like = Annotated[
    str,
    typer.Option(
        "--like",
        metavar="AGENT|GAME",
        help="What says what the numbers mean: an agent of the scene, or the scene itself, which is started "
        "(godot:FILE) or waited for (godot:attach).",
        show_default=False,
    ),
]
Together = Annotated[
    int,
    typer.Option(
        "--episodes",
        metavar="K",
        min=1,
        max=1000,
        help="Episodes in a row that were played on one level; they become one trial.",
    ),
]


@app.command()
def record(
    game: GameName,
    out: Out,
    by: By = SOLVER,
    trials: Trials = 100,
    episodes: Episodes = None,
    split: SplitOption = Split.train,
    seed: FirstSeed = 0,
    settings: Settings = [],  # noqa: B006 - typer copies it
) -> None:
    """Let the solver or an agent play, and write down what it sees, does and earns."""
    from gamemeta.demonstrations import recording
    from gamemeta.demonstrations.file import write_demonstrations
    from gamemeta.games.registry import use_game
    from gamemeta.training.config import load_config

    config = load_config(use_game(game), None, settings)
    with ProgressLine("playing trials") as line:
        setup, plays, usual = _player(by, config.setup)
        with setup.game() as one:
            made = recording.record(
                setup,
                one,
                plays(one),
                trials=trials,
                episodes=episodes or usual or config.trial.episodes,
                split=split.value,
                seed=seed,
                progress=line,
            )
    if made.trials and made.trials[0].level.is_for_tests:
        show_note("agents are judged on these levels: `gamemeta train --demos` leaves such trials out")
    write_demonstrations(made, out)
    echo_sentence(f"{out}: {_size(made)}, {_earned(made)}")


@app.command()
def info(files: Files, as_json: Json = False) -> None:
    """Show whose plays a file holds, of which game and on which levels."""
    from gamemeta.demonstrations.file import read_demonstrations

    every = [(path, read_demonstrations(path)) for path in files]
    if as_json:
        typer.echo(json.dumps([{"file": str(path), **_facts(made)} for path, made in every], indent=1))
        return
    for path, made in every:
        PlainConsole().print(Listing(str(path), _lines(made)))


@app.command()
def convert(source: Source, target: Target, like: Like, episodes: Together = 1) -> None:
    """Convert the recorder's file of Godot RL Agents into one of these."""
    from gamemeta.demonstrations.file import write_demonstrations
    from gamemeta.demonstrations.godot import converted

    made = converted(source, *_described(like), episodes)
    write_demonstrations(made, target)
    show_note("the recorder writes neither rewards nor levels: the agent sees zeros in place of rewards")
    echo_sentence(f"{target}: {_size(made)}")


def _player(by: str, setup: "GameSetup") -> "tuple[GameSetup, Any, int | None]":
    """The game as this player plays it, what makes the player of one game, and its episodes of a trial."""
    from gamemeta.demonstrations.players import AgentPlays, solver_of

    if by == SOLVER:
        return setup, solver_of, None
    import gamemeta
    from gamemeta.errors import AgentFileError
    from gamemeta.games.setup import GameSetup
    from gamemeta.playing.choose import choose_agent

    agent = gamemeta.load(choose_agent(by))
    if agent.game != setup.name:
        raise AgentFileError(f"{by} plays {agent.game!r}, not {setup.name!r}. Give an agent of this game.")
    theirs = GameSetup.of(agent)
    theirs.check_fits(agent.spec)

    def plays(game: "Game") -> "Plays":
        return AgentPlays(agent, game)

    return theirs, plays, agent.episodes


def _described(like: str) -> "tuple[Demonstrations, GameInterface | None]":
    """A game without plays, by an agent that plays it or by the game itself, and what it takes."""
    from gamemeta.agent.file import read_agent
    from gamemeta.demonstrations.file import Demonstrations
    from gamemeta.demonstrations.recording import empty
    from gamemeta.games.adapters import adapter_of
    from gamemeta.games.registry import use_game
    from gamemeta.games.setup import GameSetup
    from gamemeta.playing.choose import choose_agent

    if adapter_of(like) is None:
        file = read_agent(choose_agent(like))
        return Demonstrations(file.game, file.game_config, file.level_parameters, file.spec), file.interface
    setup = GameSetup(use_game(like))
    with setup.game() as game:
        return empty(setup, game, game.family(setup.parameters)), game.interface()


def _size(made: "Demonstrations") -> str:
    episodes = sum(trial.episodes for trial in made.trials)
    return f"{len(made.trials):,} trials, {episodes:,} episodes, {made.steps:,} steps"


def _earned(made: "Demonstrations") -> str:
    episodes = sum(trial.episodes for trial in made.trials)
    total = sum(float(trial.reward.sum()) for trial in made.trials)
    return f"{total / episodes:.3f} earned in an episode"


def _facts(made: "Demonstrations") -> dict[str, Any]:
    """What a file holds, as plain values."""
    levels = Counter(trial.level.digest for trial in made.trials if trial.level.known)
    return {
        "game": made.game,
        "game_config": made.game_config,
        "level_parameters": made.level_parameters,
        "trials": len(made.trials),
        "episodes": sum(trial.episodes for trial in made.trials),
        "steps": made.steps,
        "imitated_steps": int(sum(trial.imitated.sum() for trial in made.trials)),
        "players": Counter(str(trial.player) for trial in made.trials),
        "splits": Counter(trial.level.split for trial in made.trials),
        "levels": levels,
        "rewards": made.rewards,
        "digest": made.digest,
    }


def _lines(made: "Demonstrations") -> Iterator[tuple[str, str]]:
    from gamemeta.config import show_value
    from gamemeta.games.description import action_parts, observation_part

    facts = _facts(made)
    chosen = " ".join(f"{k} {show_value(v)}" for k, v in made.game_config.items() if v is not None)
    yield "game", f"{made.game}  {chosen}".rstrip()
    yield "size", _size(made)
    yield "players", _counts(facts["players"])
    yield "levels", f"{_counts(facts['splits'])}{_named(facts['levels'])}"
    yield "earned", _earned(made) if made.rewards else "unknown"
    seen = [observation_part(buffer) for buffer in made.spec.obs]
    yield "observations", "\n".join(f"{part.name}  {part.words}" for part in seen)
    yield "actions", "\n".join(f"{part.name}  {part.words}" for part in action_parts(made.spec.action))
    yield "digest", made.digest


def _counts(counter: "Counter[str]") -> str:
    return ", ".join(f"{name}: {count:,}" for name, count in counter.most_common(MOST_LEVELS))


def _named(levels: "Counter[str]") -> str:
    if not levels:
        return ""
    if len(levels) > MOST_LEVELS:
        return f"; {len(levels):,} different levels"
    return f"; {', '.join(levels)}"
