"""How a training shows: a live screen in a terminal, plain lines elsewhere, TensorBoard beside."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gamemeta.command_line import evaluate_command, play_command, resume_command
from gamemeta.errors import TrainingError
from gamemeta.evaluation.blocks import FIRST as FIRST_LEVELS
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.interrupts import BROKEN_PIPE, Interrupted
from gamemeta.learners.imitation.cloning import Cloned
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import Outcome
from gamemeta.training.timing import Timing
from gamemeta_cli.ending import mute
from gamemeta_cli.terminal.console import PlainConsole, print_sentence
from gamemeta_cli.terminal.keyboard import without_echo
from gamemeta_cli.terminal.tables import adaptation_table, shown_episodes
from gamemeta_levels.packages import install_command
from gamemeta_levels.text import MESSAGE, in_one_line

HEALTH = {
    "entropy": "entropy",
    "kl": "KL",
    "clip_share": "clip share",
    "explained_variance": "explained variance",
    "grad_norm": "gradient norm",
}
LOSSES = {
    "policy_loss": "policy",
    "value_loss": "value",
    "label_loss": "labels",
    "learning_rate": "step size",
}
BARS = " ▁▂▃▄▅▆▇█"
FIRST = "starting; the first run on a machine compiles the kernels, too"
HINT = "Ctrl-C saves and stops"
TESTING = "playing the test levels"
ALL_LINES, ALL_COLUMNS = 24, 100
"""A terminal that is smaller in both has no room for the health figures."""
PLAIN_S = 30.0
"""Seconds between two plain lines while nothing else is to be said."""


class Progress(Observer):
    """What both kinds of screen keep: speed, time left and the newest scores."""

    def __init__(self) -> None:
        self.step, self.total, self.timing = 0, 1, Timing(1)
        self.terms: dict[str, float] = {}
        self.scores: list[tuple[int, list[float]]] = []
        self.measure = "score"
        self.labels = True

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        """Note how far the training is and where it is kept."""
        self.step, self.total = training.step, training.iterations * training.steps_per_iteration
        self.directory, self.game, self.timing = directory.path, training.config.game_name, timing
        self.labels = training.learner.labels

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        """Note the step and the newest terms."""
        self.step = done.step
        self.terms = {k: v for k, v in done.terms.items() if self.labels or k != "label_loss"}

    def validated(self, step: int, result: Evaluation) -> None:
        """Note the scores, or the returns where par is unknown."""
        self.measure = result.measure
        self.scores.append((step, result.curves["agent"].score))

    @property
    def left(self) -> str:
        """The time left, as on a clock."""
        left_s = self.timing.left_s
        return "-" if left_s is None else clock(left_s)


class PlainScreen(Progress):
    """A line for every validation, and one every half minute meanwhile, for logs and pipes.

    Where nobody reads the lines any more (`| head`), the training is asked to stop.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream, self.said_at = stream, time.monotonic()
        self.doing = ""

    def say(self, line: str) -> None:
        """Print one line at once."""
        self.said_at = time.monotonic()
        try:
            print(in_one_line(line, MESSAGE), file=self.stream, flush=True)
        except OSError:
            mute(self.stream)
            raise Interrupted(BROKEN_PIPE) from None

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        super().begun(training, directory, timing)
        steps = f"{self.total:,} steps"
        if training.cloning is not None:
            plays = f"{len(training.cloning.trials):,} trials are cloned"
            steps = f"{plays} first, then {steps}" if self.total else plays
        self.say(f"training {self.game} in {directory.path}: {steps}; {FIRST}")

    def cloned(self, result: Cloned) -> None:
        self.say(cloned_in_words(result))

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        super().iterated(done, steps_per_s)
        if time.monotonic() - self.said_at > PLAIN_S:
            self.say(f"{self._speed()}  entropy {self.terms['entropy']:.2f}")

    def validated(self, step: int, result: Evaluation) -> None:
        super().validated(step, result)
        newest = self.scores[-1][1]
        shown = shown_episodes(len(newest))
        episodes = "" if len(shown) == len(newest) else " " + ", ".join(map(str, shown))
        scores = " ".join(f"{newest[k - 1]:.3f}" for k in shown)
        self.say(
            f"{self._speed()}  validation {self.measure} by episode{episodes}: {scores}  "
            f"entropy {self.terms['entropy']:.2f}"
        )

    def working(self, what: str, done: int, total: int) -> None:
        always = what == TESTING and self.doing != what
        self.doing = what
        if always or time.monotonic() - self.said_at > PLAIN_S:
            self.say(f"{what}: {done:,} of {total:,}, {clock(self.timing.elapsed_s)} gone")

    def _speed(self) -> str:
        return f"step {self.step:,} of {self.total:,}  {self.timing.rate:,.0f} steps/s  {self.left} left"


class LiveScreen(Progress):
    """A screen that is drawn anew a few times a second."""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live, self.note, self.clone = live, FIRST, ""

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        super().begun(training, directory, timing)
        self.live.update(Drawn(self.draw))

    def cloned(self, result: Cloned) -> None:
        self.clone = cloned_in_words(result)

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        super().iterated(done, steps_per_s)
        self.note = HINT

    def working(self, what: str, done: int, total: int) -> None:
        self.note = f"{what}: {done:,} of {total:,}. {HINT}"

    def draw(self) -> RenderableType:
        """The screen as it is now."""
        facts = Columns(
            [
                Text.assemble((f"{self.step / 1e6:.2f}", "bold"), f"M of {self.total / 1e6:.2f}M steps"),
                Text.assemble((f"{self.timing.rate:,.0f}", "bold"), " steps/s"),
                f"{clock(self.timing.elapsed_s)} gone",
                Text.assemble((self.left, "bold"), " left"),
            ],
            padding=(0, 2),
        )
        tables = [self._scores(), self._terms("loss", LOSSES)]
        if self.live.console.height >= ALL_LINES or self.live.console.width >= ALL_COLUMNS:
            tables.append(self._terms("health", HEALTH))
        bar = ProgressBar(total=1.0, completed=self.timing.share)
        command = f"gamemeta train {in_one_line(self.game)}  "
        title = Text.assemble(command, (in_one_line(self.directory), "dim"))
        clone = [Text(self.clone)] * bool(self.clone)
        note = Text(self.note, style="dim")
        return Panel(Group(facts, bar, *clone, Text(), Columns(tables), note), title=title)

    def _scores(self) -> RenderableType:
        if not self.scores:
            return Text("validation: not yet", style="italic")
        table = Table(box=box.SIMPLE_HEAD, title=f"validation {self.measure}", title_justify="left")
        for heading in ("episode", self.measure, "so far"):
            table.add_column(heading, justify="left" if heading == "so far" else "right", no_wrap=True)
        newest = self.scores[-1][1]
        for k in (number - 1 for number in shown_episodes(len(newest))):
            score = newest[k]
            history = [max(0.0, scores[k]) for _, scores in self.scores][-20:]
            top = max(1.0, *history)
            line = "".join(BARS[min(8, round(8 * s / top))] for s in history)
            table.add_row(str(k + 1), f"{score:.3f}", line)
        return table

    def _terms(self, title: str, names: dict[str, str]) -> RenderableType:
        table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", show_header=False)
        for name, word in names.items():
            if name in self.terms:
                table.add_row(word, f"{self.terms[name]:.4f}")
        return table


class Drawn:
    """A picture that is made anew whenever the terminal asks for it, so that its clock goes on."""

    def __init__(self, draw: Callable[[], RenderableType]) -> None:
        self.draw = draw

    def __rich__(self) -> RenderableType:
        return self.draw()


class WithTensorBoard(Observer):
    """Passes everything on, and writes scalars for TensorBoard into the run's directory."""

    def __init__(self, screen: Observer) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                f"--tensorboard needs the package tensorboard: {install_command('tensorboard')}."
            ) from error
        self.screen, self._make = screen, SummaryWriter

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        self.writer = self._make(str(directory.path / "tensorboard"))
        self.screen.begun(training, directory, timing)

    def cloned(self, result: Cloned) -> None:
        self.screen.cloned(result)

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        for name, value in (done.terms | {"steps_per_s": steps_per_s}).items():
            self.writer.add_scalar(f"train/{name}", value, done.step)
        self.screen.iterated(done, steps_per_s)

    def validated(self, step: int, result: Evaluation) -> None:
        for k, score in enumerate(result.curves["agent"].score):
            self.writer.add_scalar(f"validation/score_episode_{k + 1}", score, step)
        self.screen.validated(step, result)

    def working(self, what: str, done: int, total: int) -> None:
        self.writer.flush()
        self.screen.working(what, done, total)


@contextmanager
def make_screen(tensorboard: bool, to_stderr: bool = False) -> Iterator[Observer]:
    """The screen that suits where the output goes; standard error where standard output is for data."""

    def wrapped(screen: Observer) -> Observer:
        return WithTensorBoard(screen) if tensorboard else screen

    console = PlainConsole(stderr=to_stderr)
    stream = sys.stderr if to_stderr else sys.stdout
    if not (console.is_terminal and stream.isatty()):
        yield wrapped(PlainScreen(stream))
        return
    with without_echo(), Live(console=console, refresh_per_second=4) as live:
        yield wrapped(LiveScreen(live))


def show_outcome(outcome: Outcome, total: int, game: str | None = None) -> None:
    """The table and what to do next; `game` as a user types it, where commands must name it."""
    console = PlainConsole()
    agent = outcome.directory / "agent.safetensors"
    held_out = RunDirectory(outcome.directory).held_out
    drawn = sorted(held_out.iterdir()) if held_out.is_dir() else []
    resume, watch = resume_command(outcome.directory, game), play_command(agent, game, *drawn[:1])
    judge = evaluate_command(agent, game, held_out if drawn else None)

    def say(line: str) -> None:
        print_sentence(console, line)

    if outcome.ended == "stopped":
        say(f"Stopped and saved at step {outcome.step:,}. Go on with: {resume}")
        return
    if outcome.test is not None:
        console.print(*adaptation_table(outcome.test))
        say(outcome.test.verdict("" if drawn else judge))
    else:
        why = "stopped" if outcome.signal else "its time was up"
        say(f"Not judged: {why} before {FIRST_LEVELS} test levels were played. Judge it: {judge}")
    trained = f"Trained {outcome.step:,} of {total:,} steps" if total else "Cloned"
    say(f"{trained}; {clock(outcome.elapsed_s)}. Agent: {agent}")
    if outcome.ended == "minutes":
        say(f"Its time was up; go on with: {resume}")
    if outcome.step or outcome.clone_only:
        say(f"Watch it: {watch}")
    else:
        say("Nothing was trained: compiling the kernels, once on every machine, took all of it.")


def cloned_in_words(result: Cloned) -> str:
    """How cloning went, in a sentence."""
    return (
        f"cloned {result.trials:,} trials in {result.best_pass} passes: held-out loss "
        f"{result.held_out_loss:.3f}, equal actions {result.equal_actions:.0%} (the commonest action: "
        f"{result.commonest_action:.0%}) in {result.held_out_steps:,} held-out steps"
    )


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
