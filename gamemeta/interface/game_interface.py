"""The way between a game and an agent, as one value that an agent file holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gamemeta.interface.actions import Actions, Row
from gamemeta.interface.observations import Observations, by_name
from gamemeta.spec import ActionSpec, Spec
from gamemeta_levels.errors import SpecError


@dataclass(frozen=True, kw_only=True)
class GameInterface:
    """What a game shows and takes, and how that becomes the buffers and rows of an agent.

    Args:
        obs: how observations become buffers.
        actions: how rows become actions; one for all seats, or one for each.
        seats: names of the seats, where there are several.
        seat_buffer: name of the buffer that holds the number of one's seat; empty where there is none.
    Raises:
        SpecError: the number of actions does not fit that of seats.
    """

    obs: Observations
    actions: tuple[Actions, ...]
    seats: tuple[str, ...] = ()
    seat_buffer: str = ""

    def __post_init__(self) -> None:
        if not self.actions or len(self.actions) not in (1, len(self.seats)):
            raise SpecError(f"{len(self.actions)} forms of action for {len(self.seats)} seats.")

    @property
    def seats_differ(self) -> bool:
        """Whether an agent must know its seat."""
        return bool(self.seat_buffer) or any(one != self.actions[0] for one in self.actions)

    def seat(self, name: str | int) -> int:
        """The number of a seat by its name or number.

        Raises:
            SpecError: there is no such seat.
        """
        if name in self.seats:
            return self.seats.index(str(name))
        if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < max(1, len(self.seats)):
            return name
        known = ", ".join(map(str, self.seats[:20])) or "0"
        raise SpecError(f"seat = {str(name)[:60]!r}: there is no such seat. Choose one of: {known}.")

    def actions_of(self, seat: int) -> Actions:
        """How rows become the actions of a seat."""
        return self.actions[seat if len(self.actions) > 1 else 0]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; what only several seats need is left out where there is one."""
        data: dict[str, Any] = {
            "obs": self.obs.to_json(),
            "actions": [one.to_json() for one in self.actions],
        }
        seats = {"seats": list(self.seats), "seat_buffer": self.seat_buffer} if self.seats else {}
        return data | seats

    @classmethod
    def from_json(cls, data: Mapping[str, Any], spec: Spec) -> "GameInterface":
        """Read what `to_json` wrote, for an agent of this spec.

        Raises:
            SpecError, KeyError, TypeError, ValueError, AttributeError: a part is missing, of the wrong type,
                or does not fit the spec.
        """
        interface = cls(
            obs=Observations.from_json(data["obs"], spec.obs),
            actions=tuple(Actions.from_json(one) for one in data["actions"]),
            seats=tuple(str(name) for name in data.get("seats", ())),
            seat_buffer=str(data.get("seat_buffer", "")),
        )
        for one in interface.actions:
            _check_action(one, spec.action)
        return interface

    @classmethod
    def of_spec(cls, spec: Spec) -> "GameInterface":
        """The interface of a game that shows the buffers of its spec by name, and takes rows."""
        action = spec.action
        row = Row(choices=action.heads, least=action.low, most=action.high)
        return cls(obs=Observations(by_name(spec.obs)), actions=(Actions(row),))


def _check_action(actions: Actions, spec: ActionSpec) -> None:
    """Raises SpecError unless an agent of this spec gives what these actions are made of."""
    heads, numbers = actions.form.heads, len(actions.form.low)
    fits = len(heads) == len(spec.heads) and numbers == spec.continuous
    if not fits or any(most > choices for most, choices in zip(heads, spec.heads, strict=False)):
        raise SpecError(f"an action of heads {heads} and {numbers} numbers does not fit {spec.words()}.")
