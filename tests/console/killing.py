"""Killing a console while somebody types: what was on the screen, what is in the store afterwards."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import MetaData, select

from console.demo import book_text
from store import bundle, drafts, integrity
from store.commands import create_customer
from store.database import Actor, Store
from store.drafts import Draft
from store.terms import document
from store.terms.customer import Customer
from tests.console.terminal import Terminal
from tests.screens.demo_store import WIDGETS
from tests.screens.guide_store import WIDGETS_CONTRACT
from tests.store.conftest import NOW

TEXT = "abcdefghijklmnopqrstuvwxyz"
"""What is typed; as much of it as was kept tells how old a draft is."""
BEGUN = Draft(
    "begun", "ann", "amendment", "Begun",
    {"request": {"custom_fields": {"sfdc_account_id": "1"}}, "texts": {"contract_id": WIDGETS_CONTRACT}},
    NOW, WIDGETS, WIDGETS_CONTRACT,
)  # fmt: skip
"""An amendment that has something in it, so that it is worth keeping."""
WAYS: dict[str, tuple[tuple[bytes, str], ...]] = {
    "customer": ((b"n", "New customer"),),
    "contract": ((b"/", "ame, id or alias"), (b"plain\r", "No contracts yet"), (b"c", "only fixed terms")),
    "amendment": (
        (b"/", "ame, id or alias"), (b"widgetse\r", "Prepaid"), (b"r", "Going on with your draft"), (b"\x1bOS", ""),
    ),
    "term": (
        (b"/", "ame, id or alias"), (b"widgetse\r", "Prepaid"), (b"a", "What it does"), (b"c", "Add commit"),
        (b"\x1b[B", ""), (b"\x1b[B", ""),
    ),
    "usage filter": (
        (b"/", "ame, id or alias"), (b"meridian\r", "US region"), (b"f", "seen before saved"),
        (b"n", "A change of usage filter"), (b"\x1b[B\x1b[B\x1b[B", ""),
    ),
}  # fmt: skip
"""Into a form: keys from the customer list on, and what is read once each has worked."""
SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL)


class Killed(NamedTuple):
    """What a kill left: how old the draft was in seconds, and what is wrong with the store."""

    age: float
    faults: tuple[str, ...]


def prepared(folder: Path, url: str = "") -> str:
    """The address of a store with the demo's book and a customer without contracts: that one, or a file."""
    url = url or f"sqlite:///{folder / 'store.db'}"
    store = Store.open(url)
    with store.work(by=Actor("ann", "cli"), now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(document.read(book_text()), stored=True))
        create_customer(work, request=Customer(name="Plain"))
    store.close()
    return url


def kill_while_typing(url: str, folder: Path, *, way: str, number: int, chance: random.Random) -> Killed:
    """Type into a form, kill the console at a random letter, and look at what is there and is offered."""
    before = fingerprint(url)
    seen: dict[int, float] = {}
    with console(url, folder) as terminal:
        terminal.until("Plain")
        begin(terminal, url, folder, way)
        terminal.quiet(0.15)
        enter(terminal, WAYS[way])
        last = type_letters(terminal, seen, chance)
        killed = time.monotonic()
        os.kill(terminal.pid, number)
        terminal.wait()
    return looked_at(url, folder, seen, last, killed, before)


def console(url: str, folder: Path) -> Terminal:
    """Ann's console on the store."""
    return Terminal("--store", url, home=folder, size=(100, 30), env={"TERMSHEET_OPERATOR": "ann"})


@contextmanager
def book_of(url: str, folder: Path) -> Iterator[Store]:
    """The store, as a program of the same user opens it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.delenv("XDG_DATA_HOME", raising=False)
        store = Store.open(url)
        yield store
        store.close()


def begin(terminal: Terminal, url: str, folder: Path, way: str) -> None:
    """What was left last time has to be offered; then it is thrown away."""
    with book_of(url, folder) as store:
        left = drafts.list_for(store, "ann")
        if left:
            terminal.until("d resumes")
        for draft in left:
            drafts.discard(store, draft.id, by="ann", now=NOW)
        if way == "amendment":
            drafts.save(store, draft=BEGUN)


def enter(terminal: Terminal, way: tuple[tuple[bytes, str], ...]) -> None:
    """Go where something is typed."""
    for key, there in way:
        terminal.output = b""
        terminal.send(key)
        terminal.until(there)
        terminal.quiet(0.15)


def type_letters(terminal: Terminal, seen: dict[int, float], chance: random.Random) -> int:
    """Type some letters at some speed, noting when; how many."""
    last = chance.randint(8, len(TEXT) - 1)
    for n, letter in enumerate(TEXT[:last]):
        terminal.send(letter.encode())
        seen[n + 1] = time.monotonic()
        terminal.read(chance.uniform(0.02, 0.12))
    terminal.read(chance.uniform(0, 0.4))
    return last


def looked_at(url: str, folder: Path, seen: dict[int, float], last: int, killed: float, before: str) -> Killed:
    """What a console that was killed has left behind."""
    with book_of(url, folder) as store:
        texts = [document.write(draft.payload) for draft in drafts.list_for(store, "ann")]
        faults = list(integrity.check(store))
    length = max((n for n in range(last + 1) if any(TEXT[:n] in text for text in texts)), default=0)
    if fingerprint(url) != before:
        faults.append("something else was changed")
    missing = min((at for n, at in seen.items() if n > length), default=killed)
    return Killed(killed - missing, tuple(faults))


def fingerprint(url: str) -> str:
    """A digest of every row of the store but drafts."""
    store, found, digest = Store.open(url, read_only=True), MetaData(), hashlib.sha256()
    with store.read() as session:
        connection = session.connection()
        found.reflect(connection)
        for table in found.sorted_tables:
            if table.name != "draft":
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                digest.update(repr((table.name, rows)).encode())
    store.close()
    return digest.hexdigest()
