"""What was typed last, on this machine's own disk before the store has it.

A store can be slow, locked, full or out of reach while somebody types; a small file in the user's data folder is there
within a blink. Each draft has one, replaced as a whole and removed once the store has what it says. Nothing is flushed:
it is there when the program was killed, not when the power failed. Only `store.drafts` reads it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from store.draft import Draft
from store.errors import Invalid
from store.text import masked

_ONE_AT_A_TIME = threading.Lock()
"""Between threads of this program: what is removed is what was looked at."""


def write(url: str, draft: Draft) -> None:
    """Put a draft of the store at that address into its file; raises OSError where that cannot be done."""
    from store.terms import document

    text = document.write({**asdict(draft), "saved_at": draft.saved_at.isoformat()})
    path = _file(url, draft.id)
    _make(path.parent)
    new = path.with_suffix(f".{os.getpid()}")
    with _ONE_AT_A_TIME:
        try:
            with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(text.encode("utf-8", "surrogatepass"))
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise


def of(url: str, operator: str) -> Iterator[Draft]:
    """The operator's drafts that are in files; what cannot be read is passed over."""
    try:
        files = [each for each in _folder(url).iterdir() if each.suffix == ".json"]
    except OSError:
        return
    for path in files:
        found = _read(path)
        if found is not None and found.operator == operator:
            yield found


def forget(url: str, draft_id: str, *, until: datetime | None = None) -> None:
    """Remove a draft's file, if there is one; with `until` only if it says nothing newer."""
    path = _file(url, draft_id)
    with _ONE_AT_A_TIME, suppress(OSError):
        found = _read(path) if until is not None and path.exists() else None
        if found is None or until is None or found.saved_at <= until:
            path.unlink(missing_ok=True)


def _read(path: Path) -> Draft | None:
    from store.terms import document

    try:
        made = document.read(path.read_bytes().decode("utf-8", "surrogatepass"))
        return Draft(**{**made, "saved_at": datetime.fromisoformat(made["saved_at"])})
    except (OSError, Invalid, ValueError, TypeError, KeyError):
        return None  # cut short by a failing disk, or no draft at all


def _file(url: str, draft_id: str) -> Path:
    """Named by a digest: an id comes from the store, and could be anything there."""
    return _folder(url) / f"{hashlib.sha256(draft_id.encode('utf-8', 'replace')).hexdigest()[:32]}.json"


def _folder(url: str) -> Path:
    from platformdirs import user_data_path

    from store.directory.asking import sqlite_path

    path = sqlite_path(url)
    place = os.path.realpath(path) if path is not None else masked(url)
    return user_data_path("termsheet") / "drafts" / hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()[:16]


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.parents[2].mkdir(parents=True, exist_ok=True)
        for each in (folder.parents[1], folder.parent, folder):
            each.mkdir(mode=0o700, exist_ok=True)
