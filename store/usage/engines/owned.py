"""Whose each id and alias is, as a table inside a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, Values, column
from sqlalchemy.ext.compiler import compiles

NAME = "owned"


class Owned(Values):
    """A table of `alias` and `owner`, each alias once."""

    inherit_cache = True

    def __init__(self, owner: Mapping[str, str]) -> None:
        super().__init__(column("alias", Text), column("owner", Text), name=NAME)
        self.owner = owner
        self._data = (list(owner.items()),)


@compiles(Owned)
def _owned(element: Owned, compiler: Any, **kw: Any) -> str:
    return str(compiler.visit_values(element, **kw))


@compiles(Owned, "duckdb")
def _owned_duckdb(element: Owned, compiler: Any, **kw: Any) -> str:
    """As two lists: thousands of values would take longer to be made literals, one by one, than to be looked up."""
    aliases, owners = (", ".join(map(_quoted, names)) for names in (element.owner.keys(), element.owner.values()))
    return f"(SELECT unnest([{aliases}]) AS alias, unnest([{owners}]) AS owner) AS {NAME}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
