"""Usage that no contract takes, found in an engine: events put together by all that the reason depends on.

Events of months in which no contract takes anything are left over whatever they are, so they are only counted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal_column, not_, null, or_, select

from store.rating.measure import Claim, Route
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.catalog import Aggregation, BillableMetric
from store.terms.event import Event, number
from store.usage.engines.asked import what
from store.usage.engines.functions import instant, latest, micros, months, plain
from store.usage.engines.grid import Grid, microseconds
from store.usage.engines.query import READS_NUMBERS, Extracted, cell, extracted, of_types, passes, taken
from store.usage.leftover import Why, no_contract, sentence, why

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALWAYS = (time.DISTANT_PAST, time.DISTANT_FUTURE)
Stretch = tuple[datetime, datetime]


class Beyond(NamedTuple):
    """Events of one month in which no contract takes anything: the earliest (microseconds since 1970), how many."""

    first: int
    events: int


class Leftover:
    """What to ask about the events of some ids and aliases that contracts leave over, and how to read the answer."""

    def __init__(self, metrics: Mapping[str, BillableMetric], refs: Sequence[str], claims: tuple[Claim, ...]) -> None:
        self._refs = tuple(refs)
        self._claims = claims
        ids = sorted({metric_id for claim in claims for metric_id in claim.metric_ids})
        self._metrics = {metric_id: metrics[metric_id] for metric_id in ids if metrics[metric_id].sql is None}
        self._by_sql = {metric_id for metric_id in ids if metrics[metric_id].sql is not None}
        self._reading = [key for key, m in self._metrics.items() if m.aggregation_type in READS_NUMBERS]
        self._keys = sorted({r.group_key for claim in claims for r in claim.routes if r.group_key is not None})
        routes = [route for claim in claims for route in claim.routes]
        edges = {microseconds(m) for r in routes for m in (r.start, r.end)}
        self.claimed: Stretch | None = _whole_months(routes)
        """The months in which contracts may take something; None where there is no contract."""
        self.like: Hashable = tuple((key, what(metrics[key])) for key in ids)
        """What of metrics decides on the question, beside the claims and the ids and aliases."""
        self._names = list(dict.fromkeys((*self._keys, *_properties(self._metrics.values()))))
        self._grid = Grid((microseconds(time.DISTANT_PAST), *sorted(edges), microseconds(time.DISTANT_FUTURE)))

    @property
    def by_columns(self) -> bool:
        """Whether no property has to be taken out of its JSON: then asking first whether there are any costs little."""
        return not self._names

    @property
    def beyond(self) -> list[Stretch]:
        """The months before and after, in which none does."""
        start, end = self.claimed or (time.DISTANT_FUTURE, time.DISTANT_FUTURE)
        return [each for each in ((time.DISTANT_PAST, start), (end, time.DISTANT_FUTURE)) if each[0] < each[1]]

    def counted(self, stretch: Stretch) -> Callable[[FromClause], Select[Any]]:
        """A query for the events of a stretch: per alias and month how many, and when the first was."""

        def over(events: FromClause) -> Select[Any]:
            c = events.c
            found = select(c.alias, func.min(micros(c.timestamp)), func.count())
            inside = _within(c.timestamp, stretch)
            return found.where(c.alias.in_(self._refs), *inside).group_by(c.alias, months(c.timestamp))

        return over

    def how_many(self, events: FromClause) -> Select[Any]:
        """How many events of the months with contracts are left over, or may be."""
        source = self._extracted(events)
        return select(func.count()).select_from(source.table).where(not_(self._gone(source, self._told(source)[0])))

    def over(self, events: FromClause) -> Select[Any]:
        """One row per alias, month, stretch between changes of routes, type, filter values, and numbers in doubt."""
        source = self._extracted(events)
        c = source.table.c
        sure, doubts = self._told(source)
        columns = [
            c.alias.label("alias"),
            c.kind.label("kind"),
            cell(self._grid, c.moment).label("cell"),
            months(c.moment).label("month"),
            *(source.property[key].label(f"r{k}") for k, key in enumerate(self._keys)),
            *(doubts[key].label(f"d{k}") for k, key in enumerate(self._reading)),
        ]
        left = select(*columns, c.moment, c.place).where(not_(self._gone(source, sure))).subquery("left_over")
        kept = [left.c[column.name] for column in columns]
        moment = micros(left.c.moment)
        first = [func.min(moment), latest(left.c.place, -moment, -left.c.place)]
        shown = [column for column in kept if column.name not in ("cell", "month")]
        return select(func.count(), *first, *shown).group_by(*kept)

    def _told(self, source: Extracted) -> tuple[dict[str, ColumnElement[bool]], dict[str, ColumnElement[Any]]]:
        """Of each metric whether it surely sees an event, and the text in which only Python may find a number."""
        sure: dict[str, ColumnElement[bool]] = {}
        doubts: dict[str, ColumnElement[Any]] = {}
        c = source.table.c
        for key, metric in self._metrics.items():
            seen = [*of_types(metric, c.kind), *passes(metric, source.property)]
            if metric.aggregation_type is not Aggregation.COUNT:
                value = source.property[metric.aggregation_key or ""]
                seen.append(value.is_not(None))
                if key in self._reading:
                    doubts[key] = case((and_(*seen, not_(plain(value))), value), else_=null())
                    seen.append(plain(value))
            sure[key] = func.coalesce(and_(literal_column("true"), *seen), literal_column("false"))
        return sure, doubts

    def _gone(self, source: Extracted, sure: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
        """Whether a contract takes an event."""
        gone = [
            and_(
                taken(claim.routes, source.table.c.moment, source.property),
                or_(literal_column("false"), *self._seen(claim, sure)),
            )
            for claim in self._claims
        ]
        return or_(literal_column("false"), *gone)

    def _extracted(self, events: FromClause) -> Extracted:
        c = events.c
        found = select(
            c.alias.label("alias"),
            c.timestamp.label("moment"),
            c.seq.label("place"),
            c.event_type.label("kind"),
        )
        inside = _within(c.timestamp, self.claimed or ALWAYS)
        return extracted(found.where(c.alias.in_(self._refs), *inside), c.properties, self._names)

    def _seen(self, claim: Claim, sure: Mapping[str, ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """The claim's metrics; a query that an operator wrote may read anything, so it sees everything."""
        if claim.metric_ids & self._by_sql:
            return [literal_column("true")]
        return [sure[key] for key in sorted(claim.metric_ids)]

    def told(
        self, customer_id: str, rows: Iterable[Sequence[Any]], beyond: Iterable[Beyond] = ()
    ) -> Iterator[Unmatched]:
        """What is left over of one customer, by reason, in the order in which each was first met with.

        `rows` answer `over` for its ids and aliases, `beyond` are its months without any contract.
        """
        met: list[tuple[int, int, int, Why]] = []
        for row in rows:
            event = self._read(row)
            if event is not None:
                met.append((int(row[1]), int(row[2]), int(row[0]), why(event, self._claims)))
        met += ((each.first, 0, each.events, _no_contract(each.first)) for each in beyond)
        counted: dict[Why, int] = {}
        for _, _, events, because in sorted(met, key=itemgetter(0, 1)):
            counted[because] = counted.get(because, 0) + events
        for (reason, detail), events in counted.items():
            common = {"customer_id": customer_id, **dict(detail)}
            yield Unmatched(reason, events, common, sentence(reason, common))

    def _read(self, row: Sequence[Any]) -> Event | None:
        """One event that stands for all of a row; None where a contract does take them."""
        given = dict(zip(self._keys, row[5:], strict=False))
        doubts = dict(zip(self._reading, row[5 + len(self._keys) :], strict=True))
        event = Event.model_construct(
            {"transaction_id", "customer_id", "timestamp", "event_type", "properties"},
            transaction_id="",
            customer_id="",
            timestamp=_EPOCH + timedelta(microseconds=int(row[1])),
            event_type=row[4],
            properties={name: value for name, value in given.items() if value is not None},
        )
        read = {key for key, text in doubts.items() if text is not None and number(text) is not None}
        if read and any(read & claim.metric_ids and _routed(claim, event) for claim in self._claims):
            return None
        return event


def alias_of(row: Sequence[Any]) -> str:
    """Whose a row is."""
    return str(row[3])


def _no_contract(moment: int) -> Why:
    return no_contract(_EPOCH + timedelta(microseconds=moment))


def _whole_months(routes: Sequence[Route]) -> Stretch | None:
    """From the first of the month in which the first begins, to the end of that in which the last ends."""
    if not routes:
        return None
    start, end = min(route.start for route in routes), max(route.end for route in routes)
    last = time.first_of_month(end)
    if last < end:
        last = time.DISTANT_FUTURE if (end.year, end.month) == (9999, 12) else time.months_later(last, 1)
    return time.first_of_month(start), last


def _within(moment: ColumnElement[Any], stretch: Stretch) -> Iterator[ColumnElement[bool]]:
    """The conditions for an instant to lie in a stretch of time; none where that is without bounds."""
    start, end = stretch
    if start > time.DISTANT_PAST:
        yield moment >= instant(microseconds(start))
    if end < time.DISTANT_FUTURE:
        yield moment < instant(microseconds(end))


def _routed(claim: Claim, event: Event) -> bool:
    return any(
        route.start <= event.timestamp < route.end
        and (route.group_key is None or event.properties.get(route.group_key) in route.values)
        for route in claim.routes
    )


def _properties(metrics: Iterable[BillableMetric]) -> Iterator[str]:
    for metric in metrics:
        yield from (condition.name for condition in metric.property_filters or ())
        if metric.aggregation_type is not Aggregation.COUNT:
            yield metric.aggregation_key or ""
