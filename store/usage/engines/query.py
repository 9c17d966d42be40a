"""What an engine is asked: one row per group, cell and unreadable number, with what the cell's events come to.

A row is (owner if asked for, group values …, cell, events, value, and where numbers are read: odd, routed, and for
LATEST time and place, if asked for). `odd` is None, or a text that only Python can say the number of, if it is one; the
row's `value` is then of no use. `routed` tells whether the contract takes the events; those that it does not take are
there only for the count of values that are no numbers, which knows no filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    table,
    true,
)
from sqlalchemy import column as named

from store.rating.measure import Route
from store.terms.catalog import Aggregation, BillableMetric
from store.usage.engines.functions import dec, hours, instant, latest, micros, picked, plain, props
from store.usage.engines.grid import Grid, Layer, microseconds, search

Build = Callable[[FromClause], Select[Any]]
"""A query over whatever the engine keeps its events in: something with the columns of the ledger."""
COLUMNS = ("alias", "timestamp", "event_type", "transaction_id", "properties", "seq")
READS_NUMBERS = (Aggregation.SUM, Aggregation.MAX, Aggregation.LATEST)


class Shape(NamedTuple):
    """Where the parts of a row are."""

    keys: slice
    cell: int
    events: int
    value: int
    odd: int | None
    routed: int | None
    at: slice | None


class Extracted(NamedTuple):
    """Events with some of their properties as columns."""

    table: FromClause
    property: Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """One metric over one layer of periods, grouped; of one customer's `refs`, or of each `owner`'s."""

    metric: BillableMetric
    groups: tuple[str, ...]
    layer: Layer
    refs: tuple[str, ...] = ()
    owned: FromClause | None = None
    """Where many customers are asked about at once: a table of `alias` and `owner`, each alias once."""
    dated: bool = False
    """Whether LATEST comes with its time and place: only needed where one cell has several rows of a group."""
    shape: Shape = field(init=False)

    def __post_init__(self) -> None:
        """Works out the shape of the rows."""
        width = len(self.groups) + (self.owned is not None)
        numbers = self.metric.aggregation_type in READS_NUMBERS
        dated = self.dated and self.metric.aggregation_type is Aggregation.LATEST
        at = slice(width + 5, width + 7) if dated else None
        odd, routed = (width + 3, width + 4) if numbers else (None, None)
        shape = Shape(slice(0, width), width, width + 1, width + 2, odd, routed, at)
        object.__setattr__(self, "shape", shape)

    def over(self, events: FromClause) -> Select[Any]:
        """The query over an engine's events."""
        readings = self._readings(self._extracted(events))
        if self.metric.aggregation_type is Aggregation.UNIQUE:
            return self._distinct(readings)
        return self._numbers(readings) if self.shape.odd is not None else self._counted(readings)

    def _extracted(self, events: FromClause) -> Extracted:
        """The events of those customers, types and that time, each property taken out of its JSON once."""
        c, metric, bounds = events.c, self.metric, self.layer.grid.bounds
        columns: dict[str, ColumnElement[Any]] = {}
        conditions = [c.timestamp >= instant(bounds[0]), c.timestamp < instant(bounds[-1])]
        source = events
        if self.owned is not None:
            source = events.join(self.owned, self.owned.c.alias == c.alias)
            columns["owner"] = self.owned.c.owner
        else:
            conditions.insert(0, c.alias.in_(self.refs) if len(self.refs) > 1 else c.alias == self.refs[0])
        conditions += of_types(metric, c.event_type)
        names = [*self.groups, *(f.name for f in metric.property_filters or ())]
        names += [metric.aggregation_key or ""] if metric.aggregation_type is not Aggregation.COUNT else []
        names += [route.group_key for route in self.layer.open if route.group_key is not None]
        names = list(dict.fromkeys(names))
        latest_of = metric.aggregation_type is Aggregation.LATEST
        if latest_of or self.layer.filtered or len(bounds) > 2 or not names:
            columns["moment"] = c.timestamp
        columns |= {"place": c.seq} if latest_of else {}
        found = select(*(column.label(label) for label, column in columns.items()))
        return extracted(found.select_from(source).where(*conditions), c.properties, names)

    def _readings(self, events: Extracted) -> FromClause:
        """What the metric sees and the contract takes, with groups, cell and value."""
        c, layer, kind = events.table.c, self.layer, self.metric.aggregation_type
        columns = [c.owner.label("owner")] if self.owned is not None else []
        columns += [func.coalesce(events.property[name], "").label(f"k{k}") for k, name in enumerate(self.groups)]
        moment: Any = c.get("moment")
        columns.append(cell(layer.grid, moment).label("cell"))
        conditions = list(passes(self.metric, events.property))
        routed = taken(layer.open, moment, events.property) if layer.filtered else true()
        if kind is not Aggregation.COUNT:
            value = events.property[self.metric.aggregation_key or ""]
            conditions.append(value.is_not(None))
            columns.append(value.label("v"))
        if kind in READS_NUMBERS:
            odd = case((plain(value), null()), else_=value)
            columns += [odd.label("odd"), routed.label("routed")]
            columns += [c.moment.label("moment"), c.place.label("place")] if kind is Aggregation.LATEST else []
            if layer.filtered:
                conditions.append(or_(routed, plain(value).is_(False)))
        elif layer.filtered:
            conditions.append(routed)
        if kind is Aggregation.UNIQUE:
            columns.append(cell(layer.starts, moment).label("span"))
        return select(*columns).select_from(events.table).where(*conditions).subquery("readings")

    def _keys(self, inner: FromClause) -> list[ColumnElement[Any]]:
        owner = [inner.c.owner] if self.owned is not None else []
        return [*owner, *(inner.c[f"k{k}"] for k in range(len(self.groups)))]

    def _counted(self, inner: FromClause) -> Select[Any]:
        keys = [*self._keys(inner), inner.c.cell]
        return select(*keys, func.count(), null()).group_by(*keys)

    def _numbers(self, inner: FromClause) -> Select[Any]:
        c, kind = inner.c, self.metric.aggregation_type
        keys = [*self._keys(inner), c.cell]
        last: list[ColumnElement[Any]] = []
        if kind is Aggregation.LATEST:
            value: ColumnElement[Any] = latest(c.v, c.moment, c.place)
            last = [func.max(micros(c.moment)), latest(c.place, c.moment, c.place)] if self.dated else []
        else:
            of = func.sum if kind is Aggregation.SUM else func.max
            value = of(case((c.odd.is_(None), dec(c.v)), else_=null()))
        return select(*keys, func.count(), value, c.odd, c.routed, *last).group_by(*keys, c.odd, c.routed)

    def _distinct(self, inner: FromClause) -> Select[Any]:
        """The events of each cell, and in rows of their own how many values a period had first in that cell."""
        keys = self._keys(inner)
        counted = select(*keys, inner.c.cell, func.count().label("n"), literal_column("0").label("new"))
        counted = counted.group_by(*keys, inner.c.cell)
        first = select(*keys, func.min(inner.c.cell).label("cell")).group_by(*keys, inner.c.span, inner.c.v)
        once = first.subquery("once")
        keys = [*self._keys(once), once.c.cell]
        new = select(*keys, literal_column("0"), func.count()).group_by(*keys)
        return select(counted.union_all(new).subquery("both"))


def extracted(found: Select[Any], properties: ColumnElement[Any], names: Sequence[str]) -> Extracted:
    """The events of a query, with these of their properties, each event's JSON taken apart once."""
    if not names:
        return Extracted(found.cte("events"), {})
    made = found.add_columns(props(properties, names).label("texts")).cte("events")
    # An engine that moves the conditions on properties down to the files would take the JSON apart once for each.
    for dialect in ("duckdb", "postgresql"):
        made = made.prefix_with("MATERIALIZED", dialect=dialect)
    return Extracted(made, {name: picked(made.c.texts, k) for k, name in enumerate(names, start=1)})


def of_types(metric: BillableMetric, kind: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    """A metric's conditions on the type of an event."""
    kinds = metric.event_type_filter
    if kinds is not None and kinds.in_values is not None:
        yield kind.in_(kinds.in_values)
    if kinds is not None and kinds.not_in_values is not None:
        yield kind.not_in(kinds.not_in_values)


def passes(metric: BillableMetric, properties: Mapping[str, ColumnElement[Any]]) -> Iterator[ColumnElement[bool]]:
    """A metric's conditions on properties (README, §2.3)."""
    for condition in metric.property_filters or ():
        value = properties[condition.name]
        if condition.exists is not None:
            yield value.is_not(None) if condition.exists else value.is_(None)
        if condition.in_values is not None:
            yield value.in_(condition.in_values)
        if condition.not_in_values is not None:
            yield or_(value.is_(None), value.not_in(condition.not_in_values))


def taken(
    routes: tuple[Route, ...], moment: ColumnElement[Any], properties: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[bool]:
    """Whether one of the routes lets an event through; never NULL."""
    through: list[ColumnElement[bool]] = []
    for route in routes:
        asked = [moment >= instant(microseconds(route.start)), moment < instant(microseconds(route.end))]
        if route.group_key is not None:
            value = properties[route.group_key]
            asked += [value.is_not(None), value.in_(sorted(route.values))]
        through.append(and_(*asked))
    return func.coalesce(or_(*through), literal_column("false"))


def cell(grid: Grid, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Which cell of a grid an instant within it lies in, or where the grid is hourly its hour."""
    if grid.hourly:
        return hours(moment)
    return search(
        grid.bounds,
        lambda k: literal_column(str(k)),
        lambda bound, below, above: case((moment < instant(bound), below), else_=above),
    )


def events_table(name: str) -> FromClause:
    """The events of an engine that keeps them in a table."""
    return table(name, *(named(column) for column in COLUMNS))
