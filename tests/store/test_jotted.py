"""Drafts in files of their own: there within a blink, exact, private, and gone once the store has them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store import drafts, jotted
from store.database import Store
from tests.store.conftest import NOW
from tests.store.sample import uid
from tests.store.test_drafts import DRAFT

LATER = replace(DRAFT, payload={"name": "y\ud800"}, saved_at=NOW + timedelta(seconds=1), title="Acme, more")


@pytest.fixture(autouse=True)
def data(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "termsheet"


def files(data: Path) -> list[Path]:
    return [path for path in data.rglob("*") if path.is_file()]


def test_what_was_jotted_down_is_listed_exactly(store: Store) -> None:
    jotted.write(store.url, DRAFT)
    assert drafts.list_for(store, "alice") == (DRAFT,)
    assert drafts.list_for(store, "bob") == ()


def test_of_the_two_the_newer_counts(store: Store) -> None:
    drafts.save(store, draft=DRAFT)
    jotted.write(store.url, LATER)
    assert drafts.list_for(store, "alice") == (LATER,)
    jotted.write(store.url, replace(LATER, saved_at=NOW - timedelta(seconds=1)))
    assert drafts.list_for(store, "alice") == (DRAFT,)


def test_a_file_is_gone_once_the_store_has_what_it_says(store: Store, data: Path) -> None:
    jotted.write(store.url, LATER)
    drafts.save(store, draft=DRAFT)
    assert len(files(data)) == 1, "it says something newer"
    drafts.save(store, draft=replace(LATER, payload={"name": "y"}))
    assert files(data) == []


def test_a_discarded_draft_is_gone_from_its_file_too(store: Store, data: Path) -> None:
    jotted.write(store.url, DRAFT)
    drafts.discard(store, DRAFT.id, by="alice", now=NOW)
    assert files(data) == [] and drafts.list_for(store, "alice") == ()


def test_files_are_their_owners_alone_and_of_their_store(store: Store, data: Path) -> None:
    jotted.write(store.url, DRAFT)
    (file,) = files(data)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (data, *file.parents[: len(file.relative_to(data).parts)])} == {
        0o700
    }
    assert list(jotted.of(f"sqlite:///{data / 'other.db'}", "alice")) == []


def test_a_strange_id_stays_in_its_folder(store: Store, data: Path) -> None:
    strange = replace(DRAFT, id="../../../../../tmp/out\ud800")
    jotted.write(store.url, strange)
    assert [file.parent.parent.name for file in files(data)] == ["drafts"]
    assert drafts.list_for(store, "alice") == (strange,)


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff", b'{"saved_at": 1}'])
def test_a_file_that_was_cut_short_is_passed_over(store: Store, data: Path, junk: bytes) -> None:
    jotted.write(store.url, DRAFT)
    (file,) = files(data)
    file.write_bytes(junk)
    other = replace(DRAFT, id=uid(2))
    jotted.write(store.url, other)
    assert drafts.list_for(store, "alice") == (other,)
    drafts.save(store, draft=DRAFT)
    assert not file.exists()


def test_where_nothing_can_be_written_that_is_told_and_nothing_is_left(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    jotted.write(store.url, DRAFT)
    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        jotted.write(store.url, LATER)
    assert drafts.list_for(store, "alice") == (DRAFT,)
    assert len(files(data)) == 1
