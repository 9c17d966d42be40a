"""Measuring an SQL metric: the query over the events up to each cut, as its granularity wants (README, §4.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from store.errors import Invalid
from store.rating.measure import Combination, Measured, MeasuredPeriod, Measurement
from store.terms import money
from store.terms.catalog import BillableMetric, Granularity
from store.terms.event import Event, number
from store.terms.time import DISTANT_FUTURE, DISTANT_PAST
from store.usage.engines.grid import microseconds
from store.usage.sql_metric import child
from store.usage.sql_metric.writing import Written, written

ZERO = Decimal(0)
PLACES = 12


class Raw(NamedTuple):
    """An event as the query sees it: when, in microseconds since 1970, of what type, with what, and its place."""

    time: int
    event_type: str
    properties: dict[str, str]
    place: int


Events = Callable[[datetime, datetime], Iterable[Raw]]
"""The customer's events of `[start, end)`."""


def measure_sql(
    metric: BillableMetric,
    granularity: Granularity | None,
    groups: tuple[str, ...],
    periods: Sequence[MeasuredPeriod],
    events: Events,
    *,
    sandbox: child.Child | None = None,
) -> Measurement:
    """The quantities of every period; without a granularity it accrues by the HOUR.

    Raises `Invalid` for a query that cannot run, has no column for a group, or takes too much.
    """
    path = f"/billable_metrics/{metric.id}/sql"
    try:
        query = written(metric.sql or "")
        at_end = granularity is Granularity.SERVICE_PERIOD
        asked = [(period, cut) for period in periods for cut in (period.cuts[-1:] if at_end else period.cuts)]
        answered = iter(_run(query, groups, asked, events, sandbox or child.shared) if asked else ())
    except Invalid as error:
        raise Invalid(f"SQL metric {metric.name}: {error.message}", path=path) from None
    found: list[dict[Combination, Measured]] = []
    for period in periods:
        wanted = period.cuts[-1:] if at_end else period.cuts
        found.append(_period([next(answered) for _ in wanted], len(period.cuts) - len(wanted)))
    return Measurement(tuple(found))


def check_sql(sql: str, *, sandbox: child.Child | None = None) -> tuple[str, ...]:
    """The names of a query's columns, if it can run; raises `Invalid` naming the column or function that it cannot."""
    query = written(sql)
    none = MeasuredPeriod(DISTANT_PAST, (DISTANT_FUTURE,), ())
    _run(query, (), [(none, DISTANT_FUTURE)], lambda start, end: (), sandbox or child.shared)
    return query.columns


def raw(place: int, event: Event) -> Raw:
    """An event in memory as a query sees it."""
    return Raw(microseconds(event.timestamp), event.event_type, event.properties, place)


class _Cut(NamedTuple):
    values: dict[Combination, Decimal]
    events: int


def _period(cuts: list[_Cut], before: int) -> dict[Combination, Measured]:
    """A period's answer; `before` are the leading cuts at which nothing has accrued yet."""
    found: dict[Combination, Measured] = {}
    for key in dict.fromkeys(key for cut in cuts for key in cut.values):
        values = (ZERO,) * before + tuple(cut.values.get(key, ZERO) for cut in cuts)
        events = (0,) * before + tuple(cut.events if key in cut.values else 0 for cut in cuts)
        found[key] = Measured(values, events)
    return found


def _run(
    query: Written,
    groups: tuple[str, ...],
    asked: Sequence[tuple[MeasuredPeriod, datetime]],
    events: Events,
    sandbox: child.Child,
) -> list[_Cut]:
    lowered = [name.lower() for name in query.columns]
    for name in groups:
        if name.lower() not in lowered or lowered.index(name.lower()) == query.value:
            raise Invalid(f"the query has no column {name}; it has {', '.join(query.columns)}", path="/sql")
    keys = sorted({r.group_key for p, _ in asked for r in p.routes if r.group_key is not None})
    with TemporaryDirectory(prefix="termsheet-metric-") as folder:
        rows = Path(folder) / "events"
        start, end = min(p.start for p, _ in asked), max(p.cuts[-1] for p, _ in asked)
        with rows.open("w", encoding="utf-8") as file:
            for raw in events(start, end):
                file.write(_line(raw, query.properties, keys))
        job = {
            "rows": str(rows),
            "sql": query.sql,
            "names": query.columns,
            "columns": len(query.columns),
            "value": query.value,
            "properties": len(query.properties),
            "filters": len(keys),
            "groups": [lowered.index(name.lower()) for name in groups],
            "cuts": [_cut(period, cut, keys) for period, cut in asked],
        }
        told = sandbox.ask(job)
    if "error" in told:
        raise Invalid(_said(told, query), path="/sql")
    return [_read(each) for each in told["cuts"]]


def _cut(period: MeasuredPeriod, cut: datetime, keys: list[str]) -> dict[str, Any]:
    routes = [
        (
            microseconds(r.start),
            microseconds(r.end),
            None if r.group_key is None else keys.index(r.group_key),
            sorted(r.values),
        )
        for r in period.routes
    ]
    return {"start": microseconds(period.start), "end": microseconds(cut), "routes": routes}


def _line(raw: Raw, properties: tuple[str, ...], keys: list[str]) -> str:
    """An event as the sandbox reads it: what the query asks for and nothing else."""
    row: dict[str, Any] = {"t": raw.time, "e": raw.event_type, "s": raw.place}
    for k, key in enumerate(keys):
        if key in raw.properties:
            row[f"r{k}"] = raw.properties[key]
    for k, name in enumerate(properties):
        text = raw.properties.get(name)
        if text is not None:
            row[f"p{k}"] = text
            value = number(text)
            if value is not None:
                row[f"n{k}"] = money.text(value)
    return json.dumps(row, ensure_ascii=False) + "\n"


def _read(cut: dict[str, Any]) -> _Cut:
    values: dict[Combination, Decimal] = {}
    for *key, value in cut["rows"]:
        if value is not None:
            values[tuple(key)] = money.canonical(Decimal(value))
    return _Cut(values, cut["events"])


_MISSING = re.compile(r'(?:Referenced column|have a column named|Column) "([^"]+)"')


def _said(told: dict[str, Any], query: Written) -> str:
    """A fault of the sandbox as a sentence in the operator's words."""
    kind, message = str(told["error"]), str(told["message"])
    if kind == "memory":
        return f"the query takes more than the {message} of memory that a metric may"
    if kind in ("type", "rows"):
        return message
    for k, name in enumerate(query.properties):
        message = message.replace(f"__p{k}", f"properties.{name}").replace(f"__n{k}", f"properties.{name}")
    first = message.splitlines()[0] if message else kind
    missing = _MISSING.search(first)
    if kind == "BinderException" and missing:
        return f"there is no column {missing[1]}: there are event_type, timestamp and properties.name"
    if kind == "OutOfRangeException" or "overflow" in first.lower():
        return "a number is too large: quantities have at most 26 digits before the point, factors 14"
    return first.removeprefix("Binder Error: ").removeprefix("Conversion Error: ")
