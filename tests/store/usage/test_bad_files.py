"""Files that are not what their names say, or hold what no ledger can: told by name, before or after what was sound."""

from __future__ import annotations

import gzip
import json
import os
import threading
from pathlib import Path

import pytest

from store.database import Store
from store.errors import Invalid, StoreUnavailable
from store.queries import count_events, events_of
from store.usage.ingest import IngestResult, ingest_files
from store.usage.ledger.ledger import ledger_at
from tests.store.usage.test_ingest import BY, NOW, counts, event, lines, load, store  # noqa: F401 - the fixture

HEAD = "transaction_id,customer_id,event_type,timestamp,n\n"
ROW = "SELECT 't' || i AS transaction_id, 'c' AS customer_id, 'e' AS event_type, TIMESTAMP '2025-03-01' AS timestamp"


def parquet(path: Path, query: str) -> Path:
    """A Parquet file of that query."""
    import duckdb

    with duckdb.connect() as connection:
        connection.sql(query).write_parquet(str(path))
    return path


def reasons(result: IngestResult) -> list[tuple[int, str]]:
    """Lines and reasons of the first rejected."""
    return [(reject.line, reject.reason) for reject in result.rejects]


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT"])
def test_floats_that_are_no_numbers_are_rejected_row_by_row(store: Store, tmp_path: Path, kind: str) -> None:  # noqa: F811
    values = f"CASE i WHEN 0 THEN 0.1::{kind} WHEN 1 THEN 'nan'::{kind} WHEN 2 THEN '-inf'::{kind} ELSE 2.5::{kind} END"
    rejects = tmp_path / "r"
    result = load(store, parquet(tmp_path / "a.parquet", f"{ROW}, {values} AS n FROM range(4) r(i)"), rejects=rejects)
    assert counts(result) == (2, 0, 2)
    assert reasons(result) == [
        (2, "/properties/n: NaN is not a number"),
        (3, "/properties/n: an infinity is not a number"),
    ]
    assert [e.properties for e in events_of(store)] == [{"n": "0.1"}, {"n": "2.5"}]
    assert [json.loads(line)["event"]["properties"] for line in rejects.read_text("utf-8").splitlines()] == [
        {"n": "nan"},
        {"n": "-inf"},
    ]


def test_floats_within_other_values_are_the_shortest_decimals_too(store: Store, tmp_path: Path) -> None:  # noqa: F811
    given = "{'single': 0.1::FLOAT, 'double': 0.1::DOUBLE, 'gone': NULL::FLOAT} AS properties"
    assert counts(load(store, parquet(tmp_path / "a.parquet", f"{ROW}, {given} FROM range(1) r(i)"))) == (1, 0, 0)
    given = "MAP {'m': 16777217::FLOAT} AS properties"
    query = f"{ROW}, {given} FROM range(1, 2) r(i)"
    assert counts(load(store, parquet(tmp_path / "b.parquet", query))) == (1, 0, 0)
    assert [e.properties for e in events_of(store)] == [{"single": "0.1", "double": "0.1"}, {"m": "16777216"}]


def test_instants_outside_the_calendar_are_rejected_row_by_row(store: Store, tmp_path: Path) -> None:  # noqa: F811
    moment = (
        "CASE i WHEN 0 THEN TIMESTAMP '12000-01-01' WHEN 1 THEN 'infinity'::TIMESTAMP ELSE TIMESTAMP '2025-03-01' END"
    )
    query = f"{ROW.replace(chr(84) + 'IMESTAMP ' + repr('2025-03-01'), moment)} FROM range(3) r(i)"
    result = load(store, parquet(tmp_path / "a.parquet", query))
    assert counts(result) == (1, 0, 2)
    assert {reason for _, reason in reasons(result)} == {"/timestamp: is no instant of the years 1 to 9999"}


def test_instants_with_a_zone_within_other_values_are_read(store: Store, tmp_path: Path) -> None:  # noqa: F811
    given = "{'at': TIMESTAMPTZ '2025-03-01 02:00:00+02'} AS properties"
    assert counts(load(store, parquet(tmp_path / "a.parquet", f"{ROW}, {given} FROM range(1) r(i)"))) == (1, 0, 0)
    assert [e.properties for e in events_of(store)] == [{"at": "2025-03-01T00:00:00Z"}]


def test_bytes_that_are_no_text_are_rejected_and_not_made_alike(store: Store, tmp_path: Path) -> None:  # noqa: F811
    ids = "CASE i WHEN 0 THEN '\\xFE'::BLOB WHEN 1 THEN '\\xFF'::BLOB ELSE 'good'::BLOB END"
    query = f"{ROW.replace(repr('t') + ' || i', ids)} FROM range(3) r(i)"
    result = load(store, parquet(tmp_path / "a.parquet", query))
    assert counts(result) == (1, 0, 2)
    assert {reason for _, reason in reasons(result)} == {"/transaction_id: holds bytes that are not text"}


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.jsonl.gz", "a.csv.gz"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("ab".encode("utf-16"), "is UTF-16 text: events are read as UTF-8"),
        ("{}".encode("utf-16-le"), "is UTF-16 text"),
        ("ab".encode("utf-32"), "is UTF-32 text"),
        (gzip.compress(b"{}"), "is compressed with gzip: its name should end with .gz"),
        (b"PAR1\x15\x04", "is a Parquet file: its name should end with .parquet"),
        (b"PK\x03\x04", "is a zip archive: unpack it first"),
        (b"\x28\xb5\x2f\xfd\0", "is compressed with zstd: unpack it first"),
    ],
    ids=["utf-16", "utf-16-le", "utf-32", "gzip", "parquet", "zip", "zstd"],
)
def test_what_is_no_text_is_said_once_by_its_name(
    store: Store,  # noqa: F811
    tmp_path: Path,
    name: str,
    data: bytes,
    said: str,
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(Invalid) as refused:
        load(store, path)
    assert refused.value.message.startswith(f"{path} ") and said in refused.value.message
    assert count_events(store) == 0


def test_a_header_without_a_column_names_the_file(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.csv"
    path.write_text("transaction_id,customer_id,n\n", "utf-8")
    with pytest.raises(Invalid, match=r"a\.csv has no column event_type, timestamp"):
        load(store, path)
    path.write_text(HEAD.replace("n\n", "n,n\n"), "utf-8")
    with pytest.raises(Invalid, match=r"a\.csv has the column n twice"):
        load(store, path)
    path.write_text('"transaction_id"x,customer_id\n', "utf-8")
    with pytest.raises(Invalid, match=r"a\.csv has a header that is not valid CSV"):
        load(store, path)


def test_rows_of_csv_are_known_by_the_line_where_they_begin(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "a.csv"
    good = "k{},acme,call,2025-03-01T00:00:00Z,1\n"
    odd = 'k2,"ac\nme",call,yesterday,1\n' + good.format(3) + 'k4,"acme,call,x\n' + good.format(5)
    path.write_text(HEAD + good.format(1) + odd, "utf-8")
    result = load(store, path)
    assert counts(result) == (2, 0, 2)
    assert [line for line, _ in reasons(result)] == [3, 6]
    assert reasons(result)[1][1] == "is not valid CSV: unexpected end of data, by line 7"
    path.write_bytes((HEAD + "k9,Société,call,2025-03-01T00:00:00Z,1\n").encode("latin-1"))
    assert reasons(load(store, path)) == [(2, "/customer_id: is not UTF-8 text")]


def test_numbers_out_of_bounds_name_their_property_and_stay_readable(store: Store, tmp_path: Path) -> None:  # noqa: F811
    text = json.dumps(event()).replace('"n": 1', '"n": 1e400')
    result = load(store, lines(tmp_path / "a.jsonl", text), rejects=tmp_path / "r")
    assert reasons(result) == [(1, "/properties: n: must have at most 24 digits before the point")]
    assert json.loads((tmp_path / "r").read_text("utf-8"))["event"] == text


def test_a_file_that_is_not_there_is_told_before_anything_is_taken_in(store: Store, tmp_path: Path) -> None:  # noqa: F811
    good = lines(tmp_path / "a.jsonl", event())
    (tmp_path / "b.parquet").mkdir()
    for other, said in ((tmp_path / "b.jsonl", "there is no file"), (tmp_path / "b.parquet", "it is a folder")):
        with pytest.raises(Invalid, match=said):
            load(store, good, other)
    assert count_events(store) == 0


def test_what_was_taken_before_a_file_breaks_off_is_counted(store: Store, tmp_path: Path) -> None:  # noqa: F811
    good, cut = lines(tmp_path / "a.jsonl", event("a"), "no event"), tmp_path / "b.jsonl.gz"
    cut.write_bytes(gzip.compress(json.dumps(event("b")).encode())[:-9])
    result = IngestResult()
    with pytest.raises(Invalid, match="is not a whole gzip file"):
        ingest_files(store, [good, cut], rejects=None, by=BY, now=NOW, result=result)
    assert counts(result) == (1, 0, 1)


def test_a_pipe_with_a_name_is_read(store: Store, tmp_path: Path) -> None:  # noqa: F811
    pipe, text = tmp_path / "a.jsonl", json.dumps(event()) + "\n"
    os.mkfifo(pipe)
    writing = threading.Thread(target=lambda: pipe.write_text(text, "utf-8"))
    writing.start()
    assert counts(load(store, pipe)) == (1, 0, 0)
    writing.join()


def test_rejects_write_over_nothing_that_is_read_or_kept(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path, link = lines(tmp_path / "a.jsonl", event()), tmp_path / "link"
    link.symlink_to(path)
    kept = path.read_bytes()
    book = tmp_path / "store.db"
    for name in (link, tmp_path / "x" / ".." / "a.jsonl", book, tmp_path / "store.db-wal"):
        with pytest.raises(Invalid, match="rejected events need another file"):
            load(store, path, rejects=name)
    with pytest.raises(Invalid, match="is in the usage folder"):
        load(store, path, rejects=store.ledger.folder / "2025-03" / "x.parquet")
    assert path.read_bytes() == kept
    assert counts(load(store, path)) == (1, 0, 0)


def test_a_disk_too_full_for_the_rejects_says_so_and_keeps_what_was_sound(store: Store, tmp_path: Path) -> None:  # noqa: F811
    path = lines(tmp_path / "a.jsonl", event(), "no event")
    with pytest.raises(StoreUnavailable, match="/dev/full cannot be written: the disk is full"):
        load(store, path, rejects=Path("/dev/full"))
    assert count_events(store) == 1


@pytest.mark.parametrize(
    "url",
    ["clickhouse://", "clickhouse://u:secret@h:99999/d", "postgresql://u:secret@h:abc/d", "mysql://u:secret@h/d"],
)
def test_an_address_that_cannot_be_one_is_refused_at_once_without_its_password(store: Store, url: str) -> None:  # noqa: F811
    with pytest.raises(Invalid) as refused:
        ledger_at(url, store.location)
    assert "secret" not in str(refused.value)
