"""What is refused: a command, which leaves everything as it was; a store, in a sentence that anybody can read."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from store.database import Store
from store.errors import StoreUnavailable, TermsheetError
from tests.store.conftest import Working


def rows(store: Store) -> int:
    """How many rows there are in all tables that a refused command must leave alone."""
    with store.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(each)) or 0 for each in SQLModel.metadata.sorted_tables
        )


def refused(
    store: Store, working: Working, kind: type[TermsheetError], command: Any, **arguments: Any
) -> TermsheetError:
    """What a command is refused with, having checked that it left nothing behind."""
    before = rows(store)
    with pytest.raises(kind) as caught, working() as work:
        command(work, **arguments)
    assert rows(store) == before
    return caught.value


def opening_refused(url: object, kind: type[TermsheetError] = StoreUnavailable, **options: Any) -> str:
    """The sentence a store is refused with."""
    with pytest.raises(kind) as caught:
        Store.open(str(url), **options)
    sentence = str(caught.value)
    assert "\n" not in sentence and "Error" not in sentence and "sqlalche" not in sentence
    return sentence
