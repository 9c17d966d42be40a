"""Unfinished work: kept exactly, found by whoever left it, gone when discarded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from store import drafts, integrity, queries
from store.database import Store
from store.drafts import Draft
from store.errors import NotFound, ReadOnly, StoreUnavailable
from tests.store.conftest import ALICE, NOW
from tests.store.sample import ACME, uid

DRAFT = Draft(
    id=uid(1),
    operator="alice",
    kind="contract",
    title="Acme, half done [b]",
    payload={"name": "x", "commits": [{"amount": Decimal("12345678901.123456")}], "note": None, "ok": True},
    saved_at=NOW,
    customer_id=ACME,
)


def test_a_draft_is_kept_exactly(store: Store) -> None:
    assert drafts.save(store, draft=DRAFT) == DRAFT
    assert drafts.get(store, DRAFT.id) == DRAFT


def test_saving_again_keeps_the_latest(store: Store) -> None:
    drafts.save(store, draft=DRAFT)
    later = replace(DRAFT, payload={"name": "y"}, saved_at=NOW + timedelta(minutes=1), title="Acme, more")
    drafts.save(store, draft=later)
    assert drafts.list_for(store, "alice") == (later,)


def test_operators_see_their_own_the_latest_first(store: Store) -> None:
    older = replace(DRAFT, id=uid(2), saved_at=NOW - timedelta(days=1))
    for draft in (older, DRAFT, replace(DRAFT, id=uid(3), operator="bob")):
        drafts.save(store, draft=draft)
    assert [d.id for d in drafts.list_for(store, "alice")] == [DRAFT.id, older.id]
    assert drafts.list_for(store, "carol") == ()


def test_a_discarded_draft_is_gone(store: Store) -> None:
    drafts.save(store, draft=DRAFT)
    for _ in range(2):
        drafts.discard(store, DRAFT.id, by="alice", now=NOW)
    with pytest.raises(NotFound):
        drafts.get(store, DRAFT.id)


def test_drafts_are_nobodys_business_in_the_audit(store: Store) -> None:
    drafts.save(store, draft=DRAFT)
    drafts.discard(store, DRAFT.id, by="alice", now=NOW)
    assert queries.changes(store) == ()


def test_a_read_only_store_keeps_no_draft(store: Store) -> None:
    looking = Store.open(store.url, read_only=True)
    with pytest.raises(ReadOnly):
        drafts.save(looking, draft=DRAFT)
    looking.close()


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_loses_nothing_that_was_kept(store: Store) -> None:
    drafts.save(store, draft=DRAFT)

    def room(pages: str) -> None:
        with store.aside(now=NOW) as session:  # the one connection there is, which the next save takes again
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    room("1")  # as many as there are
    bigger = replace(DRAFT, payload={"text": "x" * 1_000_000})
    with pytest.raises(StoreUnavailable, match="disk is full"):
        drafts.save(store, draft=bigger)
    assert drafts.get(store, DRAFT.id) == DRAFT
    assert integrity.check(store) == ()
    room("1000000")
    assert drafts.save(store, draft=bigger) == bigger


@pytest.mark.postgresql
def test_a_draft_is_kept_while_somebody_works_long_on_the_book(store: Store) -> None:
    with store.work(by=ALICE, now=NOW):
        drafts.save(store, draft=DRAFT)
    assert drafts.get(store, DRAFT.id) == DRAFT
