"""How a training shows: a live screen in a terminal, plain lines elsewhere, TensorBoard beside."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich import box
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gamemeta.command_line import play_command, resume_command
from gamemeta.errors import TrainingError
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import Observer, Outcome
from gamemeta_cli.terminal.tables import adaptation_table, shown_episodes

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
FIRST = "compiling the kernels (the first run only) and starting"


class Progress:
    """What both kinds of screen keep: speed, time left and the newest scores."""

    def __init__(self) -> None:
        self.step, self.total, self.rate = 0, 1, 0.0
        self.terms: dict[str, float] = {}
        self.scores: list[tuple[int, list[float]]] = []
        self.measure = "score"
        self.began = time.monotonic()

    def begun(self, training: Training, directory: RunDirectory) -> None:
        """Note how far the training is and where it is kept."""
        self.step, self.total = training.step, training.iterations * training.steps_per_iteration
        self.directory, self.game = directory.path, training.config.game_name

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        """Note the speed, smoothed, and the newest terms."""
        self.rate = steps_per_s if not self.rate else 0.9 * self.rate + 0.1 * steps_per_s
        self.step, self.terms = done.step, done.terms

    def validated(self, step: int, result: Evaluation) -> None:
        """Note the scores, or the returns where par is unknown."""
        self.measure = result.measure
        self.scores.append((step, result.curves["agent"].score))

    @property
    def left(self) -> str:
        """The time left, as on a clock."""
        return clock((self.total - self.step) / self.rate) if self.rate else "-"


class PlainScreen(Progress):
    """A line for every validation, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream

    def say(self, line: str) -> None:
        """Print one line at once."""
        print(line, file=self.stream, flush=True)

    def begun(self, training: Training, directory: RunDirectory) -> None:
        super().begun(training, directory)
        self.say(f"training {self.game} in {directory.path}: {self.total:,} steps; {FIRST}")

    def validated(self, step: int, result: Evaluation) -> None:
        super().validated(step, result)
        newest = self.scores[-1][1]
        shown = shown_episodes(len(newest))
        episodes = "" if len(shown) == len(newest) else " " + ", ".join(map(str, shown))
        scores = " ".join(f"{newest[k - 1]:.3f}" for k in shown)
        self.say(
            f"step {step:,} of {self.total:,}  {self.rate:,.0f} steps/s  {self.left} left  "
            f"validation {self.measure} by episode{episodes}: {scores}  entropy {self.terms['entropy']:.2f}"
        )

    def testing(self) -> None:
        self.say("playing the test levels")


class LiveScreen(Progress):
    """A screen that is drawn anew a few times a second."""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live, self.note = live, FIRST

    def begun(self, training: Training, directory: RunDirectory) -> None:
        super().begun(training, directory)
        self.live.update(self.draw())

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        super().iterated(done, steps_per_s)
        self.note = "Ctrl-C saves and stops"
        self.live.update(self.draw())

    def validated(self, step: int, result: Evaluation) -> None:
        super().validated(step, result)
        self.live.update(self.draw())

    def testing(self) -> None:
        self.note = "playing the test levels"
        self.live.update(self.draw(), refresh=True)

    def draw(self) -> RenderableType:
        """The screen as it is now."""
        facts = Table.grid(padding=(0, 2))
        facts.add_row(
            f"[bold]{self.step / 1e6:.2f}[/]M of {self.total / 1e6:.2f}M steps",
            f"[bold]{self.rate:,.0f}[/] steps/s",
            f"{clock(time.monotonic() - self.began)} gone",
            f"[bold]{self.left}[/] left",
        )
        tables = Columns([self._scores(), self._terms("loss", LOSSES), self._terms("health", HEALTH)])
        bar = ProgressBar(total=self.total, completed=self.step)
        title = f"gamemeta train {self.game}  [dim]{escape(str(self.directory))}[/]"
        return Panel(Group(facts, bar, Text(), tables, Text(self.note, style="dim")), title=title)

    def _scores(self) -> RenderableType:
        table = Table(box=box.SIMPLE_HEAD, title=f"validation {self.measure}", title_justify="left")
        for heading in ("episode", self.measure, "so far"):
            table.add_column(heading, justify="left" if heading == "so far" else "right", no_wrap=True)
        newest = self.scores[-1][1] if self.scores else []
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


class WithTensorBoard:
    """Passes everything on, and writes scalars for TensorBoard into the run's directory."""

    def __init__(self, screen: Observer) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "--tensorboard needs the package tensorboard: pip install 'gamemeta[tensorboard]'."
            ) from error
        self.screen, self._make = screen, SummaryWriter

    def begun(self, training: Training, directory: RunDirectory) -> None:
        self.writer = self._make(str(directory.path / "tensorboard"))
        self.screen.begun(training, directory)

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        for name, value in (done.terms | {"steps_per_s": steps_per_s}).items():
            self.writer.add_scalar(f"train/{name}", value, done.step)
        self.screen.iterated(done, steps_per_s)

    def validated(self, step: int, result: Evaluation) -> None:
        for k, score in enumerate(result.curves["agent"].score):
            self.writer.add_scalar(f"validation/score_episode_{k + 1}", score, step)
        self.screen.validated(step, result)

    def testing(self) -> None:
        self.writer.flush()
        self.screen.testing()


@contextmanager
def make_screen(tensorboard: bool, to_stderr: bool = False) -> Iterator[Observer]:
    """The screen that suits where the output goes; standard error where standard output is for data."""

    def wrapped(screen: Observer) -> Observer:
        return WithTensorBoard(screen) if tensorboard else screen

    console = Console(stderr=to_stderr)
    stream = sys.stderr if to_stderr else sys.stdout
    if not (console.is_terminal and stream.isatty()):
        yield wrapped(PlainScreen(stream))
        return
    with Live(console=console, refresh_per_second=4) as live:
        yield wrapped(LiveScreen(live))


def show_outcome(outcome: Outcome, total: int, game: str | None = None) -> None:
    """The table and what to do next; `game` as a user types it, where commands must name it."""
    console = Console(highlight=False)
    agent = outcome.directory / "agent.safetensors"
    resume, watch = resume_command(outcome.directory, game), play_command(agent, game)
    if outcome.test is None:
        console.print(
            f"Stopped and saved at step {outcome.step:,}. Go on with: {resume}", soft_wrap=True, markup=False
        )
        return
    console.print(*adaptation_table(outcome.test))
    console.print(outcome.test.verdict(), soft_wrap=True, markup=False)
    took = clock(outcome.elapsed_s)
    console.print(
        f"Trained {outcome.step:,} of {total:,} steps; {took}. Agent: {agent}", soft_wrap=True, markup=False
    )
    if outcome.ended == "minutes":
        console.print(f"Its time was up; go on with: {resume}", soft_wrap=True, markup=False)
    console.print(f"Watch it: {watch}", soft_wrap=True, markup=False)


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
