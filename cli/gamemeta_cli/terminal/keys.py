"""Which keys people play a game with: made from the names of its actions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from gamemeta.errors import ConfigError
from gamemeta.playing.versus import action_named
from gamemeta.spec import ActionSpec

Names = tuple[str, ...]
"""Of a choice of each head; heads without a name take their first."""
Action = tuple[int, ...]
QUIT = "q"
ARROWS = {name: (name,) for name in ("up", "down", "left", "right")}
WASD = {"w": ("up",), "s": ("down",), "a": ("left",), "d": ("right",)}
AT_REST = ("stay", "wait", "rest", "noop", "nothing", "idle", "pass")
"""Names of doing nothing, which the largest key is for."""
FIRST = {
    "f": ("shoot", "ahead"),
    "r": ("shoot", "to the left"),
    "g": ("shoot", "to the right"),
    "t": ("trap",),
}
SECOND = {
    "k": ("shoot", "ahead"),
    "j": ("shoot", "to the left"),
    "l": ("shoot", "to the right"),
    "i": ("trap",),
}
"""Keys that lie well, for those games that have such actions; the other keys are found by name."""
LEFT_HAND, RIGHT_HAND = "fgrtezxcvb12345", "klijuonmhp67890"
ALL_KEYS = "abcdefghijklmnoprstuvwxyz1234567890"


class Keys:
    """The keys of one of the people.

    Args:
        spec: what the game takes.
        alone: whether nobody else plays at this keyboard.
        second: whether somebody else plays with the left hand's keys.
    Raises:
        ConfigError: there are more actions than keys, or actions that are no choices.
    """

    def __init__(self, spec: ActionSpec, *, alone: bool = True, second: bool = False) -> None:
        if spec.continuous or not spec.heads:
            raise ConfigError("this game takes numbers, which no key can give: let an agent play it.")
        self._spec = _named(spec)
        self.names: dict[str, Names] = {}
        self._rest = "enter" if second else "space"
        self._pool = ALL_KEYS if alone else RIGHT_HAND if second else LEFT_HAND
        for table in [ARROWS] if second else [WASD, ARROWS] if alone else [WASD]:
            self._take(table)
        self._take(SECOND if second else FIRST)
        for names in self._others():
            self._add(names)
        self.actions: dict[str, Action] = {key: self._code(names) for key, names in self.names.items()}

    def _code(self, names: Names) -> Action:
        action = action_named(self._spec, names)
        assert action is not None
        return action

    def _take(self, table: Mapping[str, Names]) -> None:
        for key, names in table.items():
            if action_named(self._spec, names) is not None:
                self.names[key] = names

    def _others(self) -> Iterator[Names]:
        """Actions that have no key yet."""
        heads = self._spec.names
        taken = set(self.names.values())
        whole = {names[0] for names in taken if len(names) == 1}
        for first in heads[0]:
            if first not in whole:
                ways = [(first,)] if first in AT_REST else product((first,), *heads[1:])
                yield from (names for names in ways if names not in taken)

    def _add(self, names: Names) -> None:
        key = self._rest if names[0] in AT_REST and self._rest not in self.names else self._free(names)
        self.names[key] = names

    def _free(self, names: Names) -> str:
        """A key with a letter of the name, if one is free."""
        word = "".join(names).lower()
        fitting: list[str] = [*filter(str.isdigit, word), *word, *self._pool]
        for key in (key for key in fitting if key in self._pool):
            if key not in self.names and key != QUIT:
                return key
        raise ConfigError(
            f"this game has more actions than there are keys ({len(self._pool)} for each person). Let an "
            "agent play it."
        )

    def words(self) -> list[str]:
        """What the keys do, an entry each."""
        tables = (("arrows", ARROWS), ("wasd", WASD))
        walks = [name for name, table in tables if self.names.keys() >= table.keys()]
        whole = set(ARROWS) | set(WASD) if walks else set()
        words = [f"{' or '.join(walks)}: walk"] if walks else []
        return words + [f"{key}: {' '.join(names)}" for key, names in self.names.items() if key not in whole]


def _named(spec: ActionSpec) -> ActionSpec:
    """With names for all choices: their numbers where the game has none."""
    if len(spec.names) == len(spec.heads):
        return spec
    return replace(spec, names=tuple(tuple(f"choice {i}" for i in range(size)) for size in spec.heads))


def keys_of(spec: ActionSpec, people: Sequence[int]) -> dict[int, Keys]:
    """The keys of each of one or two people, by seat. Raises: as `Keys`."""
    if len(people) == 1:
        return {people[0]: Keys(spec)}
    return {seat: Keys(spec, alone=False, second=k == 1) for k, seat in enumerate(people)}


def pressed(keys: Mapping[int, Keys], key: str) -> dict[int, Action]:
    """What a key does, by seat; nothing where nobody has it."""
    return {seat: table.actions[key] for seat, table in keys.items() if key in table.actions}
