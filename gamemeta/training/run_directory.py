"""The directory of a run: settings, log, checkpoint, agent and table."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gamemeta.command_line import resume_command
from gamemeta.errors import TrainingError
from gamemeta.files import remove_leftovers, write_atomically
from gamemeta.games.adapters import is_path_like
from gamemeta.training.checkpoint import MOST_BYTES
from gamemeta_levels.files.reading import is_regular, read_bounded

CLONED = "cloned"
"""Key of the log's line that says how cloning ended."""


class RunDirectory:
    """Names and writes the files of one run.

    config.toml             the settings, readable by `gamemeta train --config`
    log.jsonl               one line an iteration, and one a validation
    checkpoint.safetensors  everything needed to go on
    checkpoint.previous.safetensors  the checkpoint before, for the case that the newest is damaged
    checkpoint.damaged.safetensors  a checkpoint that could not be used, so that the one before was taken
    levels.json             the levels, where they were given
    demonstrations.safetensors  plays to be cloned, where some were given
    teacher.safetensors     the agent that is followed, where one was given
    held_out/               the test levels among them, one a file
    agent.safetensors       the agent as of the last checkpoint; with its scores at the end
    table.json              the adaptation table on test levels, at the end
    .lock                   held while a training writes here
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.toml"
        self.log = path / "log.jsonl"
        self.checkpoint = path / "checkpoint.safetensors"
        self.previous = path / "checkpoint.previous.safetensors"
        self.damaged = path / "checkpoint.damaged.safetensors"
        self.levels = path / "levels.json"
        self.held_out = path / "held_out"
        self.demonstrations = path / "demonstrations.safetensors"
        self.teacher = path / "teacher.safetensors"
        self.agent = path / "agent.safetensors"
        self.table = path / "table.json"
        self.notes: list[str] = []
        """What the user must be told of these files."""
        self._lock = FileLock(path / ".lock", timeout=0, thread_local=False)

    @classmethod
    def create(cls, path: Path | None, game: str) -> "RunDirectory":
        """A new directory; `runs/<game>`, `runs/<game>-2` ... when no path is given.

        Raises:
            TrainingError: it holds a run already, or cannot be made.
        """
        run = cls(path or _unused(game))
        path = run.path
        if path.exists() and not path.is_dir():
            raise TrainingError(f"{path}: this is a file. Give a directory with --out.")
        if any(file.exists() for file in (run.checkpoint, run.previous, run.agent)):
            raise TrainingError(
                f"{path}: holds a run already. Go on with `{resume_command(path)}`, or give "
                "another directory with --out."
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            write_atomically(run.log, b"")
        except OSError as error:
            raise TrainingError(
                f"{path}: cannot be written: {error.strerror}. Give another directory with --out."
            ) from error
        return run

    def lock(self) -> None:
        """Keep other trainings out until `unlock`, or until this process ends.

        Raises:
            TrainingError: another training is writing here.
            OSError: the lock file cannot be written.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            raise TrainingError(
                f"{self.path}: another training is writing here. Wait for it, or give another directory."
            ) from error

    def unlock(self) -> None:
        """Let other trainings in."""
        self._lock.release(force=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """A block that holds the lock, taken before or now, and gives it up at its end.

        Raises:
            TrainingError: another training is writing here.
            OSError: the lock file cannot be written.
        """
        self.lock()
        try:
            yield
        finally:
            self.unlock()

    def clean(self) -> None:
        """Remove what a killed process left half written."""
        for file in (self.checkpoint, self.previous, self.agent, self.table, self.log, self.config):
            remove_leftovers(file)

    def take_previous(self, why: str) -> None:
        """Put the checkpoint before in the place of one that cannot be used, which is kept as `damaged`.

        Args:
            why: what is wrong with the newest.
        Raises:
            OSError: a file cannot be read or written.
        """
        before = read_bounded(self.previous, MOST_BYTES)
        if self.checkpoint.exists():
            self.checkpoint.replace(self.damaged)
        write_atomically(self.checkpoint, before)
        self.notes.append(
            f"{why} The checkpoint before is taken in its place ({self.previous.name}); the damaged one is "
            f"kept as {self.damaged.name}."
        )

    def append(self, record: dict[str, Any]) -> None:
        """Add a line to the log."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def cut_log(self, step: int, passes: int | None = None) -> None:
        """Drop what was logged after this step, and after so many passes of cloning where that goes on, which
        a resumed run will log again."""
        if not is_regular(self.log):
            return
        kept = []
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                record = json.loads(line)
                to_come = passes is not None and (CLONED in record or record.get("pass", 0) > passes)
                if record["step"] <= step and not to_come:
                    kept.append(line + "\n")
            except (ValueError, KeyError, TypeError):
                continue
        write_atomically(self.log, "".join(kept).encode())

    def write_table(self, table: dict[str, Any]) -> None:
        """Write the adaptation table as JSON."""
        write_atomically(self.table, (json.dumps(table, indent=1) + "\n").encode())


def run_name(game: str) -> str:
    """What the runs of a game are called: `my_game` those of `my_game.py:MyGame`, and `gymnasium-CartPole-v1`
    those of `gymnasium/CartPole-v1`."""
    if is_path_like(game):
        game = game.replace("/", "-").replace(":", "-")
    return game.partition(":")[0].removesuffix(".py")


def _unused(game: str) -> Path:
    """`runs/<game>`, or the first of `runs/<game>-2`, `-3` ... that does not exist."""
    name = run_name(game)
    path, k = Path("runs") / name, 1
    while path.exists():
        k += 1
        path = Path("runs") / f"{name}-{k}"
    return path
