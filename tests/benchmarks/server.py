"""What a request costs over HTTP beside the same request in process: `python -m tests.benchmarks.server`.

The server runs as `termsheet serve` does, in a process of its own; clients are threads of this one, each on a
connection that it keeps. Figures are ratios to the same requests answered by `console.api.answer` in this process, over
a store of the same kind, so that they compare between machines: requests a second, and the longest that 99 of 100 take.
Beside them the round trip of a request that hardly asks anything, which is what HTTP costs by itself, and the processor
time that the server takes for a request, which other programs on the machine hardly change.
At the end the server's memory over many requests: what it has at the end beside what it had after the first tenth.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from time import perf_counter, process_time
from typing import Any

from console.api import answer
from store.database import Actor, Store
from tests.console.serving import token

CLIENTS = 4
KEPT = 3
"""Seconds after which the server may close a connection that is not used."""
BY = Actor("benchmark", "api")
Ask = Callable[[str, str, Any], Any]


@dataclass(frozen=True)
class Timed:
    """How long requests took."""

    took: float
    each: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.took

    @property
    def p99(self) -> float:
        """Milliseconds that 99 of 100 stay below."""
        return sorted(self.each)[int(len(self.each) * 0.99)] * 1000


def timed(ask: Ask, requests: list[tuple[str, str, Any]], clients: int) -> Timed:
    """All requests, spread over so many threads."""

    def one(request: tuple[str, str, Any]) -> float:
        begun = perf_counter()
        ask(*request)
        return perf_counter() - begun

    begun = perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        each = list(threads.map(one, requests))
    return Timed(perf_counter() - begun, each)


def in_process(store: Store) -> Ask:
    """Answers as the server does, without HTTP."""

    def ask(method: str, path: str, body: Any) -> Any:
        found = answer(method, path, body, store=store, by=BY, now=datetime.now(UTC))
        assert found.status == 200, found.body
        return found.body

    return ask


def over_http(url: str, bearer: str) -> Ask:
    """Asks the server, each thread on a connection that it keeps, and at the least cost of its own."""
    own, host = local(), url.removeprefix("http://")
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: Any) -> Any:
        if perf_counter() - getattr(own, "asked", 0) > KEPT:
            own.connection = HTTPConnection(host, timeout=60)
        own.asked = perf_counter()
        own.connection.request(method, path, None if body is None else json.dumps(body), headers)
        found = own.connection.getresponse()
        text = found.read()
        assert found.status == 200, text
        return json.loads(text)

    return ask


@contextmanager
def server(path: Path) -> Iterator[tuple[str, int]]:
    """`termsheet serve` on a store: its address and process id."""
    command = [sys.executable, "-m", "console", "serve", "--port", "0", "--store", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield process.stderr.readline().split(" at ")[1].split(" ")[0], process.pid
        finally:
            process.terminate()


def processor(pid: int) -> float:
    """Seconds of the processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """KiB that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4


def customers(count: int, name: str) -> list[tuple[str, str, Any]]:
    """Customers to be made."""
    return [("POST", "/v1/customers", {"name": f"{name} {k}", "ingest_aliases": [f"{name}{k}"]}) for k in range(count)]


def contracts(ask: Ask) -> tuple[str, str]:
    """A customer with a contract; their ids."""
    owner = ask("POST", "/v1/customers", {"name": "Read"})["data"]["id"]
    body = {"customer_id": owner, "starting_at": "2025-01-01T00:00:00Z", "name": "Read"}
    return owner, ask("POST", "/v1/contracts/create", body)["data"]["id"]


def main() -> None:
    """Run, and say what came out."""
    options = argparse.ArgumentParser()
    options.add_argument("--requests", type=int, default=1000)
    options.add_argument("--soak", type=int, default=10_000)
    given = options.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Store.open(f"{folder}/ours.db"), Store.open(f"{folder}/theirs.db")
        bearer = token(theirs, now=datetime.now(UTC))
        with server(Path(folder) / "theirs.db") as (url, pid):
            direct, http = in_process(ours), over_http(url, bearer)
            kinds: dict[str, Callable[[Ask], list[tuple[str, str, Any]]]] = {
                "customers made": lambda ask: customers(given.requests, "c"),
                "contracts read": lambda ask: reads(ask, given.requests),
            }
            for what, make in kinds.items():
                began = process_time()
                near = timed(direct, make(direct), CLIENTS)
                ours_took, began = process_time() - began, processor(pid)
                far = timed(http, make(http), CLIENTS)
                theirs_took = processor(pid) - began
                say(
                    f"{what:<16} {far.rate:7.0f}/s over HTTP, {near.rate:7.0f}/s in process: {far.rate / near.rate:.2f}"
                    f"   p99 {far.p99:6.1f} ms and {near.p99:6.1f} ms: {far.p99 / near.p99:.2f}"
                    f"   processor {theirs_took / given.requests * 1000:.2f} ms and "
                    f"{ours_took / given.requests * 1000:.2f} ms: {theirs_took / ours_took:.2f}\n"
                )
            bare = timed(http, [("GET", "/health", None)] * given.requests, CLIENTS)
            say(f"health asked     {bare.rate:7.0f}/s over HTTP   p99 {bare.p99:6.1f} ms\n")
            timed(http, reads(http, given.soak // 10), CLIENTS)
            early = memory(pid)
            timed(http, [*reads(http, given.soak // 2), *customers(given.soak // 2, "s")], CLIENTS)
            late = memory(pid)
            say(f"memory after {given.soak:,} requests: {late:,} KiB, {late / early:.3f} of the {early:,} before\n")
        ours.close()
        theirs.close()


def reads(ask: Ask, count: int) -> list[tuple[str, str, Any]]:
    """A contract, again and again."""
    owner, contract = contracts(ask)
    return [("POST", "/v1/contracts/get", {"customer_id": owner, "contract_id": contract})] * count


if __name__ == "__main__":
    main()
