"""What a plain Python class declares: the one place that reads its optional attributes."""

import inspect
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from cloudpickle import register_pickle_by_value

from gamemeta.errors import PluginError
from gamemeta.games.about import Recipe
from gamemeta.games.outside.one_level.success import success_in
from gamemeta_levels.plugins import FILE_PREFIX
from gamemeta_levels.registry import family_class

DEFAULT_LIMIT = 1000
ANY_SCALE: dict[str, dict[str, Any]] = {"ppo": {"scale_returns": True, "scale_by_step": False}}
"""The scale of a class's rewards is unknown."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Attributes of a plain class, with the defaults of those that it leaves out.

    `gamemeta.games.outside.python_class.game.PlainGame` describes each.
    """

    actions: Any = None
    spec: Any = None
    observation_space: Any = None
    step_limit: int = DEFAULT_LIMIT
    par: float | None = None
    family: Any = None
    recipe: Any = None
    live: bool = False
    at_once: int | None = None
    seats: Any = None

    @classmethod
    def by(cls, plain: Any) -> "Declared":
        """The attributes of this class, or of an object of one."""
        names = [field.name for field in fields(cls) if hasattr(plain, field.name)]
        return cls(**{name: _in_python(getattr(plain, name)) for name in names})

    @property
    def is_whole(self) -> bool:
        """Whether it says all about what is seen and done."""
        return self.spec is not None or (self.actions is not None and self.observation_space is not None)

    @property
    def family_class(self) -> Any:
        """The class of the level family; None where levels are whole numbers."""
        return family_class(self.family) if isinstance(self.family, str) else self.family

    def full_recipe(self, game: str) -> Recipe:
        """Settings for rewards of any scale, and over them those of the class.

        Raises:
            PluginError: the recipe is no dict of sections.
        """
        recipe = {} if self.recipe is None else self.recipe
        if not isinstance(recipe, dict) or not all(isinstance(part, dict) for part in recipe.values()):
            raise PluginError(
                f"the game {game!r} has the recipe {recipe!r}: give a dict of sections, each a dict of "
                "settings, such as {'run': {'steps': 400_000}}."
            )
        return {part: ANY_SCALE.get(part, {}) | recipe.get(part, {}) for part in ANY_SCALE | recipe}


def _in_python(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item() if isinstance(value, (np.generic, np.ndarray)) and np.ndim(value) == 0 else value


def check_class(plain: type, game: str) -> None:
    """Raises PluginError, naming what is missing, unless the class can be played."""
    lacking = [part for part in ("reset", "step") if not _has_method(plain, part)]
    says = hasattr(plain, "spec") or hasattr(plain, "actions") or has_constructor(plain)
    lacking += [] if says else ["actions"]
    if lacking:
        raise PluginError(
            f"the game {game!r} lacks {' and '.join(lacking)}. A class has `reset(self, level)`, "
            "`step(self, action)` and `actions`, how many there are: docs/your-own-game.md shows one."
        )
    needed = _needed_arguments(plain)
    if needed:
        raise PluginError(
            f"the game {game!r} cannot be made: its constructor needs {', '.join(needed)}. Give them "
            "defaults."
        )


def has_constructor(plain: type) -> bool:
    """Whether a class has a constructor of its own."""
    return any("__init__" in vars(cls) for cls in plain.__mro__[:-1])


def takes_rng(plain: Any) -> bool:
    """Whether `reset` takes luck beside the level: a second argument called `rng`, or one without default."""
    try:
        _, *parameters = inspect.signature(plain.reset).parameters.values()
    except (TypeError, ValueError):  # compiled code that does not say
        return False
    more = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][1:2]
    return any(p.name == "rng" or p.default is p.empty for p in more)


def carried_by_value(plain: type) -> None:
    """Let a class in a file be sent to other processes, which cannot import that file by its name."""
    module = sys.modules.get(plain.__module__)
    if module is not None and plain.__module__.startswith(FILE_PREFIX):
        register_pickle_by_value(module)


def has_plain_methods(plain: Any) -> bool:
    """Whether a class has `reset` or `step`, as plain classes do."""
    return _has_method(plain, "reset") or _has_method(plain, "step")


def success_of(plain: Any, info: Mapping[str, Any]) -> bool | None:
    """Whether an episode ended as the player hopes, as `info` or the object says; None where neither does."""
    reported = success_in(info)
    attribute = getattr(plain, "success", None)
    return (
        success_in({"success": None if callable(attribute) else attribute}) if reported is None else reported
    )


def close_plain(plain: Any) -> None:
    """Call `close` of the object, where it has one that takes nothing; what it raises is passed over."""
    with suppress(Exception):
        plain.close()


def text_of(plain: Any) -> str:
    """The game as it stands, for people; empty where the object has no `text()`."""
    return str(plain.text()) if _has_method(plain, "text") else ""


def drawing_of(plain: Any) -> Any:
    """What the `picture()` of the object gives; None where it has none."""
    return plain.picture() if _has_method(plain, "picture") else None


def can_save(plain: Any) -> bool:
    """Whether the object saves and loads its state."""
    return hasattr(plain, "save") and hasattr(plain, "load")


def _has_method(plain: Any, name: str) -> bool:
    return callable(getattr(plain, name, None))


def _needed_arguments(plain: type) -> list[str]:
    """Arguments of the constructor without a default."""
    arguments = inspect.signature(plain).parameters.values()
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in arguments if p.default is p.empty and p.kind not in free]
