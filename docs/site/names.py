"""Names of the project in backticks that lead nowhere, in docstrings and guides."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

from docs.site.guides import guides
from docs.site.sources import ROOT, sources

DOTTED = re.compile(r"(?<!`)`(gamemeta(?:_levels|_cli)?(?:\.\w+)+)(?:\(\))?`(?!`)")
GROUPS = {"gamemeta.games", "gamemeta.families"}
"""Entry points of other packages have these names."""


def dangling_names() -> list[str]:
    """One sentence for every such name, with the place where it stands."""
    return [
        f"{place}: there is no `{name}`."
        for place, text in _texts()
        for name in DOTTED.findall(text)
        if name not in GROUPS and not _exists(name)
    ]


def _texts() -> Iterator[tuple[str, str]]:
    for section in guides().values():
        for guide in section:
            yield guide.source, (ROOT / guide.source).read_text(encoding="utf-8")
    for module, tree in sources().items():
        for part in ast.walk(tree):
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                yield f"{module}, line {part.lineno}", str(part.value.value)


@cache
def _exists(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except AttributeError:
        owner, _, field = name.rpartition(".")
        try:
            return field in pkgutil.resolve_name(owner).__annotations__
        except (AttributeError, ImportError):
            return False
    except ImportError:
        return False
    return True
