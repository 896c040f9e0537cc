"""What makes an environment takes: the arguments of the class or function that it was registered with."""

import inspect
from typing import Any

from gymnasium.envs.registration import EnvSpec, load_env_creator

from gamemeta.errors import GamemetaError


def arguments_of(spec: EnvSpec | None, cls: Any) -> frozenset[str]:
    """Names of the arguments that can be given to what makes an environment.

    Args:
        spec: as it was registered; None where nothing says how.
        cls: of the environment itself, without wrappers; or the function that makes it.
    """
    maker = cls if spec is None or spec.entry_point is None else _maker(spec.entry_point)
    names, passes_on = _of_class(maker) if isinstance(maker, type) else _of_function(maker)
    if passes_on and maker is not cls:
        names += _of_class(cls)[0]
    return frozenset(names) | frozenset(spec.kwargs if spec else ())


def _maker(entry_point: Any) -> Any:
    try:
        return load_env_creator(entry_point) if isinstance(entry_point, str) else entry_point
    except Exception as error:  # it was made before, so only its own code can be at fault
        raise GamemetaError(f"{entry_point} cannot be imported again: {error!r}.") from error


def _of_function(function: Any) -> tuple[list[str], bool]:
    """Arguments by name, and whether it passes further ones on."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # compiled code that does not say
        return [], True
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return named, any(p.kind is p.VAR_KEYWORD for p in parameters)


def _of_class(cls: type) -> tuple[list[str], bool]:
    """Arguments of a constructor, and of those it passes further ones to."""
    names: list[str] = []
    for owner in cls.__mro__:
        init = vars(owner).get("__init__")
        if init is None or owner is object:
            continue
        named, passes_on = _of_function(init)
        names += named[1:]
        if not passes_on:
            return names, False
    return names, True
