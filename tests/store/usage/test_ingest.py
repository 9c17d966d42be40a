"""Events from files and calls: what is taken, what was known, what is rejected and why (README, §2.2, §4.1)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.database import Actor, Store
from store.errors import Invalid
from store.queries import events_of
from store.usage.ingest import IngestResult, ingest_events, ingest_files
from store.usage.readers import Source

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BY = Actor("tests", "cli")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(str(tmp_path / "store.db"))
    yield opened
    opened.close()


def event(transaction_id: object = "t1", **more: Any) -> dict[str, Any]:
    """A sound event of today."""
    base = {"transaction_id": transaction_id, "customer_id": "acme", "event_type": "call"}
    return base | {"timestamp": "2025-03-01T00:00:00Z", "properties": {"region": "EU", "n": 1}} | more


def lines(path: Path, *payloads: Any) -> Path:
    """A file of JSON lines; text is written as it is."""
    text = "".join((p if isinstance(p, str) else json.dumps(p)) + "\n" for p in payloads)
    path.write_text(text, encoding="utf-8")
    return path


def load(store: Store, *paths: Path | str, rejects: Path | None = None) -> IngestResult:
    """The files ingested now."""
    return ingest_files(store, [str(p) for p in paths], rejects=rejects, by=BY, now=NOW)


def counts(result: IngestResult) -> tuple[int, int, int]:
    """Accepted, duplicate, rejected."""
    return result.accepted, result.duplicate, result.rejected


def stored(store: Store) -> list[tuple[Any, ...]]:
    """Every event in the order accepted."""
    return [(e.transaction_id, e.customer_id, e.timestamp, e.properties) for e in events_of(store)]


def test_events_are_kept_in_order_with_exact_text(store: Store, tmp_path: Path) -> None:
    exact = (
        '{"transaction_id": "b", "customer_id": "x@y", "event_type": "e", "timestamp": "2020-01-01T01:00:00.25+01:00", '
    )
    exact += '"properties": {"n": 0.10000000000000000001, "big": 12345678901234567890, "flag": true, "none": null}}'
    assert counts(load(store, lines(tmp_path / "a.jsonl", event("a"), exact))) == (2, 0, 0)
    assert stored(store) == [
        ("a", "acme", datetime(2025, 3, 1, tzinfo=UTC), {"region": "EU", "n": "1"}),
        (
            "b",
            "x@y",
            datetime(2020, 1, 1, 0, 0, 0, 250000, tzinfo=UTC),
            {"n": "0.10000000000000000001", "big": "12345678901234567890", "flag": "true"},
        ),
    ]


def test_the_first_of_a_transaction_id_wins_within_34_days_of_event_time(store: Store, tmp_path: Path) -> None:
    first = event("a", properties={"n": 1})
    again = event("a", properties={"n": 2}, timestamp="2025-04-04T00:00:00Z")
    later = event("a", properties={"n": 3}, timestamp="2025-04-04T00:00:01Z")
    early = event("a", properties={"n": 4}, timestamp="2025-01-26T00:00:00Z")
    assert counts(load(store, lines(tmp_path / "a.jsonl", first, again, later, early))) == (2, 2, 0)
    assert [row[3]["n"] for row in stored(store)] == ["1", "3"]


def test_loading_a_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", *(event(f"t{n}") for n in range(2500)))
    assert counts(load(store, path)) == (2500, 0, 0)
    assert counts(load(store, path)) == (0, 2500, 0)
    assert counts(load(store, path, path)) == (0, 5000, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "the line is not valid JSON"),
        ("[]", "must be an object"),
        ("null", "must be an object"),
        ("{}", "/transaction_id: is required"),
        (json.dumps(event(transaction_id="x" * 129)), "/transaction_id"),
        (json.dumps(event(transaction_id=5)), "/transaction_id: must be a string"),
        (json.dumps(event(timestamp="2025-03-01")), "/timestamp: must carry a time and a time zone"),
        (json.dumps(event(timestamp="2025-03-01T00:00:00")), "/timestamp: must carry a time and a time zone"),
        (json.dumps(event(timestamp=1740787200)), "/timestamp: must be an RFC 3339 timestamp"),
        (json.dumps(event(timestamp="2025-02-30T00:00:00Z")), "/timestamp: is not a date that exists"),
        (json.dumps(event(properties=[1])), "/properties: must be an object"),
        (json.dumps(event(properties={"a": {"b": 1}})), "/properties: a: must be a string or a number"),
        (json.dumps(event(properties={"a": "\ud800"})), "holds a character that is not text"),
        (json.dumps(event(extra=1)), "/extra: is not a known field"),
        (json.dumps(event()).replace('"n": 1', '"n": NaN'), "NaN is not a number"),
        (json.dumps(event()).replace('"n": 1', '"n": 1e999'), "/properties: n: must have at most 24 digits"),
        ("[" * 100_000, "the line is nested too deeply"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_reason(
    store: Store, tmp_path: Path, line: str, reason: str
) -> None:
    path = lines(tmp_path / "a.jsonl", event("good"), "", line, event("fine"))
    rejects = tmp_path / "rejects.jsonl"
    result = load(store, path, rejects=rejects)
    assert counts(result) == (2, 0, 1)
    assert [row[0] for row in stored(store)] == ["good", "fine"]
    (told,) = [json.loads(text) for text in rejects.read_text(encoding="utf-8").splitlines()]
    assert (told["file"], told["line"]) == (str(path), 3)
    assert reason in told["reason"]
    assert result.rejects[0].line == 3


def test_bytes_that_are_no_text_are_rejected(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xff\xfe\n{"a": "\xe9"}\n' + json.dumps(event()).encode())
    rejects = tmp_path / "rejects.jsonl"
    assert counts(load(store, path, rejects=rejects)) == (1, 0, 2)
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 2


def test_gzip_is_read_and_a_broken_one_refused_after_what_it_held(store: Store, tmp_path: Path) -> None:
    whole = gzip.compress("".join(json.dumps(event(f"t{n}")) + "\n" for n in range(20_000)).encode())
    good, cut, fake = (tmp_path / f"{name}.jsonl.gz" for name in ("good", "cut", "fake"))
    cut.write_bytes(whole[: len(whole) // 2])
    fake.write_bytes(b"not gzip\n")
    with pytest.raises(Invalid, match="breaks off or is damaged"):
        load(store, cut)
    part = len(stored(store))
    assert 0 < part < 20_000
    with pytest.raises(Invalid, match="breaks off or is damaged"):
        load(store, fake)
    good.write_bytes(whole)
    assert counts(load(store, good)) == (20_000 - part, part, 0)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.gz", "a.json"])
def test_an_unknown_kind_of_file_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(Invalid, match=r"events are read from \.jsonl, \.csv"):
        load(store, tmp_path / name)


def test_a_missing_file_or_folder_is_refused(store: Store, tmp_path: Path) -> None:
    for name in ("none.jsonl", "none.parquet"):
        with pytest.raises(Invalid, match="there is no file"):
            load(store, tmp_path / name)
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(Invalid, match="cannot be read"):
        load(store, tmp_path / "folder.jsonl")


def test_rejects_never_overwrite_what_is_read(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", event())
    with pytest.raises(Invalid, match="is read from"):
        load(store, path, rejects=path)
    assert counts(load(store, path)) == (1, 0, 0)


CSV = """transaction_id,customer_id,event_type,timestamp,properties,properties.region,n
a,acme,call,2025-03-01T00:00:00Z,"{""n"": 1.50}",EU,
b,acme,call,2025-03-01T00:00:00Z,,,2.50
c,acme,call,yesterday,,,
d,acme,call
e,acme,call,2025-03-01T00:00:00Z,[1],,
f,"acme
two",call,2025-03-01T00:00:00Z,,,
"""


def test_csv_has_properties_as_json_or_as_columns(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    rejects = tmp_path / "r"
    assert counts(load(store, path, rejects=rejects)) == (3, 0, 3)
    assert [(row[0], row[1], row[3]) for row in stored(store)] == [
        ("a", "acme", {"n": "1.5", "region": "EU"}),
        ("b", "acme", {"n": "2.50"}),
        ("f", "acme\ntwo", {}),
    ]
    told = [json.loads(text) for text in rejects.read_text(encoding="utf-8").splitlines()]
    assert [(t["line"], t["reason"].split(":")[0]) for t in told] == [
        (4, "/timestamp"),
        (5, "has 3 columns where the header has 7"),
        (6, "properties"),
    ]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("transaction_id,customer_id,event_type", "no column timestamp"),
        ("transaction_id,customer_id,event_type,timestamp,n,n", "column n twice"),
    ],
)
def test_a_csv_without_its_columns_is_refused(store: Store, tmp_path: Path, header: str, reason: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(Invalid, match=reason):
        load(store, path)


def test_csv_bytes_that_are_no_text_are_rejected(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    row = b"x,acme\xff,call,2025-03-01T00:00:00Z\n"
    path.write_bytes(gzip.compress(b"transaction_id,customer_id,event_type,timestamp\n" + row))
    assert counts(load(store, path, rejects=tmp_path / "r")) == (0, 0, 1)


def test_parquet_is_read_with_structs_columns_and_instants(store: Store, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a.parquet"
    duckdb.connect().sql(
        "SELECT 't' || i AS transaction_id, 'acme' AS customer_id, 'call' AS event_type, "
        "TIMESTAMPTZ '2025-03-01 00:00:00+00' + to_minutes(i::INT) AS timestamp, "
        "{'n': 0.1::DOUBLE, 'd': 12.340::DECIMAL(9,3), 'none': NULL} AS properties, i AS \"properties.i\" "
        "FROM range(3) r(i)"
    ).write_parquet(str(path))
    assert counts(load(store, path)) == (3, 0, 0)
    last = stored(store)[-1]
    assert last == ("t2", "acme", datetime(2025, 3, 1, 0, 2, tzinfo=UTC), {"n": "0.1", "d": "12.34", "i": "2"})
    fake = tmp_path / "fake.parquet"
    fake.write_text("no", encoding="utf-8")
    with pytest.raises(Invalid, match="cannot be read as Parquet"):
        load(store, fake)


def test_progress_counts_lines_and_ends_whole(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.usage.lines.PART_BYTES", 1)
    monkeypatch.setattr("store.usage.readers.PIECE", len(json.dumps(event("t1000"))) * 1000)
    told: list[tuple[int, int | None]] = []
    path = lines(tmp_path / "a.jsonl", *(event(f"t{n}") for n in range(1000, 4000)))
    ingest_files(store, [path], rejects=None, by=BY, now=NOW, progress=lambda done, total: told.append((done, total)))
    assert sorted({done for done, _ in told}) == [done for done, _ in told[:-1]]
    assert len(told) > 3
    assert told[-1] == (3000, 3000)
    assert all(total is None or total >= done for done, total in told)


def test_a_source_knows_how_far_it_was_read(tmp_path: Path) -> None:
    source = Source(str(lines(tmp_path / "a.jsonl", event("a"), event("b"))))
    (part,) = source.parts()
    assert part.count == 2
    assert source.done == source.size


def test_a_call_takes_up_to_a_hundred_events(store: Store) -> None:
    result = ingest_events(store, [event(f"t{n}") for n in range(100)], by=BY, now=NOW)
    assert counts(result) == (100, 0, 0)
    assert counts(ingest_events(store, [event("t1"), event("new")], by=BY, now=NOW)) == (1, 1, 0)


@pytest.mark.parametrize("payload", [[], [event()] * 101, {}, None, "x", event()])
def test_rule_40_a_call_is_a_list_of_1_to_100(store: Store, payload: Any) -> None:
    with pytest.raises(Invalid, match="must be a list of 1 to 100 events"):
        ingest_events(store, payload, by=BY, now=NOW)


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("2025-03-02T12:00:00Z", ""),
        ("2025-03-02T12:00:01Z", "is more than 24 hours in the future"),
        ("2025-01-26T12:00:00Z", ""),
        ("2025-01-26T11:59:59Z", "is more than 34 days in the past"),
    ],
)
def test_rule_40_a_call_takes_events_of_its_time(store: Store, stamp: str, reason: str) -> None:
    payload = [event("a"), event("b", timestamp=stamp)]
    if reason:
        with pytest.raises(Invalid) as refused:
            ingest_events(store, payload, by=BY, now=NOW)
        assert [(p.path, p.message) for p in refused.value.problems] == [("/1/timestamp", reason)]
        assert stored(store) == []
    else:
        assert counts(ingest_events(store, payload, by=BY, now=NOW)) == (2, 0, 0)
