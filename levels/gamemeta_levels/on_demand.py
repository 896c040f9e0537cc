"""Things of this package by name, each imported when it is asked for and not before."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from gamemeta_levels.packages import for_training


class OnDemand(Mapping[str, Any]):
    """Things by name. To list their names imports none of them.

    Args:
        places: where each is, as `module:name`, or what is called for it.
    """

    def __init__(self, places: Mapping[str, str | Callable[[], Any]]) -> None:
        self._places = dict(places)

    @for_training()
    def __getitem__(self, name: str) -> Any:
        place = self._places[name]
        if not isinstance(place, str):
            return place()
        module, _, attribute = place.partition(":")
        return getattr(import_module(module), attribute)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
