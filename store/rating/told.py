"""Sentences that are only put into words when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVarTuple, overload

from store.rating.explain import Note

Ts = TypeVarTuple("Ts")


class Told(Sequence[Note]):
    """Notes of a computation: it leaves what they are made of, and reading them makes them, once."""

    __slots__ = ("_made", "_make", "_of")

    def __init__(self, make: Callable[[*Ts], Iterable[Note]], *of: *Ts) -> None:
        self._make: Callable[..., Iterable[Note]] = make
        self._of: tuple[Any, ...] = of
        self._made: tuple[Note, ...] | None = None

    def _notes(self) -> tuple[Note, ...]:
        made = self._made
        if made is None:
            made = self._made = tuple(self._make(*self._of))
        return made

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes())

    def __len__(self) -> int:
        return len(self._notes())

    @overload
    def __getitem__(self, at: int) -> Note: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Note, ...]: ...
    def __getitem__(self, at: int | slice) -> Note | tuple[Note, ...]:
        return self._notes()[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._notes() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._notes())

    def __repr__(self) -> str:
        return repr(self._notes())
