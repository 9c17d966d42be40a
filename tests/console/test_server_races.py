"""Requests that come at the same moment, from threads and from another process: one object, one answer that says so."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from store import queries
from store.database import Store
from tests import postgres
from tests.console.serving import Server, serving

AT_ONCE = 16


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server over an empty store, in a file and on a database server."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with ExitStack() as stack:
        url = str(tmp_path / "store.db")
        if request.param == "postgresql":
            url = stack.enter_context(postgres.store_database())
        store = Store.open(url)
        stack.callback(store.close)
        yield stack.enter_context(serving(store))


def together(server: Server, path: str, bodies: list[Any]) -> list[tuple[int, Any]]:
    """The answers to requests that are sent at one moment, each over a connection of its own."""
    ready = Barrier(len(bodies))

    def send(body: Any) -> tuple[int, Any]:
        with server.client() as client:
            client.get("/health")
            ready.wait(30)
            found = client.post(path, json=body)
            return found.status_code, found.json()

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(send, bodies))


def test_one_alias_goes_to_one_of_many_customers(server: Server) -> None:
    found = together(server, "/v1/customers", [{"name": "Acme", "ingest_aliases": ["acme"]}] * AT_ONCE)
    assert Counter(status for status, _ in found) == {200: 1, 409: AT_ONCE - 1}
    assert all("/ingest_aliases/0" in body["message"] for status, body in found if status == 409)
    assert queries.count_customers(server.store) == 1


def test_a_uniqueness_key_makes_retries_safe(server: Server) -> None:
    owner = server.data("POST", "/v1/customers", {"name": "Acme"})["id"]
    body = {"customer_id": owner, "starting_at": "2025-01-01T00:00:00Z", "uniqueness_key": "sign-up-1"}
    found = together(server, "/v1/contracts/create", [body] * AT_ONCE)
    assert Counter(status for status, _ in found) == {200: 1, 409: AT_ONCE - 1}
    made = next(body["data"]["id"] for status, body in found if status == 200)
    assert all(made in body["message"] for status, body in found if status == 409), "a retry is told what there is"
    assert [c.id for c in queries.contracts_of(server.store, owner)] == [made]


def test_every_request_with_a_uniqueness_key_makes_one_thing(server: Server) -> None:
    owner = server.data("POST", "/v1/customers", {"name": "Acme"})["id"]
    fee = server.data("POST", "/v1/contract-pricing/products/create", {"name": "Fee", "type": "FIXED"})["id"]
    segment = {"amount": 9, "starting_at": "2025-01-01T00:00:00Z", "ending_before": "2026-01-01T00:00:00Z"}
    credit = {"customer_id": owner, "product_id": fee, "priority": 1, "access_schedule": {"schedule_items": [segment]}}
    contract = {"customer_id": owner, "starting_at": "2025-01-01T00:00:00Z"}
    made = server.data("POST", "/v1/contracts/create", contract)["id"]
    held = server.data("POST", "/v1/contracts/customerCredits/create", credit)["id"]
    (shown,) = server.data(
        "POST", "/v1/contracts/customerBalances/list", {"customer_id": owner, "include_ledgers": True}
    )
    place = {"customer_id": owner, "id": held, "segment_id": shown["ledger"][0]["segment_id"]}
    for path, body in {
        "/v2/contracts/edit": {"customer_id": owner, "contract_id": made, "update_contract_name": "Renamed"},
        "/v1/contracts/customerCommits/create": credit | {"type": "PREPAID"},
        "/v1/packages/create": {"name": "Starter"},
        "/v1/contracts/addManualBalanceLedgerEntry": place | {"amount": -1, "reason": "moved"},
    }.items():
        found = together(server, path, [body | {"uniqueness_key": "once"}] * AT_ONCE)
        (first,) = (answered["data"]["id"] for status, answered in found if status == 200)
        refused = {(status, answered["message"]) for status, answered in found if status != 200}
        assert [status for status, _ in refused] == [409], (path, refused)
        assert all(first in message for _, message in refused), (path, refused)
        again = together(server, path, [body | {"uniqueness_key": "once"}])
        assert {(status, answered["message"]) for status, answered in again} == refused, "later too"


def test_an_event_counts_once_however_often_it_is_sent(server: Server) -> None:
    event = {"event_type": "call", "customer_id": "acme", "timestamp": "2025-02-20T00:00:00Z"}
    shared = [event | {"transaction_id": f"t{n}"} for n in range(50)]
    bodies = [[*shared, event | {"transaction_id": f"own{n}"}] for n in range(AT_ONCE)]
    found = together(server, "/v1/ingest", bodies)
    assert {status for status, _ in found} == {200}
    assert sum(body["data"]["accepted"] for _, body in found) == 50 + AT_ONCE
    assert sum(body["data"]["duplicates"] for _, body in found) == 50 * (AT_ONCE - 1)
    assert queries.count_events(server.store, ["acme"]) == 50 + AT_ONCE


WRITER = """
import sys
from datetime import UTC, datetime
from store import commands
from store.database import Actor, Store
from store.terms.customer import Customer
store, done = Store.open(sys.argv[1], wait=30), 0
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for n in range(40):
    with store.work(by=Actor("other", "cli"), now=datetime(2025, 3, 1, tzinfo=UTC)) as work:
        commands.create_customer(work, request=Customer(name=f"Other {n}"))
"""


def test_another_program_writes_to_the_same_store(server: Server) -> None:
    command = [sys.executable, "-c", WRITER, server.store.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        found = [
            status
            for _ in range(3)
            for status, _ in together(server, "/v1/customers", [{"name": f"Ours {n}"} for n in range(AT_ONCE)])
        ]
        assert other.wait(60) == 0
    assert set(found) == {200}
    assert queries.count_customers(server.store) == 3 * AT_ONCE + 40
