"""Settings of a plain class: the arguments of its constructor, and its attributes."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, make_dataclass
from typing import Any

from gamemeta.config import check_ranges, show_value
from gamemeta.errors import PluginError
from gamemeta.named_values import named_values

KINDS = (bool, int, float, str)
"""Types of values that can be settings."""


@dataclass(frozen=True, kw_only=True)
class PlainConfig:
    """Settings of a plain Python game."""

    step_limit: int = 0
    """Steps after which an episode is truncated; 0: the `step_limit` of the class, else 1000."""
    par: float | None = None
    """Return that counts as score 1. Without it: the `par` of the class."""
    parts: str = ""
    """What parts of an observation are taken as, where the notes say that the rule errs: `obs=image`,
    `board=symbols`, `ram=numbers`."""
    processes: int = 0
    """Processes that play the game, where it is slow; 0: this process. It does not change results."""

    def __post_init__(self) -> None:
        check_ranges(self, step_limit=(0, 10**6), processes=(0, 256))
        named_values("parts", self.parts)


NO_SETTINGS = frozenset({"success", "name"})
"""Attributes that classes have for other ends."""


def names_of(base: type) -> frozenset[str]:
    """Settings that classes have whatever they say."""
    return frozenset(one.name for one in fields(base))


def arguments_of(plain: type, base: type = PlainConfig) -> dict[str, Any]:
    """Arguments of the constructor that can be settings, with their defaults."""
    parameters, ours = inspect.signature(plain).parameters.values(), names_of(base)
    return {p.name: p.default for p in parameters if type(p.default) in KINDS and p.name not in ours}


def attributes_of(plain: type, declared: Iterable[str], base: type = PlainConfig) -> dict[str, Any]:
    """Attributes of the class that can be settings, with their values.

    Args:
        plain: the class.
        declared: names that mean something to gamemeta.
        base: the settings that it has beside these.
    """
    known = {*declared, *names_of(base), *NO_SETTINGS, *arguments_of(plain, base)}
    values = {name: value for cls in reversed(plain.__mro__) for name, value in vars(cls).items()}
    return {
        name: value
        for name, value in values.items()
        if type(value) in KINDS and name.islower() and not name.startswith("_") and name not in known
    }


def config_class(plain: type, declared: Iterable[str], game: str, base: type = PlainConfig) -> type:
    """The settings of a class: those of `base`, the arguments of its constructor, and its attributes.

    Raises:
        PluginError: a name of a setting is no name of a field.
    """
    values = arguments_of(plain, base) | attributes_of(plain, declared, base)
    if not values:
        return base
    try:
        return make_dataclass(
            base.__name__,
            [(name, type(value), field(default=value)) for name, value in values.items()],
            bases=(base,),
            frozen=True,
            kw_only=True,
            namespace={"__doc__": base.__doc__, "__module__": __name__},
        )
    except (TypeError, ValueError) as error:
        raise PluginError(f"the game {game!r} has settings that cannot be read: {error}.") from error


def settings_note(config: Any, base: type = PlainConfig) -> str:
    """What of a class can be set, and the values that these settings have."""
    ours = names_of(base)
    values = {one.name: getattr(config, one.name) for one in fields(config) if one.name not in ours}
    if not values:
        return (
            "the class has no settings: arguments of its constructor that have a default, and attributes in "
            "small letters, would be some"
        )
    listed = ", ".join(f"{name}={show_value(value)}" for name, value in values.items())
    return f"settings of the class, for --set game.NAME=VALUE: {listed}"


def made_with(plain: type, config: Any, base: type = PlainConfig) -> Any:
    """An object of the class with these settings; attributes are set where a setting differs from theirs."""
    arguments, ours = arguments_of(plain, base), names_of(base)
    made = plain(**{name: getattr(config, name) for name in arguments})
    for one in fields(config):
        value = getattr(config, one.name)
        if one.name not in ours and one.name not in arguments and value != getattr(plain, one.name):
            setattr(made, one.name, value)
    return made
