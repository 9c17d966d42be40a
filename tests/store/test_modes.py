"""A book in a group's folder is the group's, whatever the umask; anywhere else it is its maker's alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from store.backup import backup, restore
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests.store.conftest import NOW
from tests.store.sample import ACME, document

EVENT = {
    "transaction_id": "t", "customer_id": ACME, "event_type": "e", "timestamp": "2025-01-01T00:00:00Z", "properties": {}
}  # fmt: skip


@pytest.fixture(params=[0o077, 0o000])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """A strict and a lax one."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def filled(path: Path) -> Store:
    """A book with usage, its log beside it."""
    store = Store.open(str(path))
    with store.work(by=Actor("ann", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(document(events=[EVENT]), stored=True))
    return store


def modes(folder: Path) -> dict[bool, set[int]]:
    """The modes of everything within: of folders under True, of files under False."""
    found: dict[bool, set[int]] = {True: set(), False: set()}
    for path in folder.rglob("*"):
        found[path.is_dir()].add(S_IMODE(path.stat().st_mode))
    return found


@pytest.mark.sqlite
def test_a_book_in_a_groups_folder_is_the_groups(tmp_path: Path, umask: None) -> None:
    ours, mine = tmp_path / "ours", tmp_path / "mine"
    for folder, mode in ((ours, 0o2770), (mine, 0o700)):
        folder.mkdir()
        folder.chmod(mode)
    store = filled(ours / "book.db")
    assert (ours / "book.db-wal").exists()
    assert modes(ours) == {True: {0o2770}, False: {0o660}}
    backup(store, str(mine / "copy.db"))
    store.close()
    assert modes(mine) == {True: {0o700}, False: {0o600}}
    restore(str(ours / "again.db"), str(mine / "copy.db"))
    assert modes(ours) == {True: {0o2770}, False: {0o660}}
    assert modes(mine) == {True: {0o700}, False: {0o600}}
