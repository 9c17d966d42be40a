"""A running server for tests: on a free port, in a thread, with a clock of its own and a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx

from console.server import Listener
from store.commands import create_token
from store.database import Actor, Store
from store.terms.token import NewToken, Scope

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BY = Actor("tests", "cli")


@dataclass(frozen=True)
class Server:
    """Where a server listens, a token that may write, and the store behind it."""

    url: str
    token: str
    store: Store

    def client(self, token: str | None = None) -> httpx.Client:
        """An HTTP client with a token."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token or self.token}"}, timeout=60)

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """The `data` of an answer that must be a 200."""
        with self.client() as client:
            found = client.request(method, path, json=body)
        assert found.status_code == 200, found.text
        return found.json()["data"]


def token(store: Store, name: str = "tests", scope: Scope = Scope.WRITE, *, now: datetime = NOW, **more: Any) -> str:
    """A token of the store."""
    with store.work(by=BY, now=now) as work:
        return create_token(work, request=NewToken(name=name, scope=scope, **more))


@contextmanager
def serving(store: Store, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[Server]:
    """A server on the store until the block ends."""
    listener = Listener(store, clock=clock)
    thread = Thread(target=listener.run, daemon=True)
    thread.start()
    try:
        yield Server(listener.url, token(store, now=clock()), store)
    finally:
        listener.stop()
        thread.join(30)
