"""A session as an animated GIF."""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically
from gamemeta.playing import picture
from gamemeta.playing.session import Frame, Shown

MAX_FRAMES, MAX_BYTES = 800, 1_000_000
"""A longer session, or a larger GIF, skips steps, but never the end of an episode."""
SAMPLES = 8
"""Pictures of a game that the palette is made from."""
COLOURS = 128
"""More make the GIF larger; fewer show."""

STEP_MS, START_MS, END_MS, LAST_MS = 80, 500, 900, 3000
"""How long a frame shows: a step, the start and the end of an episode, the end of the session."""


class Recorder:
    """Collects the frames of a session and writes them as a GIF.

    Args:
        session: what is recorded.
        path: the GIF's name; an existing file is replaced when the new one is whole.
        speed: 1 shows about 12 steps a second.
    Raises:
        ConfigError: the name does not end in .gif, or the game has neither a map nor a picture.
        OSError: the folder is missing or cannot be written to.
    """

    def __init__(self, session: Shown, path: Path, speed: float = 1.0) -> None:
        if path.suffix.lower() != ".gif":
            raise ConfigError(f"{path}: a GIF's name ends in .gif.")
        if session.is_text:
            raise ConfigError(f"{path}: the game {session.name!r} has no map to draw. Leave the GIF out.")
        self.session, self.path, self.speed = session, path, speed
        self._frames: list[Frame] = []
        self._stride = 1
        _check_writable(path)

    def add(self, frame: Frame) -> None:
        """Take the next frame; a long recording is thinned out as it grows."""
        if self._kept(frame):
            self._frames.append(frame)
        while len(self._frames) > MAX_FRAMES and self._thin_out():
            pass

    def collect(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The same frames, each taken as it passes."""
        for frame in frames:
            self.add(frame)
            yield frame

    def write(self) -> int:
        """Draw and write the GIF. Returns its size in bytes.

        Raises:
            OSError: it cannot be written; what stood there before is untouched.
        """
        data = self._encoded()
        while len(data) > MAX_BYTES and self._thin_out():
            expected = len(data) // 2
            while expected > MAX_BYTES and self._thin_out():
                expected //= 2
            data = self._encoded()
        _write(self.path, data)
        return len(data)

    def _encoded(self) -> bytes:
        palette = self._palette()
        first, *rest = [
            picture.draw(frame, self.session).quantize(palette=palette, dither=Image.Dither.NONE)
            for frame in self._frames
        ]
        data = io.BytesIO()
        first.save(
            data,
            format="GIF",
            save_all=True,
            append_images=rest,
            duration=[*map(self._shown_ms, self._frames[:-1]), LAST_MS],
            loop=0,
        )
        return data.getvalue()

    def _thin_out(self) -> bool:
        """Keep every second step. Returns whether that left anything out."""
        before = len(self._frames)
        self._stride *= 2
        self._frames = [frame for frame in self._frames if self._kept(frame)]
        return len(self._frames) < before

    def _kept(self, frame: Frame) -> bool:
        return frame.done or frame.scene.step % self._stride == 0

    def _shown_ms(self, frame: Frame) -> int:
        shown = END_MS if frame.done else STEP_MS if frame.scene.step else START_MS
        return max(20, round(shown / self.speed / 10) * 10)  # GIF counts in 10 ms, at least 2

    def _palette(self) -> Image.Image:
        """One palette for all frames: of every tile, lit and dark, or some pictures, and of the caption."""
        frames = self._frames
        images = [picture.draw(frame, self.session) for frame in (frames[0], frames[-1])]
        if frames[0].scene.image is None:
            images.insert(0, picture.reference())
        if frames[0].scene.image is not None or frames[0].beliefs:
            images += [picture.draw(frame, self.session) for frame in frames[:: len(frames) // SAMPLES + 1]]
        size = max(i.width for i in images), sum(i.height for i in images)
        together, top = Image.new("RGB", size, picture.INK), 0
        for image in images:
            together.paste(image, (0, top))
            top += image.height
        return together.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error


def _check_writable(path: Path) -> None:
    """Fail now rather than after the last episode."""
    if path.is_dir():
        raise IsADirectoryError(21, "is a folder; give the name of a file", str(path))
    trial = path.with_name(f".{path.name}.trial")
    try:
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error
