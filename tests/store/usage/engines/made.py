"""Made-up events, metrics and questions that try what engines disagree about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from store.bundle import parse_bundle
from store.rating.measure import Claim, Claims, MeasuredPeriod, Measurement, MeasureRequest, Route
from store.rating.statement import Unmatched
from store.terms import document, money
from store.terms.book import Book
from store.terms.event import Event
from store.usage.engines.backend import StoredEvent

START = datetime(2025, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NAMES = ("v", "region", "a/b~c", "q\"uo'te", "0", "$.x")
"""Names of properties, some of which mean something in a path."""
NUMBERS = (
    "0", "1", "-1", "7", "0.1", "0.2", "0.3", "4.35", "-0.000000001", "123456789012345678.123456789",
    "999999999999999999", "-999999999999999999.999999999",
)  # fmt: skip
ODD = (
    "12345678901234567890123.45", "0.12345678901234567891", "0.1234567891", "007", "+5", "1e3", "1E-20", "5.", ".5",
    "-0", "1_000", "१२", "1000000000000000000", "0.0000000001",
)  # fmt: skip
NO_NUMBERS = ("", " 7", "7 ", "7\n", "abc", "NaN", "Infinity", "-inf", "0x10", "1,5", "1e999", "--1", "é", "true")
WORDS = ("eu", "us", "EU", "", "eu ", "ü", "日本", "a'b\\c%d", "$1", "?")
ALIASES = ("acme", "acme@x", "acme'2", "other")


def _event(place: int, random: Random) -> Event:
    moment = START + timedelta(days=random.choice((random.randint(0, 92), 31 * random.randint(0, 3))))
    moment += random.choice((0, 0, -1, 1, 3_600_000_000, 1_800_000_000)) * TICK
    properties = {name: random.choice(WORDS) for name in NAMES[1:] if random.random() < 0.7}
    if random.random() < 0.9:
        properties["v"] = random.choice(random.choice((NUMBERS, NUMBERS, ODD, NO_NUMBERS)))
    return Event(
        transaction_id=f"t{place}",
        customer_id=random.choice(ALIASES),
        event_type=random.choice(("call", "call", "Call", "it's")),
        timestamp=moment,
        properties=properties,
    )


@st.composite
def _events(draw: st.DrawFn) -> list[Event]:
    random = Random(draw(st.integers(0, 2**32)))
    return [_event(place, random) for place in range(draw(st.integers(0, 80)))]


@st.composite
def _metric(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(("COUNT", "SUM", "MAX", "UNIQUE", "LATEST")))
    filters: list[dict[str, Any]] = []
    words = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6, unique=True)
    for key in draw(st.lists(st.sampled_from(NAMES[1:]), max_size=1, unique=True)):
        condition: dict[str, Any] = {"name": key}
        exists = draw(st.sampled_from((None, True, False)))
        condition |= {"exists": exists} if exists is not None else {}
        condition |= {"in_values": draw(words)} if draw(st.booleans()) and exists is not False else {}
        condition |= {"not_in_values": draw(words)} if draw(st.booleans()) else {}
        filters.append(condition)
    metric: dict[str, Any] = {"id": name, "name": name, "aggregation_type": kind}
    if kind != "COUNT":
        key = draw(st.sampled_from(("v", "v", "region")))
        metric["aggregation_key"] = key
        if key not in [f["name"] for f in filters]:
            filters.append({"name": key})
    kinds = st.lists(st.sampled_from(("call", "Call", "it's", "none")), min_size=1, max_size=2, unique=True)
    types = {key: draw(kinds) for key in ("in_values", "not_in_values") if draw(st.integers(0, 5)) == 0}
    metric |= {"event_type_filter": types} if types else {}
    return metric | ({"property_filters": filters} if filters else {})


@st.composite
def _routes(draw: st.DrawFn, start: datetime, end: datetime) -> tuple[Route, ...]:
    hours = int((end - start) / timedelta(hours=1))
    edges = sorted({0, hours, *draw(st.lists(st.integers(1, max(1, hours - 1)), max_size=2))} & set(range(hours + 1)))
    found: list[Route] = []
    for low, high in pairwise(edges):
        key = draw(st.sampled_from((None, "region", "region", "a/b~c")))
        values = frozenset(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))) if key else frozenset()
        found.append(Route(start + timedelta(hours=low), start + timedelta(hours=high), key, values))
    return tuple(found)


@st.composite
def _period(draw: st.DrawFn, start: datetime, end: datetime) -> MeasuredPeriod:
    if draw(st.integers(0, 5)) == 0:
        cuts = tuple(start + timedelta(hours=k) for k in range(1, int((end - start) / timedelta(hours=1)) + 1))
    else:
        inside = draw(st.lists(st.integers(1, 30 * 24), max_size=3))
        cuts = tuple(sorted({end, *(start + timedelta(hours=h) for h in inside)}))
        cuts = tuple(cut for cut in cuts if start < cut <= end)
    plain = (Route(start, end, None, frozenset()),)
    return MeasuredPeriod(start, cuts, draw(st.just(plain) | _routes(start, end)))


def stored(events: Sequence[Event]) -> list[StoredEvent]:
    """Events as engines keep them, in the order of acceptance."""
    return [
        StoredEvent(e.customer_id, e.timestamp, e.event_type, e.transaction_id, document.write(e.properties), place)
        for place, e in enumerate(events)
    ]


def event(place: int, customer: str, **properties: str) -> Event:
    """An event of the first month."""
    moment = START + timedelta(hours=place)
    return Event(
        transaction_id=f"t{place}", customer_id=customer, event_type="call", timestamp=moment, properties=properties
    )


def months(count: int) -> datetime:
    """So many months after the first."""
    return START + timedelta(days=31 * count)


@dataclass(frozen=True, repr=False)
class Case:
    """A book of events, with what is asked about them."""

    book: Book
    events: tuple[Event, ...]
    requests: tuple[MeasureRequest, ...]
    claims: Claims

    def __repr__(self) -> str:
        return f"{self.book.payload()['billable_metrics']}\n{self.requests}\n{[e.payload() for e in self.events]}"

    @property
    def stored(self) -> list[StoredEvent]:
        """The events as engines keep them."""
        return [
            StoredEvent(e.customer_id, e.timestamp, e.event_type, e.transaction_id, document.write(e.properties), place)
            for place, e in enumerate(self.events)
        ]


REFS = {"acme": ("acme", "acme@x", "acme'2"), "other": ("other",)}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Events of two customers under a few metrics, and questions about both."""
    metrics = [draw(_metric(f"m{k}")) for k in range(3)]
    book = parse_bundle(
        {
            "billable_metrics": metrics,
            "customers": [
                {"id": "acme", "name": "Acme", "ingest_aliases": ["acme@x", "acme'2"]},
                {"id": "other", "name": "Other"},
            ],
        }
    )
    events = tuple(draw(_events()))
    requests = []
    edges = [START + timedelta(days=31 * k) for k in range(4)]
    for metric in metrics:
        spans = list(pairwise(edges))
        spans += [(edges[1] + timedelta(days=3), edges[2])] if draw(st.booleans()) else []
        periods = tuple(
            draw(_period(*span)) for span in draw(st.lists(st.sampled_from(spans), min_size=1, unique=True))
        )
        groups = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)))
        customer = draw(st.sampled_from(("acme", "acme", "other")))
        requests.append(MeasureRequest(customer, "contract", "product", metric["id"], groups, periods))
    claimed = tuple(
        (
            customer,
            tuple(
                Claim(f"c{k}", draw(_routes(START, START + timedelta(days=60))), frozenset(draw(_some_metrics)))
                for k in range(draw(st.integers(0, 2)))
            ),
        )
        for customer in ("acme", "other")
    )
    return Case(book, events, tuple(requests), Claims(claimed))


_some_metrics = st.sampled_from(((), ("m0",), ("m0", "m1"), ("m2",)))


def digest(measurements: Sequence[Measurement], unmatched: Sequence[Unmatched]) -> str:
    """One text that tells answers apart by every digit that they hold."""
    told: list[Any] = []
    for one in measurements:
        periods = [
            sorted((key, [money.text(v) for v in found.values], list(found.events)) for key, found in period.items())
            for period in one.periods
        ]
        told.append((periods, one.not_numeric))
    told.append([(u.reason, u.events, sorted(u.detail.items()), u.message) for u in unmatched])
    return hashlib.sha256(repr(told).encode()).hexdigest()
