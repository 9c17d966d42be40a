"""A copy of the ledger in another engine: passed on once, in order, and believed only when it is whole."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from store.database import Actor, Store
from store.errors import Invalid, StoreUnavailable
from store.preview import Previews
from store.rating import report
from store.usage.engines.backend import keeper_at
from store.usage.engines.mirror import catch_up, pass_on
from store.usage.engines.postgresql import PostgresKeeper
from store.usage.ingest import ingest_events, ingest_files
from store.usage.ledger.events import count_events
from store.usage.ledger.files import ledger_now
from tests import postgres
from tests.screens.demo_store import MERIDIAN, TODAY, WIDGETS, filled
from tests.store.usage.engines import clickhouse_front


@pytest.fixture(scope="module", params=["postgresql", "clickhouse"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """An engine with nothing in it."""
    with postgres.database() if request.param == "postgresql" else clickhouse_front.serving() as url:
        yield url


def test_previews_over_a_copy_are_those_over_the_files(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "demo.db")
    plain, copied = Store.open(str(path)), Store.open(str(path), usage=address)
    expected, found = Previews(plain, lambda: TODAY), Previews(copied, lambda: TODAY)
    for customer in (WIDGETS, MERIDIAN):
        assert report.as_json(found.current(customer)) == report.as_json(expected.current(customer))
    keeper = keeper_at(address)
    assert keeper is not None
    before = keeper.count()
    event = {"transaction_id": "new", "customer_id": MERIDIAN, "event_type": "api_call",
             "timestamp": "2025-10-19T00:00:00Z", "properties": {"calls": 5, "region": "EU"}}  # fmt: skip
    assert ingest_events(plain, [event], by=Actor("ann", "api"), now=TODAY).accepted == 1
    assert report.as_json(found.current(MERIDIAN)) == report.as_json(expected.current(MERIDIAN))
    assert keeper.count() == before + 1
    plain.close()
    copied.close()


def test_a_load_brings_the_copy_up_to_date(tmp_path: Path) -> None:
    path, feed = filled(tmp_path / "demo.db"), tmp_path / "feed.jsonl"
    event = {"transaction_id": "late", "customer_id": MERIDIAN, "event_type": "api_call",
             "timestamp": "2025-10-19T00:00:00Z", "properties": {"calls": 5}}  # fmt: skip
    feed.write_text(json.dumps(event), encoding="utf-8")
    with postgres.database() as url:
        store, keeper = Store.open(str(path), usage=url), PostgresKeeper(url)
        assert ingest_files(store, [feed], rejects=None, by=Actor("ann", "cli"), now=TODAY).accepted == 1
        assert (keeper.count(), keeper.state()) == (count_events(store), ledger_now(store))
        keeper.close()
        store.close()


def test_a_load_tells_that_the_copy_is_not_there_and_keeps_the_events(tmp_path: Path) -> None:
    path, feed = filled(tmp_path / "demo.db"), tmp_path / "feed.jsonl"
    plain = Store.open(str(path))
    before = count_events(plain)
    plain.close()
    feed.write_text('{"transaction_id":"x","customer_id":"y","event_type":"z","timestamp":"2025-10-19T00:00:00Z"}')
    store = Store.open(str(path), usage="postgresql://127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable, match=r"the events are in the ledger, .* cannot be reached"):
        ingest_files(store, [feed], rejects=None, by=Actor("ann", "cli"), now=TODAY)
    assert count_events(store) == before + 1
    store.close()


def test_a_copy_that_is_behind_is_not_believed_without_the_files(tmp_path: Path) -> None:
    path = filled(tmp_path / "demo.db")
    with postgres.database() as url:
        store = Store.open(str(path), usage=url)
        here = store.ledger.folder
        here.rename(tmp_path / "elsewhere")
        with pytest.raises(StoreUnavailable, match="the copy of the usage is behind"):
            Previews(store, lambda: TODAY).current(MERIDIAN)
        (tmp_path / "elsewhere").rename(here)
        keeper = PostgresKeeper(url)
        pass_on(store, keeper)
        here.rename(tmp_path / "elsewhere")
        assert Previews(store, lambda: TODAY).current(MERIDIAN).statements
        keeper.close()
        store.close()


def test_a_copy_of_another_ledger_or_of_a_later_state_is_not_believed(address: str, tmp_path: Path) -> None:
    if address.startswith("clickhouse"):
        not_believed(f"{address}?table=apart", tmp_path)
    else:
        with postgres.database() as url:
            not_believed(url, tmp_path)


def not_believed(address: str, tmp_path: Path) -> None:
    """Two ledgers and one copy; then the same ledger as it was before."""

    def book(name: str) -> Store:
        return Store.open(str(tmp_path / f"{name}.db"), usage=address)

    def take(store: Store, transaction_id: str) -> None:
        event = {"transaction_id": transaction_id, "customer_id": "acme", "event_type": "call"}
        ingest_events(store, [event | {"timestamp": "2025-10-19T00:00:00Z"}], by=Actor("ann", "api"), now=TODAY)

    keeper = keeper_at(address)
    assert keeper is not None
    one, other = book("one"), book("other")
    take(one, "a")
    catch_up(one)
    take(other, "b")
    take(other, "c")
    with pytest.raises(StoreUnavailable, match="holds events of another ledger"):
        catch_up(other)
    assert keeper.count() == 1
    take(one, "b")
    catch_up(one)
    with one.work(by=Actor("ann", "cli"), now=TODAY) as work:
        work.session.execute(text("UPDATE usage_ledger SET state = 1, next_seq = 2"))  # as a backup from before
    with pytest.raises(StoreUnavailable, match="or of a later state of this one"):
        catch_up(one)
    keeper.close()
    one.close()
    other.close()


@pytest.mark.parametrize("scheme", ["clickhouse", "postgresql"])
def test_an_engine_that_says_nothing_is_given_up(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("clickhouse", "postgresql"):
        monkeypatch.setattr(f"store.usage.engines.{module}.CONNECT", 2)  # psycopg knows no less
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = Store.open(
            str(tmp_path / "book.db"), usage=f"{scheme}://u:secret@127.0.0.1:{silent.getsockname()[1]}/d"
        )
        began = monotonic()
        with pytest.raises(StoreUnavailable, match="cannot be reached") as told:
            catch_up(store)
        assert monotonic() - began < 20
        assert "secret" not in str(told.value) and len(told.value.message) < 250
        store.close()


def test_a_server_that_stops_talking_in_the_middle_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.usage.engines.postgresql.CONNECT", 2)
    monkeypatch.setattr("store.usage.engines.postgresql.ANSWER", 0)  # no limit of the server's own
    with postgres.database() as url:
        keeper = PostgresKeeper(url)
        began = monotonic()
        with pytest.raises(StoreUnavailable, match="cannot be reached"), keeper._read() as connection:
            connection.execute(text("SELECT pg_sleep(60)"))
        assert monotonic() - began < 20
        assert keeper.count() == 0
        keeper.close()


@pytest.mark.parametrize(
    "address", ["clickhouse://nobody@127.0.0.1:1/default", "postgresql+psycopg://127.0.0.1:1/none"]
)
def test_an_engine_that_is_not_there_is_told(address: str, tmp_path: Path) -> None:
    store = Store.open(str(filled(tmp_path / "demo.db")), usage=address)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        Previews(store, lambda: TODAY).current(MERIDIAN)
    store.close()


@pytest.mark.parametrize(
    ("host", "said"), [("127.0.0.1:1", "connection refused"), ("nowhere.invalid", "nobody knows its name")]
)
def test_why_a_clickhouse_cannot_be_reached_is_said_in_few_words(host: str, said: str) -> None:
    with pytest.raises(StoreUnavailable, match=rf"cannot be reached: {said}$"):
        keeper_at(f"clickhouse://u:secret@{host}/d")


@pytest.mark.parametrize("address", ["clickhouse:///x", "clickhouse://h/db?table=a;b", "clickhouse://h?x=1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(Invalid, match="is no address of ClickHouse"):
        keeper_at(address)


def test_a_folder_is_no_engine() -> None:
    assert keeper_at("") is None
    assert keeper_at("/var/usage") is None
