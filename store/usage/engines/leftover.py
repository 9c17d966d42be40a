"""Usage that no contract takes, found in an engine: events put together by all that the reason depends on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal_column, not_, null, or_, select

from store.rating.measure import Claim
from store.rating.statement import Unmatched
from store.terms import time
from store.terms.catalog import Aggregation, BillableMetric
from store.terms.event import Event, number
from store.usage.engines.asked import what
from store.usage.engines.functions import latest, micros, months, plain, prop
from store.usage.engines.grid import Grid, microseconds
from store.usage.engines.query import READS_NUMBERS, Extracted, cell, of_types, passes, taken
from store.usage.leftover import sentence, why

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
        edges = {microseconds(m) for claim in claims for r in claim.routes for m in (r.start, r.end)}
        self.like: Hashable = tuple((key, what(metrics[key])) for key in ids)
        """What of metrics decides on the question, beside the claims and the ids and aliases."""
        self._names = list(dict.fromkeys((*self._keys, *_properties(self._metrics.values()))))
        self._grid = Grid((microseconds(time.DISTANT_PAST), *sorted(edges), microseconds(time.DISTANT_FUTURE)))

    @property
    def by_columns(self) -> bool:
        """Whether no property has to be taken out of its JSON: then asking first whether there are any costs little."""
        return not self._names

    def how_many(self, events: FromClause) -> Select[Any]:
        """How many events are left over, or may be."""
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
            *(prop(c.properties, name).label(f"p{k}") for k, name in enumerate(self._names)),
        )
        made = found.where(c.alias.in_(self._refs)).cte("events")
        for dialect in ("duckdb", "postgresql") if self._names else ():
            made = made.prefix_with("MATERIALIZED", dialect=dialect)
        return Extracted(made, {name: made.c[f"p{k}"] for k, name in enumerate(self._names)})

    def _seen(self, claim: Claim, sure: Mapping[str, ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """The claim's metrics; a query that an operator wrote may read anything, so it sees everything."""
        if claim.metric_ids & self._by_sql:
            return [literal_column("true")]
        return [sure[key] for key in sorted(claim.metric_ids)]

    def told(self, customer_id: str, rows: Iterable[Sequence[Any]]) -> Iterator[Unmatched]:
        """The rows of one customer's ids and aliases by reason, in the order in which each was first met with."""
        counted: dict[tuple[str, tuple[tuple[str, Any], ...]], int] = {}
        for row in sorted(rows, key=lambda row: (int(row[1]), int(row[2]))):
            found = self._read(row)
            if found is None:
                continue
            event, events = found
            reason, detail = why(event, self._claims)
            key = (reason, (("customer_id", customer_id), *detail))
            counted[key] = counted.get(key, 0) + events
        for (reason, common), count in counted.items():
            yield Unmatched(reason, count, dict(common), sentence(reason, dict(common)))

    def _read(self, row: Sequence[Any]) -> tuple[Event, int] | None:
        """One event that stands for all of a row, and how many they are; None where a contract does take them."""
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
        return event, int(row[0])


def alias_of(row: Sequence[Any]) -> str:
    """Whose a row is."""
    return str(row[3])


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
