"""What the usage ledger holds: by month, and which of it nobody will be billed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from store.database import Store
from store.queries.catalog import metrics
from store.queries.usage_values import pointer
from store.tables.customers import CustomerRow, IngestAliasRow
from store.tables.usage import UsageMonthRow
from store.terms.catalog import Aggregation, BillableMetric
from store.usage.ledger.columns import LiveFile
from store.usage.ledger.events import paths_of
from store.usage.ledger.files import live_files, reading

SHOWN = 100
"""How many unknown aliases are listed; the sums are of all."""


class MonthUsage(NamedTuple):
    """A month of event time (`2025-03`): its events, those that were sent again, and the files that hold them."""

    month: str
    events: int
    duplicates: int
    files: int
    bytes: int


class Counted(NamedTuple):
    """An alias or an event type, and how many events have it."""

    name: str
    events: int


@dataclass(frozen=True, slots=True)
class UsageStatistics:
    """The ledger at a glance.

    `unknown` are aliases that no customer has (the most used ones first, and cut off; the two sums are of all of them),
    `unmetered` event types with the number of their events that no metric counts. A metric in SQL may count any: where
    there are some, they are named `by_query`, and nothing is unmetered.
    """

    months: tuple[MonthUsage, ...]
    unknown: tuple[Counted, ...]
    unknown_aliases: int
    unknown_events: int
    unmetered: tuple[Counted, ...]
    by_query: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        """How many events there are."""
        return sum(month.events for month in self.months)

    @property
    def duplicates(self) -> int:
        """How many were sent again and not counted."""
        return sum(month.duplicates for month in self.months)

    @property
    def files(self) -> int:
        """How many files hold them."""
        return sum(month.files for month in self.months)

    @property
    def bytes(self) -> int:
        """How large these are together."""
        return sum(month.bytes for month in self.months)


def usage_statistics(store: Store) -> UsageStatistics:
    """Everything, counted now: reads two columns of every file, so it takes a moment on a large ledger."""
    months = _months(store)
    if not live_files(store):
        return UsageStatistics(months, (), 0, 0, ())
    with store.read() as session:
        known = {*session.scalars(select(col(CustomerRow.id))), *session.scalars(select(col(IngestAliasRow.alias)))}
    asked = [metric for metric in metrics(store) if metric.archived_at is None]
    aliases = _counted(store, "SELECT alias, count(*) AS n FROM read_parquet(?::VARCHAR[]) GROUP BY ALL", [])
    unknown = sorted((one for one in aliases if one.name not in known), key=lambda one: (-one.events, one.name))
    by_query = tuple(metric.name for metric in asked if metric.sql is not None)
    if by_query:  # a query that somebody wrote may read any event
        events = sum(one.events for one in unknown)
        return UsageStatistics(months, tuple(unknown[:SHOWN]), len(unknown), events, (), by_query)
    seen, parameters = _seen_by_any(sorted(asked, key=_reads_properties))
    unmetered = _counted(
        store,
        f"SELECT event_type, count(*) AS n FROM read_parquet(?::VARCHAR[]) WHERE NOT ({seen}) "
        "GROUP BY ALL ORDER BY n DESC, event_type",
        parameters,
    )
    events = sum(one.events for one in unknown)
    return UsageStatistics(months, tuple(unknown[:SHOWN]), len(unknown), events, tuple(unmetered))


def _months(store: Store) -> tuple[MonthUsage, ...]:
    held: dict[str, list[LiveFile]] = {}
    for file in live_files(store):
        held.setdefault(file.month, []).append(file)
    month, duplicate = col(UsageMonthRow.month), col(UsageMonthRow.duplicate)
    with store.read() as session:
        duplicates: dict[str, int] = {row[0]: row[1] for row in session.execute(select(month, duplicate))}
    return tuple(
        MonthUsage(
            name,
            sum(file.rows for file in held.get(name, ())),
            duplicates.get(name, 0),
            len(held.get(name, ())),
            sum(file.bytes for file in held.get(name, ())),
        )
        for name in sorted({*held, *duplicates})
    )


def _counted(store: Store, asked: str, parameters: list[Any]) -> list[Counted]:
    def ask(files: tuple[LiveFile, ...]) -> list[Counted]:
        with store.ledger.cursor() as cursor:
            return [Counted(*row) for row in cursor.execute(asked, [paths_of(files), *parameters]).fetchall()]

    return reading(store, ask)


def _reads_properties(metric: BillableMetric) -> bool:
    """Whether events have to be opened for it; the others are asked first, and what they see is not opened."""
    return bool(metric.property_filters or metric.aggregation_key)


def _seen_by_any(metrics: list[BillableMetric]) -> tuple[str, list[Any]]:
    """Whether an event passes the filters of one of these metrics, in DuckDB's words."""
    either: list[str] = []
    parameters: list[Any] = []
    for metric in metrics:
        every = ["true"]
        kinds = metric.event_type_filter
        for values, negated in ((kinds.in_values, ""), (kinds.not_in_values, "NOT ")) if kinds else ():
            if values is not None:
                every.append(f"{negated}list_contains(?::VARCHAR[], event_type)")
                parameters.append(list(values))
        for condition in metric.property_filters or ():
            text, place = "json_extract_string(properties, ?)", pointer(condition.name)
            if condition.exists is not None:
                every.append(f"{text} IS {'NOT ' if condition.exists else ''}NULL")
                parameters.append(place)
            if condition.in_values is not None:
                every.append(f"coalesce(list_contains(?::VARCHAR[], {text}), false)")
                parameters += [list(condition.in_values), place]
            if condition.not_in_values is not None:
                every.append(f"NOT coalesce(list_contains(?::VARCHAR[], {text}), false)")
                parameters += [list(condition.not_in_values), place]
        if metric.aggregation_type is not Aggregation.COUNT and metric.aggregation_key:
            every.append("json_extract_string(properties, ?) IS NOT NULL")
            parameters.append(pointer(metric.aggregation_key))
        either.append(f"({' AND '.join(every)})")
    return " OR ".join(either) or "false", parameters


def any_counted(found: UsageStatistics) -> str:
    """Why nothing is told to be counted by no metric, as a sentence; "" where that is not so."""
    if not found.by_query:
        return ""
    more = f" and {len(found.by_query) - 1:,} more" if len(found.by_query) > 1 else ""
    return f"Any event may be counted: {found.by_query[0]}{more} is a metric in SQL"
