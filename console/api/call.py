"""One request as an endpoint sees it, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from store import queries
from store.database import Actor, Store, Work
from store.errors import Invalid, NotFound, Problem, TermsheetError
from store.preview import Previews
from store.rating.statement import Preview
from store.terms import time
from store.terms.base import REQUEST, Term, parse
from store.terms.book import Book

T = TypeVar("T", bound=Term)
MOST = 100
"""The longest page of a list."""


@dataclass(frozen=True, slots=True)
class Response:
    """A status code and a JSON body: `{"data": …}` (lists add `next_page`), or `{"message": …}`."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A request that found its endpoint: path parts and query by name, the body as exact JSON, who asks, and when."""

    store: Store
    by: Actor
    now: datetime
    body: Any
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    previews: Previews | None = None

    def rated(self, customer_id: str) -> Preview:
        """The customer's statements and balances as of now; raises `NotFound`."""
        previews = self.previews or Previews(self.store, lambda: self.now)
        return previews.current(customer_id, as_of=self.now)

    def book(self, customer_id: str) -> Book:
        """The customer with its contracts and what they rest on; raises `NotFound`."""
        return queries.customer_book(self.store, customer_id)

    def read(self, model: type[T]) -> T:
        """The body as a request; raises `Invalid` with every broken rule."""
        return parse(model, self.body, context=REQUEST)

    def read_optional(self, model: type[T]) -> T:
        """The body as a request whose fields may all be absent, and so the body itself."""
        return parse(model, {} if self.body is None else self.body, context=REQUEST)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """The transaction in which this request is carried out."""
        with self.store.work(by=self.by, now=self.now) as work:
            yield work

    def paged(self, limit: int | str | None, cursor: str | None) -> Call:
        """The call as if its query asked for the page that its body asks for."""
        asked = {"limit": str(limit)} if limit is not None else {}
        asked |= {"next_page": cursor} if cursor is not None else {}
        return replace(self, query={**self.query, **asked})

    @property
    def limit(self) -> int:
        """The page length asked for; raises `Invalid` unless it is 1 to 100."""
        given = self.query.get("limit", str(MOST))
        if not (given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MOST):
            raise Invalid(f"must be a number from 1 to {MOST}", path="/limit")
        return int(given)

    @property
    def next_page(self) -> str | None:
        """Where the page asked for begins, None for the first; raises `Invalid` for what was never given out."""
        given = self.query.get("next_page")
        if given is not None and not (given.isascii() and given.isdigit() and len(given) < 16):
            raise Invalid("is not a next_page that was given out", path="/next_page")
        return given

    def moment(self, name: str) -> datetime | None:
        """An instant of the query, or None where it is not given."""
        if name not in self.query:
            return None
        try:
            return time.instant(self.query[name])
        except ValueError as error:
            raise Invalid(str(error), path=f"/{name}") from None

    def flag(self, name: str) -> bool:
        """A yes or no of the query; no where it is not given."""
        given = self.query.get(name, "false").lower()
        if given not in ("true", "false"):
            raise Invalid("must be true or false", path=f"/{name}")
        return given == "true"


def page(call: Call, items: Sequence[Any]) -> dict[str, Any]:
    """The page of a list that the query asks for; `next_page` is where the next one begins, as a text."""
    start = int(call.next_page or 0)
    end = start + call.limit
    return {"data": list(items[start:end]), "next_page": str(end) if end < len(items) else None}


@contextmanager
def about(path: str) -> Iterator[None]:
    """Gives what is not found in here the path of the field that asked for it."""
    try:
        yield
    except NotFound as error:
        raise NotFound(error.message, path=path, hint=error.hint) from None


@contextmanager
def below(prefix: str) -> Iterator[None]:
    """Takes a prefix off the paths of what is refused in here: the request has less around its fields."""
    try:
        yield
    except TermsheetError as error:
        problems = [Problem(p.path.removeprefix(prefix), p.message) for p in error.problems]
        raise type(error)(problems, hint=error.hint) from None


@contextmanager
def renamed(path: str, asked: str) -> Iterator[None]:
    """Gives what is refused in here about a field the path that the request has for it."""
    try:
        yield
    except TermsheetError as error:
        problems = [Problem(asked if p.path == path else p.path, p.message) for p in error.problems]
        raise type(error)(problems, hint=error.hint) from None


def refusal(error: TermsheetError) -> Response:
    """What was refused, as a response."""
    return Response(error.status, {"message": str(error)})
