"""Stores that are not opened: in which words, and that nothing is damaged by trying."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import schema
from store.database import Store
from store.errors import StoreUnavailable, reason_of
from store.text import masked
from tests.store.refusals import opening_refused


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "empty"),
        ("mysql://host/db", "mysql is not a kind of store"),
        ("http://host/db", "not a kind of store"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("://nowhere", "not the address of a store"),
        ("a\0b", "NUL"),
    ],
)
def test_an_address_of_another_kind(url: str, words: str) -> None:
    assert words in opening_refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@127.0.0.1:1/termsheet",
        "postgresql+psycopg://ann:s/e@cr:secret@127.0.0.1:1/termsheet",
        "postgresql://127.0.0.1:1/termsheet?user=ann&password=secret",
        "postgresql://ann:secret@127.0.0.1:port/termsheet",
        "mysql://ann:secret@127.0.0.1/termsheet",
        "postgresql://ann:secret@[::1/termsheet",
    ],
)
def test_an_address_keeps_its_password_to_itself(url: str) -> None:
    assert "secret" not in opening_refused(url, wait=0.1)
    assert "secret" not in masked(url)


def test_a_server_that_is_not_there_is_told_of_in_few_words() -> None:
    gone = "the store postgresql://ann@127.0.0.1:1/book does not answer: Connection refused"
    assert opening_refused("postgresql://ann@127.0.0.1:1/book", wait=0.1) == gone


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        (
            'connection failed: connection to server on socket "/run/.s.PGSQL.5432" failed: FATAL:  the database '
            "system is starting up\nmore",
            "the database system is starting up",
        ),
        ("connection is bad: no such host", "no such host"),
        ("the connection is closed", "the connection is closed"),
        (
            "consuming input failed: server closed the connection unexpectedly",
            "server closed the connection unexpectedly",
        ),
        ("", "no answer"),
    ],
)
def test_what_a_driver_says_comes_down_to_its_reason(complaint: str, reason: str) -> None:
    assert reason_of(complaint) == reason


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no folder" in opening_refused(tmp_path / "a" / "b" / "book.db")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_store_is_not_made_for_reading(tmp_path: Path) -> None:
    assert "there is no store" in opening_refused(tmp_path / "book.db", read_only=True)
    assert "there is no store" in opening_refused(tmp_path / "book.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert "is a folder" in opening_refused(tmp_path)


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is not a folder" in opening_refused(tmp_path / "file" / "book.db")
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("content", [b"hello, I am a letter", b"SQLite format 2\0", b"\x1f\x8b" + bytes(4000)])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_is_not_a_database_is_left_as_it_is(tmp_path: Path, content: bytes, read_only: bool) -> None:
    path = tmp_path / "letter"
    path.write_bytes(content)
    assert "not a database" in opening_refused(path, read_only=read_only)
    assert path.read_bytes() == content and len(list(tmp_path.iterdir())) == 1


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    assert "something else than a Termsheet store" in opening_refused(path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


@pytest.mark.sqlite
def test_a_truncated_store_is_named_damaged(store: Store) -> None:
    path = store.location.path
    assert path is not None
    store.close()
    path.write_bytes(path.read_bytes()[:8192])
    assert "is damaged" in opening_refused(path)


def stamped(store: Store, revision: str) -> Path:
    """The file of a closed store whose schema version says something else."""
    path = store.location.path
    assert path is not None
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
    return path


@pytest.mark.sqlite
def test_a_newer_store_is_refused_unchanged(store: Store) -> None:
    path = stamped(store, "9999")
    before = path.read_bytes()
    for attempt in (lambda: opening_refused(path), lambda: opening_refused(path, read_only=True)):
        assert "newer Termsheet" in attempt()
    with pytest.raises(StoreUnavailable, match="newer Termsheet"):
        schema.upgrade(str(path))
    assert path.read_bytes() == before
