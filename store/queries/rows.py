"""Rows by the values of a column, asked with statements that are put together once.

SQLAlchemy takes many times longer to put such a statement together than SQLite to answer it. What comes back has the
row's columns as attributes and is read only: the session does not watch it, and changes of it would go nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Mapped, QueryableAttribute, Session
from sqlmodel import SQLModel, col

from store.errors import NotFound
from store.tables import batched, table
from store.tables.catalog import CatalogRow

Row = TypeVar("Row", bound=SQLModel)
Thing = TypeVar("Thing", bound=CatalogRow)


def among(
    session: Session, row: type[Row], column: Mapped[Any], values: Iterable[Any], *order: Mapped[Any]
) -> list[Row]:
    """The rows whose column has one of the values; asked in batches, each in this order."""
    found: list[Row] = []
    for chunk in batched(dict.fromkeys(values)):
        session.flush()  # what was changed in memory is seen, as with every other way to ask
        one = len(chunk) == 1
        statement = _asked(row, _name(column), tuple(map(_name, order)), one)
        answered = session.execute(statement, {"sought": chunk[0] if one else chunk})
        found.extend(cast(Iterable[Row], answered))
    return found


def one(session: Session, row: type[Row], column: Mapped[Any], value: Any) -> Row | None:
    """The first row whose column has the value, or None."""
    found = among(session, row, column, (value,))
    return found[0] if found else None


def _name(column: Mapped[Any]) -> str:
    return cast(QueryableAttribute[Any], column).key


def every(session: Session, row: type[Row], *order: Mapped[Any]) -> list[Row]:
    """All rows, in this order."""
    session.flush()
    return list(cast(Iterable[Row], session.execute(_all(row, tuple(map(_name, order))))))


def by_name(session: Session, row: type[Thing]) -> list[Thing]:
    """All objects of the catalog of one kind, by name."""
    return every(session, row, col(row.name), col(row.id))


def known(session: Session, row: type[Thing], id: str, what: str) -> Thing:
    """The object of the catalog with this id; raises `NotFound` about the field that names a `what`."""
    found = one(session, row, col(row.id), id)
    if found is None:
        raise NotFound(f"there is no {what} {id}", path=f"/{what.replace(' ', '_')}_id")
    return found


@cache
def _all(row: type[SQLModel], order: tuple[str, ...]) -> Select[Any]:
    columns = table(row).c
    return select(table(row)).order_by(*(columns[by] for by in order))


@cache
def _asked(row: type[SQLModel], column: str, order: tuple[str, ...], one: bool) -> Select[Any]:
    columns = table(row).c
    sought = columns[column] == bindparam("sought") if one else columns[column].in_(bindparam("sought", expanding=True))
    return select(table(row)).where(sought).order_by(*(columns[by] for by in order))
