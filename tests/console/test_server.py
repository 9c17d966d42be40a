"""The server's doors: tokens, what is told without one, sizes, addresses, and that no request is a defect."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from console.api import answer
from console.cli.serve import loopback
from console.server.body import LARGEST
from store import commands, queries
from store.database import Store
from store.tables.audit import AuditEntry
from store.terms import document
from store.terms.token import Scope
from tests.console.cli import termsheet
from tests.console.serving import BY, NOW, Server, serving, token


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server over an empty store."""
    store = Store.open(str(tmp_path / "store.db"))
    with serving(store) as found:
        yield found
    store.close()


def test_without_a_token_only_its_health_is_told(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/health").json() == {"status": "ok"}
        for path in ("/v1/customers", "/openapi.json", "/docs", "/nowhere", "/v1/customers/%0A", "/", "//", "/health/"):
            for headers in ({}, {"Authorization": "Bearer tst_guess"}, {"Authorization": f"Basic {server.token}"}):
                found = client.get(path, headers=headers)
                assert (found.status_code, list(found.json())) == (401, ["message"]), path
                assert found.headers["www-authenticate"] == "Bearer"
        assert client.post("/v1/customers", json={"name": "x"}).status_code == 401
    assert queries.count_customers(server.store) == 0


def test_a_token_may_do_what_its_scope_says_until_it_ends(tmp_path: Path) -> None:
    now = NOW
    store = Store.open(str(tmp_path / "store.db"))
    with serving(store, lambda: now) as server:
        reader = token(store, "reader", Scope.READ, days=1)
        with server.client(reader) as client:
            assert client.get("/v1/customers").status_code == 200
            assert client.post("/v1/contract-pricing/rate-cards/list", json={}).status_code == 200
            refused = client.post("/v1/customers", json={"name": "x"})
            assert (refused.status_code, refused.json()) == (403, {"message": "the token reader may only read"})
            now = NOW + timedelta(days=1)
            assert client.get("/v1/customers").status_code == 401
        with server.client() as client:
            assert client.post("/v1/customers", json={"name": "x"}).status_code == 200
            with store.work(by=BY, now=now) as work:
                assert commands.revoke_token(work, name="tests") == 1
            assert client.post("/v1/customers", json={"name": "y"}).status_code == 401
    store.close()


def test_the_audit_names_the_token_and_the_store_keeps_none(server: Server) -> None:
    made = server.data("POST", "/v1/customers", {"name": "Acme"})["id"]
    (change, *_) = queries.changes_of(server.store, made)
    assert (change.who, change.origin, change.summary) == ("token tests", "api", "created the customer: Acme")
    with server.store.read() as session:
        found = session.execute(select(col(AuditEntry.source)).where(col(AuditEntry.entity_id) == made)).scalar()
    assert found == "127.0.0.1"
    path = server.store.location.path
    assert path is not None
    kept = b"".join(p.read_bytes() for p in path.parent.glob("store.db*"))
    assert server.token.encode() not in kept
    assert server.token.removeprefix("tst_").encode() not in kept


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"name":', 400, "the body is not valid JSON"),
        (b"\xff\xfe", 400, "the body is not UTF-8 text"),
        (b"", 400, "must be an object"),
        (b"[]", 400, "must be an object"),
        (b'{"name": "x", "nam": 1}', 400, "/nam: is not a known field"),
        (b'{"name": "x", "custom_fields": {"a": "1", "a": "2"}}', 400, "the body has the field a twice in one object"),
        (b'{"name": NaN}', 400, "NaN is not a number"),
        (b'{"name": 1e9999999999999999999}', 400, "a number with an exponent beyond all measure"),
        (b'{"name": "\x00"}', 400, "Invalid control character at line 1"),
        (b'{"name": "\\ud800"}', 400, "holds a character that is not text"),
        (b'{"name": 1e999999999}', 400, "/name"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"name": "' + b"x" * LARGEST + b'"}', 413, "larger than 4 MiB"),
    ],
    ids=[
        "cut",
        "bytes",
        "none",
        "list",
        "unknown",
        "twice",
        "nan",
        "exponent",
        "control",
        "surrogate",
        "huge-number",
        "deep",
        "large",
    ],
)
def test_what_is_no_request_is_refused(server: Server, body: bytes, status: int, said: str) -> None:
    with server.client() as client:
        found = client.post("/v1/customers", content=body)
        assert (found.status_code, list(found.json())) == (status, ["message"])
        assert said in found.json()["message"]


def test_the_answer_is_that_of_termsheet_api(server: Server) -> None:
    owner = server.data("POST", "/v1/customers", {"name": "Acme", "ingest_aliases": ["acme"]})["id"]
    start = {"customer_id": owner, "starting_at": "2025-01-01T00:00:00Z"}
    nobody = "99999999-0000-4000-8000-000000000000"
    for status, method, path, body in (
        (200, "GET", f"/v1/customers/{owner}", None),
        (200, "POST", "/v1/contracts/list", {"customer_id": owner}),
        (400, "POST", "/v1/contracts/create", start | {"nam": "x", "starting_at": "2025-01-01T00:30:00Z"}),
        (400, "POST", "/v1/contracts/create", start | {"usage_statement_schedule": {"frequency": "Monthly"}}),
        (400, "POST", "/v1/contracts/create", start | {"ending_before": "2024-01-01T00:00:00Z"}),
        (400, "GET", "/v1/customers?limit=1000", None),
        (404, "GET", f"/v1/customers/{nobody}", None),
        (404, "POST", "/v1/contracts/create", start | {"customer_id": nobody}),
        (404, "POST", "/v1/contracts/create", start | {"rate_card_alias": "none"}),
        (404, "GET", "/v1/nothing", None),
        (409, "POST", "/v1/customers", {"name": "Other", "ingest_aliases": ["acme"]}),
    ):
        with server.client() as client:
            found = client.request(method, path, json=body)
        near = answer(method, path, body, store=server.store, by=BY, now=NOW)
        assert (found.status_code, found.json()) == (near.status, document.plain(near.body))
        assert near.status == status, near.body


def test_a_body_that_does_not_say_its_size_is_measured_as_it_comes(server: Server) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(LARGEST // 65536 + 2):
            yield b" " * 65536

    with server.client() as client:
        assert client.post("/v1/customers", content=parts()).status_code == 413
        assert client.get("/v1/customers").status_code == 200


def test_paths_reach_the_endpoint_as_they_were_written(server: Server) -> None:
    server.data("POST", "/v1/customers", {"name": "One", "ingest_aliases": ["a b/ü+%"]})
    with server.client() as client:
        found = client.get("/v1/customers", params={"ingest_alias": "a b/ü+%"})
        assert [c["name"] for c in found.json()["data"]] == ["One"]
        assert "no customer a/b" in client.get("/v1/customers/a%2Fb").json()["message"]
        assert client.get("/v1/customers/").status_code == 200
        assert client.get("/v1/customers?limit=0").json()["message"].startswith("/limit")
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            assert client.request(method, "/v1/customers").status_code == 404


def test_a_head_is_a_get_without_its_body(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert (client.head("/health").status_code, client.head("/health").content) == (200, b"")
        assert client.head("/v1/customers").status_code == 401
    with server.client() as client:
        found = client.head("/v1/customers")
        assert (found.status_code, found.content, int(found.headers["content-length"]) > 0) == (200, b"", True)
        assert client.head(f"/v1/customers/{'0' * 8}-0000-4000-8000-{'0' * 12}").status_code == 404


def test_a_store_that_somebody_keeps_locked_is_said_to_be_busy(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(str(path)).close()
    store = Store.open(str(path), wait=0.05)
    with serving(store) as server, server.client() as client, sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        found = client.post("/v1/customers", json={"name": "Acme"})
        assert (found.status_code, "locked" in found.json()["message"]) == (503, True)
        assert client.get("/v1/customers").status_code == 200
        other.execute("COMMIT")
        assert client.post("/v1/customers", json={"name": "Acme"}).status_code == 200
    other.close()
    store.close()


def test_a_defect_is_told_to_the_log_and_not_to_the_client(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("console.server.app.answer", broken)
    monkeypatch.setattr("console.server.app.note", lambda error: "noted")
    with server.client() as client:
        found = client.get("/v1/customers")
        assert (found.status_code, "secret" in found.text) == (500, False)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        *((local, True) for local in ("127.0.0.1", "127.8.8.8", "::1", "localhost")),
        *((open_, False) for open_ in ("0.0.0.0", "::", "10.0.0.1", "example.com", "")),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, is_local: bool) -> None:
    assert loopback(host) is is_local


def test_other_addresses_need_tls_or_the_word(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "store.db")
    refused = termsheet("serve", *store, "--host", "0.0.0.0")
    assert (refused.code, refused.out) == (1, "")
    assert "--tls-cert" in refused.err and "--without-tls" in refused.err
    assert not (tmp_path / "store.db").exists()
    missing = termsheet("serve", *store, "--host", "0.0.0.0", "--tls-cert", "no.pem", "--tls-key", "no.key")
    assert (missing.code, "the certificate or its key cannot be used" in missing.err) == (1, True)
    assert "together" in termsheet("serve", *store, "--tls-cert", "no.pem").err


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = termsheet("serve", "--store", tmp_path / "store.db", "--port", port)
    assert (found.code, f"127.0.0.1 port {port} cannot be listened on" in found.err) == (1, True)


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['fastapi'] = None\nfrom console.cli import run\n"
        f"sys.exit(run(['serve', '--store', {str(tmp_path / 'store.db')!r}]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "")
    assert "pip install 'termsheet[server]'" in found.stderr
    assert found.stderr.count("\n") == 1


def test_tokens_are_made_listed_and_revoked_at_the_command_line(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "store.db"))
    made = termsheet("token", "create", "sign-up", "--scope", "write", "--days", "30", *store)
    assert made.code == 0
    assert made.out.startswith("tst_") and made.out.count("\n") == 1
    again = termsheet("token", "create", "sign-up", "--scope", "read", *store)
    assert (again.code, "there is a token sign-up already" in again.err) == (1, True)
    assert termsheet("token", "create", "r", "--scope", "all", *store).code == 1
    listed = termsheet("token", "list", *store).out
    assert listed.split("\t")[:3] == ["sign-up", "write", "active"]
    assert made.out.strip() not in listed
    assert termsheet("token", "revoke", "sign-up", *store).code == 0
    assert termsheet("token", "list", *store).out.split("\t")[2] == "revoked"
    assert termsheet("token", "revoke", "sign-up", *store).code == 1
    assert termsheet("token", "create", "sign-up", "--scope", "read", *store).code == 0


def test_a_running_server_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    url = str(tmp_path / "store.db")
    made = termsheet("token", "create", "t", "--scope", "write", "--store", url).out.strip()
    command = [sys.executable, "-m", "console", "serve", "--port", "0", "--store", url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        where = said.split(" at ")[1].split(" ")[0]
        headers = {"Authorization": f"Bearer {made}"}
        found: Any = httpx.post(f"{where}/v1/customers", json={"name": "Acme"}, headers=headers)
        assert found.status_code == 200
        process.terminate()
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()
