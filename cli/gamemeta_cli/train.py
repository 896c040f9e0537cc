"""`gamemeta train`: learn from a level generator."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gamemeta_cli import train_options as o
from gamemeta_cli.ending import BEGAN, SIGNALLED
from gamemeta_cli.options import Tiles, words_in
from gamemeta_cli.terminal.console import STARTING, echo_sentence, show_note, spinner
from gamemeta_cli.watched_training import Page, page_of

MOST_NAMES = 12
"""Held-out levels that are named; of more, the number is given."""

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.training.config import TrainConfig
    from gamemeta.training.imitation import Others
    from gamemeta.training.loop import Training
    from gamemeta.training.processes.start import Processes
    from gamemeta.training.processes.store import Address
    from gamemeta.training.run_directory import RunDirectory
    from gamemeta_levels.families.level_set import LevelSet


def train(
    game: o.Game = None,
    steps: o.Steps = None,
    seed: o.Seed = None,
    minutes: o.Minutes = None,
    out: o.Out = None,
    learner: o.Learner = None,
    device: o.Device = None,
    processes: o.Processes = None,
    config: o.Config = None,
    set_: o.Set = None,
    tensorboard: o.TensorBoard = False,
    watch: o.Watch = False,
    port: o.Port = 0,
    browser: o.BrowserOpens = True,
    start: o.Start = None,
    resume: o.Resume = None,
    revealed: o.Revealed = False,
    reset_trained: o.ResetTrained = False,
    feed_forward: o.FeedForward = False,
    levels: o.Levels = None,
    variations: o.Variations = None,
    tiles: Tiles = None,
    vary: o.Vary = None,
    demos: o.Demos = None,
    clone_only: o.CloneOnly = False,
    teacher: o.TeacherName = None,
    attach: o.Attach = False,
    check: o.Check = True,
) -> None:
    """Train an agent to adapt to levels it has never seen; ends with its test scores by episode.

    Ctrl-C saves the run; `gamemeta train --resume DIR` continues it.
    """
    from gamemeta.training.processes.start import processes as started

    address, again = _launched(out, watch)
    run = {"steps": steps, "seed": seed, "learner": learner, "device": device}
    overrides = [*(set_ or ()), *(f"run.{k}={v}" for k, v in run.items() if v is not None)]
    overrides += _baseline(revealed, reset_trained, feed_forward)
    overrides += [f"game.vary={','.join(vary)}"] if vary else []
    game = _game(game, attach)
    with started(processes, address) as several:
        with spinner(STARTING):
            files, learned = (levels, variations, tiles), (demos or (), clone_only, teacher)
            if again is not None:
                training, directory = _resumed(resume or again, game, (), several.count)
            elif resume is None:
                new = (game, out, start, config, overrides, files, learned, check)
                training, directory = _begun(*new, several.count)
            else:
                settings_of_run = (out, start, config, overrides, *files, *learned)
                training, directory = _resumed(resume, game, settings_of_run, several.count)
        _run(training, directory, minutes, tensorboard, Page(watch, port, browser), several)


def _baseline(revealed: bool, reset_trained: bool, feed_forward: bool) -> list[str]:
    """The settings that the options of baselines stand for."""
    from gamemeta.errors import ConfigError

    if reset_trained and feed_forward:
        raise ConfigError("--reset-trained and --feed-forward clear memory in different places: give one.")
    memory = ["trial.memory=episode"] * reset_trained + ["trial.memory=step"] * feed_forward
    return ["game.revealed=true"] * revealed + memory


def _game(game: str | None, attach: bool) -> str | None:
    """The name of the game; None where none is named."""
    from gamemeta.games.registry import use_game

    name = _attached(game) if attach else game
    return use_game(name) if name else None


def _attached(game: str | None) -> str:
    from gamemeta.errors import ConfigError

    if game is not None:
        raise ConfigError(f"--attach waits for a scene that you start. Leave {game} or --attach out.")
    return "godot:attach"


def check_game(settings: "TrainConfig") -> None:
    """Test a game that is not included."""
    from gamemeta.authoring import quick_check
    from gamemeta.games.registry import included_names

    if settings.game_name not in included_names() and not settings.setup.about.live:
        quick_check(settings.setup)


def _resumed(
    run: Path, game: str | None, settings: tuple[Any, ...], processes: int
) -> "tuple[Training, RunDirectory]":
    """The training in the directory of a run, with the settings it has."""
    from gamemeta.command_line import command_word
    from gamemeta.errors import ConfigError
    from gamemeta.games.registry import use_game
    from gamemeta.training import session
    from gamemeta.training.processes.company import check_processes
    from gamemeta_cli.run_games import recall

    if any(settings):
        raise ConfigError(
            "--resume goes on with the settings of the run. Leave out --out, --from, --config, --levels, "
            "--steps, --seed, --learner, --device, --set, --vary, --revealed, --reset-trained, "
            "--feed-forward, --demos, --clone-only and --teacher; give --minutes or --tensorboard. To train "
            "its agent with other settings, begin "
            f"a new run from it: --from {command_word(run)} instead of --resume."
        )
    noted = recall(run) if game is None else None
    if noted is not None:
        use_game(noted)
    training, directory = session.resume(run, game)
    check_processes(training.config, processes)
    for note in directory.notes:
        show_note(note)
    return training, directory


def _begun(
    game: str | None,
    out: Path | None,
    start: Path | None,
    config: Path | None,
    overrides: list[str],
    levels: tuple[str | None, int | None, Path | None],
    learned: tuple[Sequence[Path], bool, str | None],
    check: bool,
    processes: int,
) -> "tuple[Training, RunDirectory]":
    """A new training in a directory of its own."""
    from gamemeta.games.registry import typed_word
    from gamemeta.training import session
    from gamemeta.training.processes.company import check_processes
    from gamemeta_cli.run_games import remember

    settings, agent = _new(game, start, config, overrides, learned[2])
    check_processes(settings, processes)
    if check:
        check_game(settings)
    level_set = level_set_of(settings, *levels, overrides)
    others = _others(settings, *learned, level_set)
    training, directory = session.begin(settings, out, agent, level_set, others)
    remember(directory.path, typed_word(settings.game_name))
    _show_notes((*training.config.setup.game().notes(), *training.family.notes()))
    return training, directory


def _new(
    game: str | None, start: Path | None, config: Path | None, overrides: Iterable[str], teacher: str | None
) -> "tuple[TrainConfig, AgentFile | None]":
    """The settings of a new training, and the agent that it starts from."""
    from gamemeta.agent.file import read_agent
    from gamemeta.agent.shape.config import NetworkConfig
    from gamemeta.errors import ConfigError
    from gamemeta.playing.choose import choose_agent
    from gamemeta.training.config import load_config
    from gamemeta.training.imitation import following

    if start is None:
        return following(load_config(game, config, overrides), teacher, overrides), None
    agent = read_agent(choose_agent(start))
    if game not in (None, agent.game):
        raise ConfigError(
            f"{start} plays {agent.game!r}, not {game!r}. Leave GAME out, or give {agent.game}."
        )
    values = {
        "game": agent.game_config,
        "levels": agent.level_parameters,
        "network": vars(NetworkConfig.saved(agent.network)),
        "trial": {"episodes": agent.episodes, "memory": agent.memory},
        "run": {"learner": agent.learner},
    }
    return following(load_config(agent.game, config, overrides, values), teacher, overrides), agent


def _others(
    settings: "TrainConfig",
    demos: Sequence[Path],
    clone_only: bool,
    teacher: str | None,
    level_set: "LevelSet | None",
) -> "Others":
    """What the training learns from others."""
    from gamemeta.agent.file import read_agent
    from gamemeta.demonstrations.selection import read_for
    from gamemeta.errors import ConfigError
    from gamemeta.playing.choose import choose_agent
    from gamemeta.training.imitation import SOLVER, Others

    if clone_only and not demos:
        raise ConfigError("--clone-only clones plays: give a file of them with --demos.")
    demonstrations = None
    if demos:
        demonstrations, notes = read_for(settings.setup, demos, level_set)
        _show_notes(notes)
    agent = None if teacher in (None, SOLVER) else read_agent(choose_agent(teacher))
    return Others(
        demonstrations=demonstrations, clone_only=clone_only, teacher=agent, solver=teacher == SOLVER
    )


def level_set_of(
    settings: "TrainConfig",
    levels: str | None,
    variations: int | None,
    tiles: Path | None,
    overrides: Iterable[str],
) -> "LevelSet | None":
    """The levels of files, where there are some; prints which are held out."""
    from gamemeta.errors import ConfigError
    from gamemeta.training.level_set import level_set_for
    from gamemeta_levels.families.level_set import RULE

    if levels is None:
        if variations is not None or tiles is not None:
            option = "--tiles" if variations is None else "--variations"
            raise ConfigError(f"{option} is about level files. Give them with --levels.")
        return None
    useless = [text for text in overrides if text.strip().startswith("levels.")]
    if useless:
        raise ConfigError(
            f"--set {useless[0]} is about generated levels; --levels gives them. Leave one of the two out."
        )
    level_set = level_set_for(settings, levels, variations, words_in(tiles))
    echo_sentence(f"{level_set}." if level_set.divided_by_order else f"{level_set}. {RULE}.")
    for part, use in (("validation", "validation"), ("test", "testing")):
        names = level_set.names(part)
        if 0 < len(names) <= MOST_NAMES:
            echo_sentence(f"held out for {use}: {', '.join(names)}")
    return level_set


def _show_notes(notes: Iterable[str]) -> None:
    """Print what a game and its levels note about training on them."""
    for note in notes:
        show_note(note)


def _launched(out: Path | None, watch: bool) -> "tuple[Address | None, Path | None]":
    """Who process 0 of several is that torchrun has started, and the run that it goes on with after all were
    started anew; the other processes never come back from here."""
    from gamemeta.errors import ConfigError
    from gamemeta.training.processes.start import address_in
    from gamemeta.training.run_directory import RunDirectory

    address = address_in(os.environ)
    if address is not None and address.rank:
        _take_part(address)
    if address is not None and watch:
        raise ConfigError(
            "--watch shows one program: take --processes in place of torchrun, or leave it out."
        )
    if address is None or not address.attempt or out is None:
        return address, None
    return address, out if RunDirectory(out).checkpoint.exists() else None


def _take_part(address: "Address") -> None:
    """Play some shards of the training of process 0, which tells what went wrong, if anything did; then end
    this process at once: PyTorch would wait for what other processes never send."""
    from gamemeta.errors import GamemetaError
    from gamemeta.training.processes.member import follow
    from gamemeta.training.processes.start import Launched

    code = 1
    with suppress(GamemetaError), Launched(address).linked() as link:
        follow(link)
        code = 0
    os._exit(code)


def _run(
    training: "Training",
    directory: "RunDirectory",
    minutes: float | None,
    tensorboard: bool,
    page: Page,
    processes: "Processes",
) -> None:
    from gamemeta.games.registry import typed_word
    from gamemeta.interrupts import Interrupts
    from gamemeta.training import session
    from gamemeta_cli.terminal.screen import make_screen, show_outcome

    began: float | None = BEGAN
    with Interrupts() as interrupts, page_of(page, training, directory) as beside:
        while True:  # until the last line: who presses Ctrl-C again loses none of it
            with make_screen(tensorboard) as screen, processes.linked() as link:
                follower = beside.following(screen) if beside else screen
                outcome = session.train(training, directory, follower, minutes, began=began, link=link)
            total = training.iterations * training.steps_per_iteration
            show_outcome(outcome, total, typed_word(training.config.game_name))
            if beside is None or not beside.goes_on(outcome, interrupts):
                break
            training, directory = session.resume(directory.path)
            minutes = None if minutes is None else max(minutes - outcome.elapsed_s / 60, 0.0)
            began = None
    if outcome.signal:
        raise typer.Exit(SIGNALLED + outcome.signal)
