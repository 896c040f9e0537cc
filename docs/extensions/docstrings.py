"""Docstrings in Google style, and types in signatures as people write them."""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring

STYLE = Config(napoleon_numpy_docstring=False)
FIELDS = ("attribute", "data", "property")
ONE_LINE_SECTION = re.compile(r"(\s*)(?:(Returns|Yields): +(?=\S)|(Raises): +(?=[A-Z]))")
UNPACKED = re.compile(r"\*(?=\w+[\],])")
"""The asterisk of a shape such as [n, *shape], which would begin an emphasis."""

LETTER = re.compile(r"(: )([A-Z])\.$")
"""A size such as K at the end of a line, which would begin a list of which it is the first letter."""

ROW = re.compile(r"([.\w][^\s,]*(?:, \S+)*) {2,}(?=\S)")
"""The name in a row of a list of names, which are set in columns in the source."""

VALUE = re.compile(r"= <.+?>+(?=[,)])")
"""A default that Python cannot write, such as a function."""

ARRAY = re.compile(
    r"~?(?:numpy\.)?ndarray\[~?(?:typing\.)?(?:Any|tuple\[.+?, \.\.\.\]), ~?(?:numpy\.)?dtype\[(.+?)\]\]"
)


class PlainReturns(GoogleDocstring):
    """Google style in which what is returned is a text, for its type stands in the signature."""

    def _consume_returns_section(self, preprocess_types: bool = False) -> list[tuple[str, str, list[str]]]:
        return [("", "", self._dedent(self._consume_to_next_section()))]


def convert(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Args, Returns and Raises as fields. What a field of a class says is plain text, colons and all."""
    lines[:] = [LETTER.sub(r"\1\\2.", UNPACKED.sub(r"\*", line)) for line in _with_lists(lines)]
    if what not in FIELDS:
        sections = [part for line in lines for part in _with_own_heading(line)]
        lines[:] = PlainReturns(sections, STYLE, app, what, name, obj, options).lines()


def _with_lists(lines: list[str]) -> list[str]:
    """The same with a list in place of names and texts in columns."""
    parts: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        row = ROW.match(line)
        parts += [""] if row and not ROW.match(before) else []
        parts.append(f"- ``{row[1]}``: {line[row.end() :]}" if row else line)
    return parts


def _with_own_heading(line: str) -> list[str]:
    """`Returns: the sum.` as a heading and a line below it."""
    begin = ONE_LINE_SECTION.match(line)
    if not begin:
        return [line]
    text = line[begin.end() :]
    if begin[3]:
        text = re.sub(r"^([\w.]+)[:,]? ", r"\1: ", text)
    return ["", f"{begin[1]}{begin[2] or begin[3]}:", f"{begin[1]}    {text}"]


def shorten(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, arguments: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """The arguments and what is returned, with arrays written as in the source."""
    return _short(arguments), _short(returns)


def _short(text: str | None) -> str | None:
    return text and ARRAY.sub(r"~numpy.typing.NDArray[\1]", VALUE.sub("= ...", text))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", convert)
    app.connect("autodoc-process-signature", shorten)
    return {"parallel_read_safe": True}
