"""A note about a defect says where it happened and nothing of what was there: no value, no text, no secret."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from console import crash, paths
from store.database import Store

SECRET = "hunter2-top-secret"
CUSTOMER = "Widgets \x1b]0;owned\x07 Express"


def stumble(password: str) -> None:
    """A defect with secrets in its locals, its text, its cause and its notes."""
    url = f"postgresql+psycopg://ann:{password}@127.0.0.1:1/book"
    try:
        Store.open(url, wait=0.1)
    except Exception as error:
        defect = RuntimeError(f"{CUSTOMER} at {url}")
        defect.add_note(url)
        raise defect from error


def test_a_note_has_the_place_and_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "log_folder", lambda: tmp_path / "log")
    with pytest.raises(RuntimeError) as caught:
        stumble(SECRET)
    said = crash.note(caught.value)
    (note,) = (tmp_path / "log").iterdir()
    text = note.read_text("utf-8")
    assert "\n" not in said and str(note) in said and "RuntimeError" in said
    assert "in stumble" in text and text.endswith("builtins.RuntimeError\n")
    for kept_out in (SECRET, "Widgets", "\x1b", "127.0.0.1"):
        assert kept_out not in text + said
    assert note.stat().st_mode & 0o777 == 0o600


def test_a_refusal_of_a_server_does_not_tell_its_password() -> None:
    with pytest.raises(RuntimeError) as caught:
        stumble(SECRET)
    cause = caught.value.__cause__
    assert cause is not None
    assert SECRET not in "".join(traceback.format_exception_only(cause))
    assert SECRET not in repr(cause)


def test_a_note_that_cannot_be_written_is_no_second_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log").write_text("a file, not a folder")
    monkeypatch.setattr(paths, "log_folder", lambda: tmp_path / "log")
    assert "could not be written" in crash.note(ValueError(SECRET))
    assert SECRET not in crash.note(ValueError(SECRET))
