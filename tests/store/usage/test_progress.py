"""How far a load is, and how long it will take, whatever its files are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from store.database import Store
from store.usage.ingest import estimate, ingest_files
from store.usage.readers import Source
from tests.store.usage.test_bad_files import ROW, parquet
from tests.store.usage.test_ingest import BY, NOW, event, lines, store  # noqa: F401 - the fixture


def test_time_left_is_known_from_the_first_part_of_several_files(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.usage.lines.PART_BYTES", 20_000)
    monkeypatch.setattr("store.usage.readers.PIECE", 5_000)
    told: list[tuple[int, int | None]] = []
    files = [lines(tmp_path / f"{name}.jsonl", *(event(f"{name}{n:04}") for n in range(1000))) for name in "abc"]
    ingest_files(store, files, rejects=None, by=BY, now=NOW, progress=lambda done, whole: told.append((done, whole)))
    assert len(told) > 10
    assert all(whole is not None and 2700 <= whole <= 3300 for _, whole in told)
    assert told[-1] == (3000, 3000)


def test_a_file_of_parquet_says_how_many_rows_it_has(tmp_path: Path) -> None:
    plain = parquet(tmp_path / "a.parquet", f"{ROW} FROM range(70000) r(i)")
    zipped = tmp_path / "b.parquet.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, zipped):
        source = Source(str(path))
        assert next(source.parts()).count == 50_000
        assert estimate([source]) == 70_000


def test_how_long_a_pipe_is_nobody_knows(tmp_path: Path) -> None:
    source = Source(str(lines(tmp_path / "a.jsonl", event())))
    source.check()
    assert estimate([source]) is None, "nothing was read yet"
    list(source.parts())
    assert estimate([source]) == 1
    assert estimate([source, Source("-")]) is None
    empty = Source(str(lines(tmp_path / "b.jsonl")))
    empty.check()
    assert estimate([source, empty]) == 1
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8"))["transaction_id"] == "t1"
