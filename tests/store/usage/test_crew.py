"""Processes that make parts ready: in order, whatever becomes of them, and without a word of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from store.errors import Invalid, TermsheetError
from store.usage.crew import ahead

KEPT: list[Any] = []


def counted_in_duckdb(upto: int) -> int:
    """A number that DuckDB had to be asked for, whose connection nobody closes."""
    import duckdb

    KEPT.append(duckdb.connect(":memory:"))
    (found,) = KEPT[0].execute("SELECT count(*) FROM range(?)", [upto]).fetchone() or (0,)
    return int(found)


def ended(_: int) -> int:
    """Ends its process."""
    import os

    os._exit(3)


def test_parts_come_in_order_and_a_fault_after_what_was_before_it() -> None:
    def parts() -> object:
        yield from range(7)
        raise Invalid("it breaks off")

    found = []
    with pytest.raises(Invalid, match="it breaks off"):
        for part, made in ahead(counted_in_duckdb, parts(), processes=2):  # type: ignore[arg-type]
            found.append((part, made))
    assert found == [(n, n) for n in range(7)]


def test_a_process_that_ends_is_said_in_a_sentence() -> None:
    with pytest.raises(TermsheetError, match="a process that reads events was stopped"):
        list(ahead(ended, iter(range(3)), processes=1))


def test_processes_end_without_last_words() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.store.usage.test_crew import *\nprint(*ahead(counted_in_duckdb, iter([3, 4])))",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert (told.stdout, told.stderr) == ("(3, 3) (4, 4)\n", "")
