"""Types as people write them: `NDArray[np.uint8]`, where the interpreter knows a longer name."""

import inspect
import re
from typing import Any

from numpy.typing import ArrayLike
from pdoc.doc import Doc, Function, Variable

LONG = {
    inspect.formatannotation(ArrayLike | None): "ArrayLike | None",
    inspect.formatannotation(ArrayLike): "ArrayLike",
}
ARRAY = re.compile(
    r"numpy\.ndarray\[(?:typing\.Any|tuple\[(?:typing\.Any|int), \.\.\.\]), numpy\.dtype\[(.+?)\]\]"
)


class _Written:
    """An annotation that is shown as this text."""

    def __init__(self, annotation: Any) -> None:
        text = inspect.formatannotation(annotation)
        for long, short in LONG.items():
            text = text.replace(long, short)
        self.text = ARRAY.sub(r"NDArray[\1]", text).replace("typing.", "").replace("numpy.", "np.")

    def __repr__(self) -> str:
        return self.text


def shorten(doc: Doc[Any]) -> None:
    """Put the short types in place of the long ones, in the signature of a function or at a variable."""
    if isinstance(doc, Function):
        doc.signature = doc.signature.replace(
            parameters=[
                one.replace(annotation=_short(one.annotation)) for one in doc.signature.parameters.values()
            ],
            return_annotation=_short(doc.signature.return_annotation),
        )
    elif isinstance(doc, Variable):
        doc.annotation = _short(doc.annotation)


def _short(annotation: Any) -> Any:
    return annotation if annotation is inspect.Signature.empty else _Written(annotation)
