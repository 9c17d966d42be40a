"""One family of errors: raised where a rule lives, shown once at the edge.

Each carries one clear sentence, the path of the field it is about (JSON-pointer-like, `/commits/0/name`), a hint, and
the status an API answer has. The edges (command line, API, screens) decide how to show them; nobody else catches them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from store.done import Change


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`/commits/0/name`, empty for the whole), and what is wrong, as a sentence's end."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class TermsheetError(Exception):
    """The root of what we refuse on purpose; anything else that escapes is a defect of ours."""

    title = "Refused"
    status = 400

    def __init__(self, message: Sequence[Problem] | str, *, path: str = "", hint: str = "") -> None:
        """One sentence about `path`, or every problem in the order found; the first one speaks for all."""
        self.problems = (Problem(path, message),) if isinstance(message, str) else tuple(message)
        super().__init__(self.problems[0].message)
        self.message = self.problems[0].message
        self.path = self.problems[0].path
        self.hint = hint

    def under(self, at: str) -> Self:
        """The same about something that stands under a path: what a contract is refused for, within its bundle."""
        return type(self)([Problem(at + p.path, p.message) for p in self.problems], hint=self.hint)

    def __str__(self) -> str:
        text = str(self.problems[0]) + (f" ({self.hint})" if self.hint else "")
        more = len(self.problems) - 1
        return text if not more else f"{text} (and {more} more: {'; '.join(map(str, self.problems[1:4]))})"


class Invalid(TermsheetError):
    """A request or document that breaks one or more rules (400); `problems` has all of them, in the order found."""

    title = "Not valid"
    status = 400


class NotFound(TermsheetError):
    """Something is referred to that does not exist (404)."""

    title = "Not found"
    status = 404


class Conflict(TermsheetError):
    """What is asked clashes with what is stored: a taken alias, a used key, a stale version (409).

    `changes` is what was done since the version that was seen, the latest first, where that is the reason.
    """

    title = "Conflict"
    status = 409
    changes: tuple[Change, ...] = ()


class NotRated(TermsheetError):
    """A term that this version stores but cannot rate; never rated as zero in silence (400)."""

    title = "Not rated yet"
    status = 400


class StoreUnavailable(TermsheetError):
    """The store is missing, locked, not writable, damaged, or of another version (500)."""

    title = "Store unavailable"
    status = 500


class ReadOnly(TermsheetError):
    """A write was asked of a store that was opened read-only (403)."""

    title = "Read-only"
    status = 403


_LEADS = re.compile(
    r"^(?:connection is bad|connection failed|connection to server .*? failed|.*? input failed): |^FATAL: +"
)


def reason_of(complaint: object) -> str:
    """The reason at the end of what a server's driver says: the address, which stands before it, was told already."""
    text = (str(complaint).strip().splitlines() or [""])[0]
    while (rest := _LEADS.sub("", text, count=1)) != text:
        text = rest
    return text or "no answer"
