"""XML as a tree: no entities, no files from elsewhere, bounded depth and size.

Each element knows where it stands in the text, so that messages can name the line and a change can be written
back without touching anything else.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.limits import MOST_DEPTH, MOST_ELEMENTS


@dataclass(slots=True)
class Element:
    """An element."""

    tag: str
    attributes: dict[str, str]
    line: int
    start: int
    """Of the element in the UTF-8 bytes of the text."""
    end: int = 0
    """Where its contents end."""
    children: "list[Element]" = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters directly in it."""
        return "".join(self.texts)

    def all(self, tag: str) -> "list[Element]":
        """Its children of this tag, in order."""
        return [child for child in self.children if child.tag == tag]


def parse_xml(text: str) -> Element:
    """The outermost element of a document.

    Raises:
        LevelError: no XML, with line and column; or one that defines entities, or is too deep or too large.
    """
    if text.count("<") - text.count("</") + text.count("=") > MOST_ELEMENTS:  # before anything is built
        raise LevelError(
            f"it has over {MOST_ELEMENTS:,} elements and attributes. Where each tile is one, choose CSV as "
            "the tile layer format in the properties of the map."
        )
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code] if error.code in expat.errors.messages else str(error)
        raise LevelError(f"line {error.lineno}, column {error.offset + 1}: no XML: {what}.") from None
    assert builder.root is not None  # else expat has found no element
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._finish
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._refuse
        self.parser.UnparsedEntityDeclHandler = self._refuse

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) == MOST_DEPTH:
            raise self._error(f"elements are nested more than {MOST_DEPTH} deep.")
        element = Element(tag, attributes, self.parser.CurrentLineNumber, self.parser.CurrentByteIndex)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _finish(self, tag: str) -> None:
        self._open.pop().end = self.parser.CurrentByteIndex

    def _characters(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _refuse(self, name: str, *more: object) -> None:
        raise self._error(
            f"it defines the entity {shortened(name)}, and entities are not read. Save the map again in "
            "Tiled."
        )

    def _error(self, what: str) -> LevelError:
        return LevelError(f"line {self.parser.CurrentLineNumber}: {what}")
