"""What values usage really has: how many events of a customer carry which values of some properties, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlmodel import col

from store.database import Store
from store.tables.customers import IngestAliasRow
from store.tables.usage import UsageEventRow
from store.terms.routing import Seen, Usage


def usage_values(
    store: Store, customer_id: str, keys: Sequence[str], *, event_types: Iterable[str] | None = None
) -> Usage:
    """The customer's stored usage (by its id and its aliases of today), counted by UTC day and values of `keys`.

    `event_types` leaves out events of other types; None counts all.
    """
    with store.read() as session:
        return Usage(tuple(keys), tuple(_seen(session, customer_id, tuple(keys), event_types)))


def _seen(session: Session, customer_id: str, keys: tuple[str, ...], types: Iterable[str] | None) -> Iterable[Seen]:
    postgres = session.get_bind().dialect.name == "postgresql"
    refs = [customer_id, *session.scalars(
        select(col(IngestAliasRow.alias)).where(col(IngestAliasRow.customer_id) == customer_id)
    )]  # fmt: skip
    day = _day(postgres)
    values = [_property(key, postgres) for key in keys]
    asked = (
        select(day, func.count(), *values).where(col(UsageEventRow.customer_ref).in_(refs)).group_by(day, *values)
    ).order_by(day, *values)
    if types is not None:
        asked = asked.where(col(UsageEventRow.event_type).in_(list(types)))
    for row in session.execute(asked):
        yield Seen(datetime.fromisoformat(row[0]).replace(tzinfo=UTC), tuple(row[2:]), row[1])


def _day(postgres: bool) -> ColumnElement[str]:
    moment: Any = col(UsageEventRow.timestamp)
    if postgres:
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD", type_=Text)
    return func.substr(type_coerce(moment, Text), 1, 10, type_=Text)


def _property(key: str, postgres: bool) -> ColumnElement[str]:
    """A property's text, or null. SQLite's paths cannot say every name; those with quotes are looked for one by one."""
    properties: Any = col(UsageEventRow.properties)
    if postgres:
        return cast(properties, JSONB).op("->>", return_type=Text())(literal(key, Text))
    if '"' not in key and "\\" not in key:
        return type_coerce(properties, Text).op("->>", return_type=Text())(literal(f'$."{key}"', Text))
    each = func.json_each(type_coerce(properties, Text)).table_valued("key", "value", name="each")
    return select(each.c.value).where(each.c.key == literal(key, Text)).scalar_subquery()
