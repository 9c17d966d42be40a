"""Killing a console while somebody types: what was on the screen, what is in the store afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import NamedTuple

from store import drafts, integrity
from store.commands import create_customer
from store.database import Actor, Store
from store.terms import document
from store.terms.customer import Customer
from tests.console.terminal import Terminal
from tests.store.conftest import NOW

TEXT = "abcdefghijklmnopqrstuvwxyz"
"""What is typed; as much of it as was kept tells how old a draft is."""
WAYS = {
    "customer": ((b"n", "New customer"),),
    "contract": ((b"\r", "No contracts yet"), (b"c", "only fixed terms")),
}
"""Into a form: keys from the customer list on, and what is read once each has worked."""


class Killed(NamedTuple):
    """What a kill left: seconds between the last letter that was kept and the kill, and the faults of the store."""

    age: float
    faults: tuple[str, ...]


def prepared(folder: Path, url: str = "") -> str:
    """The address of a store with one customer: that one, or a file in the folder."""
    url = url or f"sqlite:///{folder / 'store.db'}"
    store = Store.open(url)
    with store.work(by=Actor("ann", "cli"), now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
    store.close()
    return url


def kill_while_typing(url: str, folder: Path, *, way: str, number: int, chance: random.Random) -> Killed:
    """Type into a form, kill the console at a random letter, and look at what is there."""
    seen: dict[int, float] = {}
    with Terminal("--store", url, home=folder, env={"TERMSHEET_OPERATOR": "ann"}) as terminal:
        terminal.until("Widgets")
        terminal.quiet()
        for key, there in WAYS[way]:
            terminal.send(key)
            terminal.until(there)
            terminal.quiet()
        last = chance.randint(8, len(TEXT) - 1)
        for n, letter in enumerate(TEXT[:last]):
            terminal.send(letter.encode())
            terminal.read(chance.uniform(0.02, 0.12))
            seen[n + 1] = time.monotonic()
        terminal.read(chance.uniform(0, 0.4))
        os.kill(terminal.pid, number)
        killed = time.monotonic()
        terminal.wait()
    store = Store.open(url)
    kept = [document.write(draft.payload) for draft in drafts.list_for(store, "ann")]
    length = max((n for n in range(last + 1) if any(TEXT[:n] in text for text in kept)), default=0)
    for draft in drafts.list_for(store, "ann"):
        drafts.discard(store, draft.id, by="ann", now=NOW)
    faults = integrity.check(store)
    store.close()
    missing = min((at for n, at in seen.items() if n > length), default=killed)
    return Killed(killed - missing, faults)


SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL)
