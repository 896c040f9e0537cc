"""Two players side by side, step for step: an agent and its memory-wiped twin, two agents, or two levels."""

from collections import deque
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory

from gamemeta.errors import ConfigError
from gamemeta.playground.frames import FrameWriter, Plain
from gamemeta.playground.untrained import Player, UntrainedPlayer
from gamemeta.playing.session import Frame, Session
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line

MOST_TRIES = 1000
MOST_STEPS = 64
"""Most steps that one message may ask for."""
MOST_KEPT = 1200
"""Frames that a GIF is made of, the newest."""
SWAP_SEED = 1_000_003
"""Between the seed of the race and that of the play on another level."""


class _Lane:
    """One player: its session, and the frame that comes next."""

    def __init__(self, session: Session) -> None:
        self.session, self._frames = session, session.frames()
        self._writer = FrameWriter(session if session.has_no_map else None)
        self.kept: deque[Frame] = deque(maxlen=MOST_KEPT)
        self.waiting = True  # at the end of a try, or before the first

    def begin(self) -> Plain:
        """The first frame of the next try, with all its tiles."""
        return self._writer.write(self._next(), whole=True)

    def step(self) -> Plain | None:
        """The next frame of this try; None after its end."""
        if self.waiting:
            return None
        return self._writer.write(self._next())

    def _next(self) -> Frame:
        frame = next(self._frames, None)
        if frame is None:
            raise ConfigError("this play has ended by an error: start anew.")
        self.waiting = frame.done
        self.kept.append(frame)
        return frame


class Race:
    """The agent, and beside it the same agent whose memory is wiped before every try, or a rival, or the same
    agent on another level. Random play, which remembers nothing, has no twin beside it.

    Args:
        agent: who plays.
        level: what both play.
        seed: of their draws, which are alike until their memories differ.
        rival: another agent, which keeps its memory, in place of the twin; or None.
        other: another level, on which the agent plays in place of the twin, and keeps its memory; or None.
    Raises:
        ConfigError: the rival plays another game, or both a rival and another level are asked for.
        AgentFileError, LevelError, UnsolvableLevel: as `Session`.
    """

    def __init__(
        self,
        agent: Player,
        level: Level,
        seed: int = 0,
        rival: Player | None = None,
        other: Level | None = None,
    ) -> None:
        self._agent, self._seed, self.tries = agent, seed, 0
        self._has_two_levels = other is not None
        if rival is not None and other is not None:
            raise ConfigError("beside the agent stands another agent or another level, not both.")
        if rival is not None and rival.game != agent.game:
            raise ConfigError(
                f"{in_one_line(rival.game)} is another game than {in_one_line(agent.game)}: choose "
                "two agents of one game."
            )
        beliefs, has_memory = bool(agent.facts), not isinstance(agent, UntrainedPlayer)
        self._sessions = [Session(agent, level, episodes=MOST_TRIES, seed=seed, beliefs=beliefs)]
        if rival is not None or other is not None:
            self._sessions.append(Session(rival or agent, other or level, episodes=MOST_TRIES, seed=seed))
        elif has_memory:
            self._sessions.append(Session(agent, level, episodes=MOST_TRIES, seed=seed, wipe=True))
        self._lanes = [_Lane(session) for session in self._sessions]
        self._next: Level | None = None

    @property
    def session(self) -> Session:
        """That of the agent which keeps its memory."""
        return self._sessions[0]

    @property
    def between_tries(self) -> bool:
        """Whether nobody is in the middle of a try."""
        return all(lane.waiting for lane in self._lanes)

    def change_level(self, level: Level) -> None:
        """Play on this level from the next try on; of two levels, it takes the place of the first.

        Raises:
            LevelError, UnsolvableLevel: the game cannot play it.
        """
        if not self.between_tries:
            self.session.game.family().pack([level])  # refused now, rather than when the next try begins
            self._next = level
            return
        for session in self._sessions[: 1 if self._has_two_levels else None]:
            session.change_level(level)
        self._next = None

    def swap_memory(self, other: Level) -> None:
        """Let the agent go on with what it learns in a trial on another level.

        Raises:
            ConfigError: it is in the middle of a try, or has not begun.
            LevelError, UnsolvableLevel: the game cannot play that level.
        """
        if not self.between_tries or not self.tries:
            raise ConfigError("memories are swapped between two tries: let this one end first.")
        trial = Session(self._agent, other, seed=self._seed + SWAP_SEED)
        for _ in trial.frames():
            pass
        self.session.take_memory(trial)
        trial.game.close()

    def gif(self) -> bytes:
        """What the agent that keeps its memory has played so far, the newest steps, as an animation.

        Raises:
            ConfigError: nothing has been played.
        """
        from gamemeta.playing.gif import Recorder  # Pillow, only when a GIF is asked for

        kept = list(self._lanes[0].kept)
        if not kept:
            raise ConfigError("nothing has been played yet.")
        session = copy(self.session)
        session.episodes = self.tries
        with TemporaryDirectory(prefix="gamemeta-playground-") as folder:
            recorder = Recorder(session, Path(folder) / "played.gif")
            for frame in kept:
                recorder.add(frame)
            recorder.write()
            return recorder.path.read_bytes()

    def steps(self, count: int) -> Iterator[Plain]:
        """Messages of the next steps of both, up to the end of a try; the first of a try has all tiles."""
        if self.between_tries:
            if self.tries == MOST_TRIES:
                return
            yield self._begin()
            count -= 1
        for _ in range(count):
            if self.between_tries:
                return
            yield {"type": "step", "lanes": _sharing([lane.step() for lane in self._lanes])}

    def close(self) -> None:
        """Release of what the games hold; nothing is played afterwards."""
        for session in self._sessions:
            session.game.close()

    def _begin(self) -> Plain:
        if self._next is not None:
            self.change_level(self._next)
        self.tries += 1
        session = self.session
        plain: Plain = {
            "type": "try",
            "number": self.tries,
            "par_steps": session.par_steps,
            "par_return": session.par_return,
        }
        if self._has_two_levels:
            beside = self._sessions[1]
            plain |= {"other_par_steps": beside.par_steps, "other_par_return": beside.par_return}
        return plain | {"lanes": _sharing([lane.begin() for lane in self._lanes])}


def _sharing(lanes: list[Plain | None]) -> list[Plain | None]:
    """The lanes of a message; a picture that the first one shows too is sent once, and True stands for it."""
    first, *others = lanes
    for lane in others:
        if first and lane and "picture" in lane and lane["picture"] == first.get("picture"):
            lane["picture"] = True
    return lanes
