"""The demo's book and usage as a store for screen tests."""

from __future__ import annotations

from pathlib import Path

from console.demo import TODAY, book_text, usage_path
from store import bundle
from store.database import Actor, Store
from store.terms import document
from store.usage.ingest import ingest_files

__all__ = ["BLUE_HARBOR", "MERIDIAN", "NORTHWIND", "TIDEWATER", "TODAY", "WIDGETS", "filled"]

WIDGETS = "aa58107d-162f-407e-9f09-940f16adbb1c"
"""One contract: a prepaid commit, quarterly charges, an amendment."""
MERIDIAN = "13117714-3f05-48e5-a6e9-a66093f13b4d"
"""Three contracts, one a region; some usage reaches none of them."""
NORTHWIND = "5c7e9a31-2b64-4d0f-9a8e-1f3d5b7c9e02"
"""A postpaid commit behind a credit that is used up."""
TIDEWATER = "6d8fab42-3c75-4e10-8b9f-204e6c8dae03"
BLUE_HARBOR = "7e90bc53-4d86-4f21-9ca0-315f7d9ebf04"
"""No contract at all."""


def filled(path: Path) -> Path:
    """The file, with the demo in it and nothing left beside it."""
    actor = Actor("ann", "import")
    store = Store.open(str(path))
    with store.work(by=actor, now=TODAY) as work:
        bundle.import_bundle(work, bundle.parse_bundle(document.read(book_text()), stored=True))
    ingest_files(store, [usage_path()], rejects=None, by=actor, now=TODAY)
    with store.read() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path
