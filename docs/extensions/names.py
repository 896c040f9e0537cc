"""Links from names of the project in backticks, in docstrings and in guides, to where they are explained.

Only dotted names that begin with the name of a package are taken for names; other text in backticks is code.
A name that does not exist is a warning; one that exists on no page, since it is internal, stays code.
"""

import pkgutil
import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

NAME = re.compile(r"(gamemeta(?:_levels|_cli)?(?:\.\w+)+)(?:\(.*\))?")
ENTRY_POINTS = {"gamemeta.games", "gamemeta.families"}
"""Groups of entry points of other packages, which look like names."""


class NamesAsReferences(SphinxTransform):
    """Turns `gamemeta.x.y` in backticks into a reference that Sphinx must resolve."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        if self.env.docname == "changelog":  # it names what is gone, too
            return
        for code in list(self.document.findall(nodes.literal)):
            match = NAME.fullmatch(code.astext())
            if match and match[1] not in ENTRY_POINTS and not isinstance(code.parent, nodes.reference):
                reference = addnodes.pending_xref(
                    "", refdomain="py", reftype="obj", reftarget=match[1], refwarn=True
                )
                code.replace_self(reference)
                reference += code


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """The page of a name at its home, if it was named as it is exported; plain code if it is internal."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or not NAME.fullmatch(target):
        return None
    try:
        named = pkgutil.resolve_name(target)
    except (AttributeError, ImportError):
        return content if is_field(target) else None
    home = f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', '')}"
    if home in env.domains.python_domain.objects and home != target:
        return env.domains.python_domain.resolve_xref(
            env, node["refdoc"], app.builder, "obj", home, node, content
        )
    return content


def is_field(name: str) -> bool:
    """Whether this is an annotated field of a class."""
    owner, _, field = name.rpartition(".")
    try:
        return field in pkgutil.resolve_name(owner).__annotations__
    except (AttributeError, ImportError):
        return False


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(NamesAsReferences)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True}
