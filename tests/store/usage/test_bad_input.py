"""Input that is wrong in ways that files really are: one clear sentence, a defined state, nothing counted wrong."""

from __future__ import annotations

import errno
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from store import integrity
from store.database import Store
from store.errors import Invalid, StoreUnavailable
from store.queries import count_events, events_of
from store.usage.ledger.files import live_files
from tests.store.usage.test_ingest import counts, event, lines, load, store  # noqa: F401 - the fixture


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("0.123456789012345678901", "must have at most 20 digits after the point"),
        ("1e-21", "must have at most 20 digits after the point"),
        ("1234567890123456789012345", "must have at most 24 digits before the point"),
        ("NaN", "NaN is not a number"),
        ("Infinity", "Infinity is not a number"),
        ("-Infinity", "-Infinity is not a number"),
        ("1e999999999999999999999", ""),
    ],
)
def test_a_number_that_the_ledger_cannot_hold_is_rejected(
    store: Store,  # noqa: F811
    tmp_path: Path,
    number: str,
    reason: str,
) -> None:
    text = json.dumps(event("odd")).replace('"n": 1', f'"n": {number}')
    result = load(store, lines(tmp_path / "a.jsonl", event("good"), text))
    assert counts(result) == (1, 0, 1)
    assert result.rejects[0].line == 2 and reason in result.rejects[0].reason


def test_text_that_looks_like_a_number_stays_text(store: Store, tmp_path: Path) -> None:  # noqa: F811
    odd = {"blank": " 7 ", "nan": "NaN", "zero": "007", "long": "0." + "1" * 30}
    assert counts(load(store, lines(tmp_path / "a.jsonl", event(properties=odd)))) == (1, 0, 0)
    assert [e.properties for e in events_of(store)] == [odd]


def test_large_properties_are_kept_whole_and_too_large_ones_rejected(store: Store, tmp_path: Path) -> None:  # noqa: F811
    large = {f"k{k}": "x" * 900 for k in range(2000)}
    more = {f"k{k}": "" for k in range(2001)}
    huge = {"k": "x" * 4_000_000}
    path = lines(tmp_path / "a.jsonl", event("large", properties=large), event(properties=more), event(properties=huge))
    result = load(store, path)
    assert counts(result) == (1, 0, 2)
    assert [reject.reason for reject in result.rejects] == [
        "/properties: must have at most 2000 keys",
        "is longer than 4000000 bytes",
    ]
    assert [e.properties for e in events_of(store)] == [large]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman"])
def test_another_encoding_is_rejected_line_by_line(store: Store, tmp_path: Path, encoding: str) -> None:  # noqa: F811
    path = tmp_path / "a.jsonl"
    path.write_bytes((json.dumps(event(customer_id="Société"), ensure_ascii=False) + "\n").encode(encoding))
    result = load(store, path, rejects=tmp_path / "r")
    assert (result.accepted, result.rejected > 0) == (0, True)
    assert "is not" in result.rejects[0].reason
    assert json.loads((tmp_path / "r").read_text("utf-8").splitlines()[0])["line"] == 1


def test_a_byte_order_mark_is_no_fault(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(event()).encode("utf-8-sig"))
    assert counts(load(store, path)) == (1, 0, 0)


def many(path: Path, *, bad: int, count: int = 3000) -> Path:
    """A file of several parts, one line of which is bad."""
    return lines(path, *((event(f"t{n}") if n != bad else "no event") for n in range(1, count + 1)))


def test_a_bad_line_far_on_keeps_its_number_and_costs_no_other(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.usage.lines.PART_BYTES", 50_000)
    monkeypatch.setattr("store.usage.readers.PIECE", 10_000)
    result = load(store, many(tmp_path / "a.jsonl", bad=2345))
    assert counts(result) == (2999, 0, 1)
    assert result.rejects[0].line == 2345
    assert [e.transaction_id for e in events_of(store)] == [f"t{n}" for n in range(1, 3001) if n != 2345]


def test_a_gzip_of_several_members_is_read_to_its_end(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.jsonl.gz"
    text = [json.dumps(event(f"t{n}")).encode() + b"\n" for n in range(3)]
    path.write_bytes(gzip.compress(text[0]) + gzip.compress(text[1]) + gzip.compress(text[2]) + b"\0" * 20)
    assert counts(load(store, path)) == (3, 0, 0)


def test_parquet_may_be_zipped_and_is_refused_where_it_breaks_off(store: Store, tmp_path: Path) -> None:  # noqa: F811
    import duckdb

    path, zipped = tmp_path / "a.parquet", tmp_path / "a.parquet.gz"
    duckdb.connect().sql(
        "SELECT 't' transaction_id, 'c' customer_id, 'e' event_type, TIMESTAMP '2025-03-01' AS timestamp, 1.50 AS n"
    ).write_parquet(str(path))
    whole = gzip.compress(path.read_bytes())
    zipped.write_bytes(whole[:-30])
    with pytest.raises(Invalid, match="is not a whole gzip file"):
        load(store, zipped)
    zipped.write_bytes(whole)
    assert counts(load(store, zipped)) == (1, 0, 0)
    assert [e.properties for e in events_of(store)] == [{"n": "1.5"}]
    duckdb.connect().sql("SELECT 't' transaction_id, 'c' customer_id").write_parquet(str(path))
    with pytest.raises(Invalid, match=r"has no column event_type, timestamp"):
        load(store, path)


def test_a_full_disk_takes_nothing_of_the_batch_and_leaves_nothing_behind(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = lines(tmp_path / "a.jsonl", event("a"), event("b", timestamp="2025-02-01T00:00:00Z"))
    rename = Path.rename
    done: list[bool] = []

    def full(self: Path, target: Any) -> Any:
        if done:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StoreUnavailable, match="cannot be written to: the disk is full"):
        load(store, path)
    monkeypatch.undo()
    assert (count_events(store), live_files(store)) == (0, ())
    assert list(store.ledger.folder.rglob("*.parquet")) == []
    assert counts(load(store, path)) == (2, 0, 0)
    assert integrity.check(store) == ()
