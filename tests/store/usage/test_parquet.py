"""Rows of Parquet that DuckDB makes lines of are the events that they are when they are taken apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store.usage import parquet
from store.usage.preparing import prepare
from store.usage.rows import Lines, Part, Rows

SOUND = "'t' AS transaction_id, 'c' AS customer_id, 'e' AS event_type, TIMESTAMP '2025-03-01 01:02:03' AS timestamp"
JSON = [
    "{}", '{"a":1.50}', ' {"a": "x", "b":[1]}', '{"a":1,"a":2}', '{"a":\n1}', "[1]", "{", "1", "", '{"a":NaN}',
    '{"a": -Infinity}', '{"a":"nan: inf"}', '{"a":"x\":y"}', '{"\\u0061":1,"a":2}', '{"a":"\\u0000"}',
    '{"a":{"a":1}}', '{"a":1,}', "null", None,
]  # fmt: skip
INSTANTS = [
    "2025-01-01", "2025-01-01 00:00:00.5", "2025-01-01 00:00:00.000001", "0999-12-31 23:59:59", "1000-01-01",
    "9999-12-31 23:59:59.999999", "10000-01-01", "0044-03-15 (BC)", "infinity", "-infinity", "1969-12-31 23:59:59.5",
]  # fmt: skip
DOUBLES = [
    0.1, -0.0, 5.0, 1e300, 9e23, 1e24, 1e-7, 1e-20, 3e-21, 1e-300, 123456789.125, 1e16, "nan", "inf", "-inf", None,
]  # fmt: skip
COLUMNS: dict[str, tuple[str, list[Any]]] = {
    "text": ("VARCHAR", ["", " 7 ", "5.10", "é\U0001f600", "q\"uo'te\\", "a\nb", "a\0b", "\x01", None]),
    "double": (
        "DOUBLE",
        [
            0.1,
            -0.0,
            5.0,
            1e300,
            9e23,
            1e24,
            1e-7,
            1e-20,
            3e-21,
            1e-300,
            123456789.125,
            1e16,
            "nan",
            "inf",
            "-inf",
            None,
        ],
    ),
    "decimal": ("DECIMAL(38, 9)", ["0", "-0.5", "5.100000000", "12345678901234567890123456789.123456789", None]),
    "whole": ("HUGEINT", ["0", "-7", "170141183460469231731687303715884105727", "1" * 24, "1" * 25, None]),
    "yes": ("BOOLEAN", [True, False, None]),
    "moment": ("TIMESTAMP", [*INSTANTS, None]),
    "zoned": ("TIMESTAMPTZ", [*INSTANTS, None]),
    "nanos": ("TIMESTAMP_NS", ["2025-01-01 00:00:00.123456789", "1700-01-01", None]),
    "properties": ("VARCHAR", JSON),
    "timestamp": ("TIMESTAMP", [*INSTANTS, None]),
    "transaction_id": ("VARCHAR", ["", "t", "x" * 128, "x" * 129, "a\0", None]),
    "event_type": ("VARCHAR", ["", "é", None]),
    "customer_id": ("VARCHAR", ["", "\t", None]),
}


def told(parts: Iterable[Part]) -> list[Any]:
    """What becomes of each row of parts of one row each."""
    found: list[Any] = []
    for part in parts:
        made = prepare(part)
        assert made.lines == 1
        found.append(json.loads(made.batch.lines) if made.batch.lines else made.refused)
    return found


@pytest.mark.parametrize("name", COLUMNS)
def test_both_ways_make_the_same_of_every_value(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, values = COLUMNS[name]
    path = tmp_path / "events.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE v (n INTEGER, x {kind})")
        connection.executemany(f"INSERT INTO v VALUES (?, ?::VARCHAR::{kind})", list(enumerate(values)))
        own = f"x AS {name}" if name in SOUND or name == "properties" else f'x AS "it\'s {name}"'
        fields = ", ".join(each for each in SOUND.split(", ") if not each.endswith(f" AS {name}"))
        connection.execute(f"COPY (SELECT {fields}, {own} FROM v ORDER BY n) TO '{path}' (FORMAT parquet)")
    monkeypatch.setattr(parquet, "PART_ROWS", 1)
    apart: list[Part] = [Rows((given,)) for given in parquet._rows(path)]
    parts = list(parquet.parts(path))
    assert len(parts) == len(values)
    assert any(isinstance(part, Lines) for part in parts)
    assert told(parts) == told(apart)


def test_the_rows_of_a_part_that_has_no_lines_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.parquet"
    numbers = "CASE WHEN i = 5 THEN 'nan'::DOUBLE ELSE i END AS v"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {SOUND}, {numbers} FROM range(9) r(i)) TO '{path}' (FORMAT parquet)")
    monkeypatch.setattr(parquet, "PART_ROWS", 4)
    first, second, third = parquet.parts(path)
    assert isinstance(first, Lines) and (first.first, first.count) == (1, 4)
    assert isinstance(second, Rows) and [row.line for row in second.rows] == [5, 6, 7, 8]
    assert isinstance(third, Lines) and (third.first, third.count) == (9, 1)
    assert [refused.line for refused in prepare(second).refused] == [6]
