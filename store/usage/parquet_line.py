"""Rows of a Parquet file as lines of JSON, in DuckDB's words: the same events as when they are taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from store.terms import document
from store.usage.ledger.batch import microseconds
from store.usage.spreadsheet import FIELDS, property_of

_WHOLE = {"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint"}


def as_line(names: Sequence[str], kinds: Iterable[Any]) -> str | None:
    """An expression for a row's line; NULL where a value of the row has no JSON. None for columns of other kinds."""
    fields: dict[str, str] = {}
    properties: dict[str, str] = {}
    whole, sound = "", []
    for name, kind in zip(names, kinds, strict=True):
        column = '"' + name.replace('"', '""') + '"'
        if name == "properties" and kind.id == "varchar":
            whole = f"coalesce({column}, '{{}}')"
            sound.append(f"({column} IS NULL OR ({_object(column)}))")
            continue
        made = _value(column, kind.id)
        if made is None or name == "properties":
            return None
        text, condition = made
        if condition:
            sound.append(f"({column} IS NULL OR ({condition}))")
        if name in FIELDS:
            fields[name] = text
            sound.append(f"{column} IS NOT NULL")
        else:
            properties[property_of(name)] = f"coalesce({text}, 'null')"
    if whole and properties:
        return None
    line = _written(fields | {"properties": whole or _written(properties)})
    return f"CASE WHEN {' AND '.join(sound)} THEN {line} END"


def _value(column: str, kind: str) -> tuple[str, str] | None:
    """A column's values as JSON, and which of them can be so."""
    if kind == "varchar":
        return f"to_json({column})::VARCHAR", f"NOT contains({column}, chr(0))"
    if kind == "boolean" or kind in _WHOLE or kind == "decimal":
        return f"{column}::VARCHAR", ""
    if kind == "double":
        return f"{column}::VARCHAR", f"({column} = 0 OR abs({column}) BETWEEN 1e-20 AND 1e24)"
    if kind.startswith("timestamp"):
        micros = f"epoch_us({column})"  # NULL for an infinity
        stamp = f"strftime(make_timestamp({micros}), '%Y-%m-%dT%H:%M:%S')"
        part = f"CASE WHEN {micros} % 1000000 = 0 THEN '' ELSE strftime(make_timestamp({micros}), '.%f') END"
        return f"""'"' || {stamp} || {part} || 'Z"'""", f"coalesce({micros} BETWEEN {_FIRST} AND {_LAST}, false)"
    return None


_FIRST, _LAST = microseconds(datetime(1000, 1, 1, tzinfo=UTC)), microseconds(datetime.max.replace(tzinfo=UTC))
"""Instants whose year is written with four digits without any of them being filled up."""


def _object(column: str) -> str:
    """Whether a text is an object of JSON on one line, as it can stand within another, with no field twice.

    DuckDB takes NaN, infinities and a last comma for JSON.
    """
    alone = f"regexp_full_match({column}, '[ \\t]*[{{][^\\r\\n]*') AND json_valid({column})"
    alone += f" AND NOT regexp_matches({column}, '(?i)[:,[][ \\t]*-?(nan|inf)|,[ \\t]*[]}}]|[\\\\]u0000')"
    fields = f"(length({column}) - length(replace({column}, '\":', ''))) // 2"
    return f"CASE WHEN {alone} THEN len(list_distinct(json_keys({column}))) = {fields} ELSE false END"


def _written(members: dict[str, str]) -> str:
    """An object of JSON with these members, each an expression."""
    parts = [f"'{_quoted(name)}:' || {value}" for name, value in members.items()]
    return " || ',' || ".join(["'{' || " + parts[0], *parts[1:]]) + " || '}'" if parts else "'{}'"


def _quoted(name: str) -> str:
    return document.write(name).replace("'", "''")
