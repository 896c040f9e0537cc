"""Settings that a person gives a reproduction, without those that the problem decides."""

from collections.abc import Iterable
from typing import Any

from gamemeta.config import parse_override
from gamemeta.errors import ConfigError

Values = dict[str, dict[str, Any]]
DECIDED = (("run", "seed"), ("trial", "episodes"))
"""Section and name of settings that the problem decides, beside those of the game and of its levels."""


def parsed(overrides: Iterable[str], decided: Iterable[tuple[str, str]] = ()) -> Values:
    """Values by section and name, out of texts such as `ppo.clip=0.1`.

    Args:
        overrides: the texts.
        decided: further settings that the problem decides.
    Raises:
        ConfigError: a text that is no setting, or a setting that is decided already.
    """
    values: Values = {}
    for text in overrides:
        section, name, value = parse_override(text)
        if section in ("game", "levels") or (section, name) in (*DECIDED, *decided):
            raise ConfigError(f"--set {section}.{name}: the problem, its --cell and --seeds decide that.")
        values.setdefault(section, {})[name] = value
    return values
