"""Every row of a store as Python reads it, so that stores of both kinds can be compared row by row."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from store import tables
from store.database import Store

for module in pkgutil.iter_modules(tables.__path__):
    importlib.import_module(f"{tables.__name__}.{module.name}")


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table, in the order of their keys, read at one moment."""
    with store.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }
