"""The ledger's files: what is in them, what counts, what happens when they are merged, lost or damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import integrity
from store.database import Store
from store.errors import StoreUnavailable
from store.queries import count_events, events_of, ledger_now
from store.terms.event import Event
from store.usage.ledger.columns import COLUMNS, ROW_GROUP
from store.usage.ledger.compaction import FILES, GRACE, alike, clear, compact, tend
from store.usage.ledger.files import live_files
from tests.store.usage.ledger.feed import BY, NOW, accept, event


def test_a_file_has_the_agreed_columns_sorted_in_small_row_groups(store: Store) -> None:
    accept(store, [event(k, of=f"c{-k % 7}", n=k) for k in range(ROW_GROUP + 5)])
    (file,) = live_files(store)
    shape = duckdb.execute("DESCRIBE FROM read_parquet(?)", [file.path]).fetchall()
    assert {name: kind for name, kind, *_ in shape} == COLUMNS
    rows = duckdb.execute("SELECT alias, timestamp, seq FROM read_parquet(?)", [file.path]).fetchall()
    assert rows == sorted(rows)
    assert len(rows) == file.rows
    asked = "SELECT DISTINCT row_group_num_rows, compression FROM parquet_metadata(?) ORDER BY ALL"
    groups = duckdb.execute(asked, [file.path]).fetchall()
    assert max(rows for rows, _ in groups) <= ROW_GROUP + 2048
    assert {kind for _, kind in groups} == {"ZSTD"}


def test_every_month_has_its_folder_and_nobody_else_may_look(store: Store) -> None:
    accept(store, [event(1), event(2, at=datetime(2025, 2, 1, tzinfo=UTC)), event(3, at=datetime(1, 1, 1, tzinfo=UTC))])
    files = live_files(store)
    assert [(file.month, file.rows) for file in files] == [("0001-01", 1), ("2025-01", 1), ("2025-02", 1)]
    assert [Path(file.path).parent.name for file in files] == [file.month for file in files]
    assert live_files(store, ["2025-02"]) == files[2:]
    assert all(Path(file.path).stat().st_mode & 0o777 == 0o600 for file in files)
    assert store.ledger.folder.stat().st_mode & 0o777 == 0o700


def test_what_is_undone_leaves_no_file(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.work(by=BY, now=NOW) as work:
        from store.commands.events import accept_events

        assert accept_events(work, [event(1)]) == 1
        raise ZeroDivisionError
    assert list(store.ledger.folder.rglob("*.*")) == []
    assert accept(store, [event(1)]) == 1
    assert integrity.check(store) == ()


def test_fifty_files_are_merged_and_read_the_same(store: Store) -> None:
    for k in range(FILES):
        accept(store, [event(3 * k + j, of=f"c{j}") for j in range(3)])
    before, state = list(events_of(store)), ledger_now(store)
    old = live_files(store)
    tend(store, by=BY, now=NOW)
    (file,) = live_files(store)
    assert ledger_now(store) > state
    assert (file.rows, file.first_seq) == (3 * FILES, old[0].first_seq)
    assert (file.min_timestamp, file.max_timestamp) == (old[0].min_timestamp, old[-1].max_timestamp)
    assert list(events_of(store)) == before
    assert all(Path(gone.path).exists() for gone in old)  # for those who are reading them
    tend(store, by=BY, now=NOW + GRACE + timedelta(seconds=1))
    assert not any(Path(gone.path).exists() for gone in old)
    assert list(events_of(store)) == before
    assert integrity.check(store) == ()


def test_files_of_like_size_are_merged_so_that_few_rows_are_written_often(store: Store) -> None:
    accept(store, [event(k) for k in range(100)])
    (large,) = live_files(store)
    accept(store, [event(1000)])
    accept(store, [event(1001)])
    small = live_files(store)[1:]
    assert set(alike([*small, large])) == set(small)
    assert compact(store, "2025-01", by=BY, now=NOW)
    assert [file.rows for file in live_files(store)] == [100, 2]
    assert alike([]) == []


def test_a_merge_that_comes_second_gives_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.usage.ledger import compaction, writing

    for k in range(3):
        accept(store, [event(k)])
    write_aside, first = writing.write_aside, [True]

    def slow(*asked: object) -> Path:
        made = write_aside(*asked)  # type: ignore[arg-type]
        if first:
            first.clear()
            assert compact(store, "2025-01", by=BY, now=NOW)
        return made

    monkeypatch.setattr(compaction, "write_aside", slow)
    assert not compact(store, "2025-01", by=BY, now=NOW)
    assert [file.rows for file in live_files(store)] == [3]
    assert list(store.ledger.incoming.iterdir()) == []
    assert integrity.check(store) == ()


def test_a_reader_who_is_overtaken_asks_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.usage.ledger import files

    accept(store, [event(1)])
    accept(store, [event(2)])
    listed, first = files.live_files, [True]

    def overtaken(store: Store, months: object = None) -> object:
        found = listed(store)
        if first:
            first.clear()
            compact(store, "2025-01", by=BY, now=NOW)
            clear(store, by=BY, now=NOW + 2 * GRACE)
        return found

    monkeypatch.setattr(files, "live_files", overtaken)
    assert [e.transaction_id for e in events_of(store)] == ["t1", "t2"]


def test_a_stray_is_cleared_away_and_another_store_s_files_are_not(store: Store) -> None:
    accept(store, [event(1)])
    (file,) = live_files(store)
    mine = Path(file.path)
    stray = mine.with_name("000000000099-0badcafe" + mine.name[-17:])
    theirs = mine.with_name("000000000001-0badcafe-deadbeef.parquet")
    for path in (stray, theirs):
        path.write_bytes(mine.read_bytes())
    assert count_events(store) == 1
    assert integrity.check(store) == ()
    clear(store, by=BY, now=NOW)
    assert not stray.exists()
    assert theirs.exists() and mine.exists()


@pytest.mark.parametrize("harm", ["gone", "cut", "changed", "other"])
def test_a_file_that_was_harmed_by_hand_is_named_and_nothing_is_counted_wrong(store: Store, harm: str) -> None:
    accept(store, [event(1)])
    accept(store, [event(2)])
    path = Path(live_files(store)[0].path)
    sound = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(sound[:-9])
    elif harm == "changed":
        path.write_bytes(sound[:40] + bytes([sound[40] ^ 1]) + sound[41:])
    else:
        path.write_bytes(Path(live_files(store)[1].path).read_bytes())
    faults = integrity.check(store)
    assert len(faults) == 1
    assert str(path) in faults[0] and ("is missing" if harm == "gone" else "is damaged") in faults[0]
    if harm in ("gone", "cut"):
        with pytest.raises(StoreUnavailable, match=f"a usage file is (missing|damaged): .*{path.name}"):
            list(events_of(store))


def test_a_file_that_is_none_of_ours_is_told_and_not_counted(store: Store) -> None:
    accept(store, [event(1)])
    path = Path(live_files(store)[0].path)
    (path.parent / "more.parquet").write_bytes(path.read_bytes())
    (fault,) = integrity.check(store)
    assert "more.parquet is none of the ledger's" in fault
    assert count_events(store) == 1


TIMES = st.sampled_from([timedelta(days=d, microseconds=u) for d in (0, 33, 34, 35, 68, 70) for u in (0, 1)])
SENT = st.lists(
    st.tuples(st.sampled_from("abc"), TIMES, st.text(max_size=3).filter(lambda t: "\0" not in t)), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(batches=st.lists(SENT, max_size=4), merged=st.booleans())
def test_the_ledger_gives_back_what_a_plain_list_would(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, timedelta, str]]], merged: bool
) -> None:
    store = Store.open(str(tmp_path_factory.mktemp("law") / "book.db"))
    sent = [
        [
            event(0, at=NOW + after, of=f"c{name}", text=text).model_copy(update={"transaction_id": name})
            for name, after, text in batch
        ]
        for batch in batches
    ]
    taken: list[Event] = []
    for batch in sent:
        new = [e for e in batch if new_to(taken, e)]
        assert accept(store, batch) == len(new)
        if merged:
            for month in {file.month for file in live_files(store)}:
                compact(store, month, by=BY, now=NOW)
    assert list(events_of(store)) == taken
    assert list(events_of(store, ["ca"])) == [e for e in taken if e.customer_id == "ca"]
    assert count_events(store) == len(taken)
    assert integrity.check(store) == ()
    store.close()


def new_to(taken: list[Event], new: Event) -> bool:
    """Whether no event of that id was taken within 34 days; then it is."""
    known = any(
        e.transaction_id == new.transaction_id and abs(e.timestamp - new.timestamp) <= timedelta(days=34) for e in taken
    )
    if not known:
        taken.append(new)
    return not known
