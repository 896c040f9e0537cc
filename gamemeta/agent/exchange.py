"""What minds are shown and answer: in the form of the game, or as buffers and rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gamemeta.action_mask import ACTION_MASK, check_free, flags
from gamemeta.errors import SpecError
from gamemeta.interface.actions import Joined
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.mask import joined_mask
from gamemeta.spec import Spec

PLAIN, LARGEST = (float, int, bool), float(np.finfo(np.float32).max)
"""What most games give as reward and done, which takes no look at arrays."""
Seat = str | int
"""The name of a seat, or its number."""


def seat_numbers(
    interface: GameInterface | None, seat: Seat | Sequence[Seat] | None, n: int
) -> tuple[int, ...] | None:
    """The number of the seat of each of n minds; None where it was not said.

    Raises:
        SpecError: there is no such seat, or there are not n.
    """
    if seat is None:
        return None
    named = [seat] * n if isinstance(seat, (str, int)) else list(seat)
    if interface is None or len(named) != n:
        raise SpecError(
            f"seat: {len(named)} given for {n} mind(s); give one, or one for each, if there are seats."
        )
    return tuple(interface.seat(one) for one in named)


class Exchange:
    """The way between a game and n minds.

    Args:
        spec: what the agent sees and does.
        interface: what the game shows and takes; None where that is the buffers and rows of the spec.
        n: how many minds.
        seats: the number of the seat of each; None where it was not said.
    """

    def __init__(
        self, spec: Spec, interface: GameInterface | None, n: int, seats: tuple[int, ...] | None
    ) -> None:
        self._spec, self._interface, self._n = spec, interface, n
        every = tuple(range(n))
        if seats is None and interface is not None and 1 < n == len(interface.seats):
            seats = every
        self._seats = seats
        names = interface.seats if interface is not None and seats is not None else ()
        self._names = tuple(names[k] for k in seats or ()) if names else ()

    def by_name(self, value: Any) -> bool:
        """Whether a value is a dict by the names of these minds' seats, as PettingZoo's are."""
        return self._n > 1 and isinstance(value, Mapping) and any(name in value for name in self._names)

    def listed(self, value: Any, missing: Any = None) -> Any:
        """A dict by the names of the seats as a list; any other value as it is.

        Raises:
            SpecError: a seat is missing, and there is no value for it.
        """
        if not (isinstance(value, Mapping) and self._names):
            return value
        lacking = [name for name in self._names if name not in value]
        if lacking and missing is None:
            raise SpecError(
                f"nothing is shown to {', '.join(lacking[:8])}. Where agents come and go, give each a mind "
                "of its own: agent.begin(seat=NAME)."
            )
        return [value.get(name, missing) for name in self._names]

    def mask(self, mask: Any) -> Any:
        """Which choices are legal, the heads of each mind side by side; None where it is not said."""
        if self._n > 1 and isinstance(mask, (list, tuple)) and len(mask) == self._n:
            return np.stack([np.ravel(joined_mask(one)) for one in mask])
        return joined_mask(mask)

    def checked_mask(self, inputs: Mapping[str, NDArray[Any]], extra: Any) -> NDArray[np.uint8] | None:
        """Which choices are legal [n, choices of all heads], where the observation or the caller says so.

        Raises:
            SpecError: none is, in some head.
        """
        spec = self._spec
        if not spec.masked and (extra is None or not spec.action.heads):
            return None
        mask: NDArray[np.uint8] = inputs[ACTION_MASK] if spec.masked else flags(extra, spec.action, self._n)
        check_free(mask, spec.action)
        return mask

    def buffers(self, obs: Any, mask: Any) -> Mapping[str, Any]:
        """The agent's buffers by name.

        Raises:
            SpecError: a part is missing or of another form, or the seat is needed and unknown.
        """
        if self._interface is None:
            return obs if mask is None or not self._spec.masked else {**obs, ACTION_MASK: mask}
        buffers = self._interface.obs.read(obs, self._n, mask)
        for buffer in self._spec.obs:
            if buffer.name not in buffers:
                buffers[buffer.name] = self._beside(buffer.name, obs)
        return buffers

    def _beside(self, name: str, obs: Any) -> Any:
        """A buffer that is no part of what the game shows."""
        assert self._interface is not None
        if isinstance(obs, Mapping) and name in obs:
            return obs[name]
        if name == self._interface.seat_buffer:
            return np.array(self._seat_numbers())[:, None]
        raise SpecError(
            f"this agent also sees {name!r}, which the game does not show by itself: it was trained with "
            f"what is hidden revealed. Give a dict with {name!r} in it."
        )

    def _seat_numbers(self) -> tuple[int, ...]:
        if self._seats is None:
            assert self._interface is not None
            raise SpecError(
                "the seats of this game differ: say which one to play, agent.begin(seat=...). Its seats: "
                f"{', '.join(self._interface.seats[:20])}."
            )
        return self._seats

    def numbers(self, value: ArrayLike, name: str) -> NDArray[np.float32]:
        """Rewards or dones [n] out of one number, or n.

        Raises:
            SpecError: they are of another shape or type, or not finite.
        """
        if type(value) in PLAIN and -LARGEST <= value <= LARGEST:  # type: ignore[operator]
            return np.full(self._n, value, np.float32)
        try:
            array = np.asarray(value)
        except (ValueError, TypeError):
            array = np.asarray(None)
        fits = array.shape in ((), (self._n,)) or (self._n > 1 and array.shape == (self._n, 1))
        if not fits or array.dtype.kind not in "biuf":
            raise SpecError(
                f"{name} must be one number or {self._n} of them; got shape {array.shape}, {array.dtype}."
            )
        with np.errstate(over="ignore"):
            numbers = array.reshape(-1).astype(np.float32)
        if not np.isfinite(numbers).all():
            raise SpecError(f"{name} is NaN, infinite or enormous. Look where the game computes it.")
        return np.full(self._n, numbers)

    def row(self, action: Any) -> NDArray[Any]:
        """Rows [n, heads + numbers] of actions that really happened.

        Raises:
            SpecError: they do not fit the spec.
        """
        if self._interface is None:
            return self._plain_row(action)
        spec, forms = self._spec.action, self._forms()
        if self._n == 1:
            rows = forms[0].row(action)[None]
        elif isinstance(action, Sequence) and len(action) == self._n:
            rows = np.stack([form.row(one) for form, one in zip(forms, action, strict=True)])
        else:
            rows = forms[0].row(action, self._n)
        return spec.checked(rows, self._n)

    def _plain_row(self, action: ArrayLike) -> NDArray[Any]:
        spec, array, n = self._spec.action, np.asarray(action), self._n
        kinds, single = "iuf" if spec.continuous else "iu", (spec.width,) if n == 1 else (n,)
        fits = array.shape in ((n, spec.width), single) or array.shape == () == single[1:]
        if not fits or array.size != n * spec.width or array.dtype.kind not in kinds:
            raise SpecError(
                f"previous_action must be {'numbers' if spec.continuous else 'integers'} of shape "
                f"({n}, {spec.width}); got shape {array.shape}, {array.dtype}."
            )
        try:
            return spec.checked(array.reshape(n, spec.width), n)
        except SpecError as error:
            raise SpecError(f"previous_action is outside the {spec.words()}: {error}") from error

    def answer(self, row: Any, obs: Any) -> Any:
        """What the game is given for decided rows: for one mind its action, for several as `obs` came.

        A list of observations gets a list of actions where these are dicts or tuples; else actions are
        stacked.
        """
        if self._interface is None:
            return row
        forms, rows = self._forms(), np.reshape(row, (self._n, -1))
        if self._n == 1:
            return forms[0](rows[0])
        alike = all(form == forms[0] for form in forms)
        if alike and not (isinstance(obs, list) and isinstance(forms[0].form, Joined)):
            return forms[0](rows)
        return [form(row) for form, row in zip(forms, rows, strict=True)]

    def answers_by_name(self, rows: Any) -> dict[str, Any]:
        """The action of each seat, by its name."""
        forms, rows = self._forms(), np.reshape(rows, (self._n, -1))
        return {name: form(row) for name, form, row in zip(self._names, forms, rows, strict=True)}

    def _forms(self) -> list[Any]:
        """How rows become actions, for each mind."""
        interface = self._interface
        assert interface is not None
        if len(interface.actions) == 1 or all(one == interface.actions[0] for one in interface.actions):
            return [interface.actions[0]] * self._n
        return [interface.actions_of(seat) for seat in self._seat_numbers()]


def shaped(rows: NDArray[Any], spec: Spec) -> Any:
    """Decided rows [n, heads + numbers] without axes of length 1: an int for one mind with one head."""
    if spec.action.width == 1 and not spec.action.continuous:
        rows = rows[:, 0]
    if len(rows) > 1:
        return rows
    return int(rows[0]) if rows.ndim == 1 else rows[0]
