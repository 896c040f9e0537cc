"""What other people's code raised or gave, told in words at its own file and line, never at one of ours."""

import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from reprlib import Repr
from traceback import walk_tb
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gamemeta
import gamemeta_levels
from gamemeta.errors import GameCheckError, GamemetaError
from gamemeta.interrupts import AlarmRang, Interrupted

OURS = tuple(f"{Path(str(module.__file__)).parent}{os.sep}" for module in (gamemeta, gamemeta_levels))
CLI = f"{os.sep}gamemeta_cli{os.sep}"
_STANDARD = tuple({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")})
_PACKAGES = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
_NO_GAME = (f"{OURS[0]}training{os.sep}", f"{OURS[0]}files.py", f"{OURS[0]}tensor_file.py")
"""Code of ours that calls no game: what it calls are observers and the system."""
_GAMES: set[str] = set()
"""Where installed packages lie that games are of."""
MOST_LETTERS = 300
"""Of what an error says about itself."""
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


@contextmanager
def naming_their_code(*, interrupts: bool = True) -> Iterator[None]:
    """Turn whatever the code of an outside game raises into one error that says what and where.

    Args:
        interrupts: whether KeyboardInterrupt is Ctrl-C, and passes. In a process that Ctrl-C does not reach
            it is the game's own.
    """
    try:
        yield
    except (GamemetaError, Interrupted, AlarmRang):
        raise
    except KeyboardInterrupt as error:
        if interrupts:
            raise
        raise blamed(error) from error
    except BaseException as error:  # SystemExit, too: a game does not end the program
        raise blamed(error) from error


def blamed(error: BaseException) -> GameCheckError:
    """The error that tells what a game's code raised, and where."""
    place = place_of(error)
    where = f" ({place}). Look there." if place else ". Look at what it gives back."
    return GameCheckError(f"the game's own code raised {in_words(error)}{where}")


def belongs_to_game(cls: type) -> None:
    """Count the package that a class is of as a game's own code, though it is installed."""
    package = sys.modules.get(cls.__module__.partition(".")[0])
    file = getattr(package, "__file__", None)
    if file:
        _GAMES.add(str(Path(file).parent) + os.sep if hasattr(package, "__path__") else file)


def in_words(error: BaseException) -> str:
    """`ValueError: too cold`, shortened; the kind alone where the error cannot say more."""
    kind = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except Exception:
        return kind
    more = "..." if len(text) > MOST_LETTERS else ""
    return f"{kind}: {text[:MOST_LETTERS]}{more}" if text else kind


def place_of(error: BaseException, *, packages: bool = True) -> str:
    """`mod.py, line 22`: the innermost line of their code that was called from ours; empty if there is none.

    Args:
        error: that was caught.
        packages: whether a line of an installed package, such as NumPy, counts where no file of theirs is
            found.
    """
    written, installed, called = "", "", False
    for frame, line in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(OURS) or CLI in file:
            called = not file.startswith(_NO_GAME)
        elif called and not file.startswith("<"):
            if file.startswith(_PACKAGES) and not file.startswith(tuple(_GAMES)):
                installed = f"{file}, line {line}"
            elif not file.startswith(_STANDARD):
                written = f"{file}, line {line}"
    return written or (installed if packages else "")


def defined_at(owner: Any, method: str) -> str:
    """`mod.py, line 30`: where a class defines a method; empty where that cannot be known."""
    try:
        code = inspect.unwrap(getattr(owner, method)).__code__
    except (AttributeError, ValueError):
        return ""
    return f"{code.co_filename}, line {code.co_firstlineno}"


def at(place: str) -> str:
    """` (mod.py, line 30)`; nothing where no place is known."""
    return f" ({place})" if place else ""


def shown(value: Any) -> str:
    """A value in few letters, whatever its own `__repr__` does."""
    try:
        return _SHORT.repr(value)
    except Exception:
        return f"an object of {type(value).__name__}"


def number(value: Any, what: str) -> float:
    """A number that their code gave, as NumPy, torch or Python has it.

    Args:
        value: given.
        what: it is, for the message.
    Raises:
        GameCheckError: it is no number.
    """
    single = _single(value)
    if isinstance(single, (str, bytes, bytearray, complex)) or not hasattr(single, "__float__"):
        raise GameCheckError(f"{what} is {shown(value)}, a {type(value).__name__}, and no number.")
    try:
        return float(single)
    except (TypeError, ValueError, OverflowError):
        raise GameCheckError(f"{what} is {shown(value)}, which is no number that can be used.") from None


def flag(value: Any, what: str) -> bool:
    """A flag that their code gave: True or False, 1 or 0. Arguments and errors as `number` has them."""
    single = _single(value)
    if isinstance(single, (bool, int, float, np.bool_, np.number)) and single in (0, 1):
        return bool(single)
    raise GameCheckError(f"{what} is {shown(value)}, a {type(value).__name__}, and neither True nor False.")


def info_of(value: Any, what: str) -> Mapping[str, Any]:
    """The `info` that their code gave; None is an empty one. Arguments and errors as `number` has them."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise GameCheckError(f"{what} is {shown(value)}, a {type(value).__name__}, and no dict.")
    return value


def _single(value: Any) -> Any:
    """The one element of an array of one, else the value itself; a masked one is none."""
    if isinstance(value, np.ndarray):
        return value.reshape(-1)[0] if value.size == 1 and not is_masked(value) else None
    if getattr(value, "shape", None) is not None and hasattr(value, "item") and _is_one(value):
        return value.item()
    return value


def is_masked(array: NDArray[Any]) -> bool:
    """Whether elements of an array are masked out."""
    return isinstance(array, np.ma.MaskedArray) and bool(np.any(array.mask))


def _is_one(value: Any) -> bool:
    """Whether an array of another library holds one element."""
    return int(np.prod(tuple(value.shape))) == 1
