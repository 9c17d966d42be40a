"""A note about a defect says where it happened and nothing of what was there: no value, no text, no secret."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from console import crash, paths
from screens.services import Services
from store import drafts
from store.batch import rate_many
from store.database import Store
from tests.console.terminal import Terminal
from tests.screens.demo_store import MERIDIAN, TODAY, WIDGETS, filled

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


def a_stumble_elsewhere(_preview: object) -> None:
    """What another process is asked to do."""
    raise ValueError(f"{CUSTOMER} {SECRET}")


def test_a_defect_in_another_process_is_noted_as_one_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "log_folder", lambda: tmp_path / "log")
    store = Store.open(str(filled(tmp_path / "demo.db")))
    with pytest.raises(ValueError) as caught:
        list(rate_many(store, [MERIDIAN, WIDGETS] * 3, a_stumble_elsewhere, as_of=TODAY, jobs=2, at_once=2))
    store.close()
    said = crash.note(caught.value)
    (note,) = (tmp_path / "log").iterdir()
    for kept_out in (SECRET, "Widgets", "\x1b"):
        assert kept_out not in note.read_text("utf-8") + said


BROKEN = """
import sys
from pathlib import Path
from console.__main__ import main
from screens.customers.screen import CustomersScreen

def broken(self):
    secret = "hunter2-top-secret"
    self.services.rescue.hold("work", lambda: Path(sys.argv[-1]).with_suffix(".kept").write_text("kept"))
    raise KeyError(secret)

CustomersScreen.action_sort = broken
sys.exit(main())
"""


ELSEWHERE = """
import sys, threading
from console import crash
from console.__main__ import main
from screens import following
from screens.customers.add import AddCustomer
from screens.following import Following
from screens.widgets import draft_keeper

def broken(self, *given):
    secret = "hunter2-top-secret"
    raise KeyError(secret)

place = sys.argv.pop()
if place == "a thread that follows":
    following.EVERY = 0.1
    before = Following.look
    Following.look = lambda self: broken(self) if threading.active_count() > 2 and asked.is_set() else before(self)
    asked = threading.Event()
    AddCustomer.action_request = lambda self: asked.set()
elif place == "a worker of a dialog":
    AddCustomer._look = AddCustomer._save = None
    from textual import work
    AddCustomer._look = work(thread=True, exit_on_error=False)(broken)
    AddCustomer.action_request = lambda self: self._look()
elif place == "a timer":
    AddCustomer.action_request = lambda self: threading.Timer(0.01, broken, [self]).start()
else:
    AddCustomer.action_request = broken
sys.exit(main())
"""


@pytest.mark.parametrize("place", ["a key of a dialog", "a worker of a dialog", "a thread that follows", "a timer"])
def test_a_defect_anywhere_ends_honestly_and_keeps_what_was_typed(tmp_path: Path, place: str) -> None:
    url = f"sqlite:///{tmp_path / 'book.db'}"
    Store.open(url).close()
    program = (sys.executable, "-c", ELSEWHERE, "--store", url, place)
    with Terminal(home=tmp_path, program=program, env={"TERMSHEET_OPERATOR": "ann"}) as terminal:
        terminal.until("No customers yet")
        terminal.quiet()
        terminal.send(b"n")
        terminal.until("New customer")
        terminal.quiet()
        terminal.send(b"Half typed")
        terminal.quiet()
        terminal.send(b"\x1bOQ")  # F2
        assert terminal.wait() == 70
        terminal.assert_restored()
        said = terminal.output.rpartition(b"\x1b[?1049l")[2]
        assert b"Termsheet stopped on a defect (KeyError)" in said
        assert SECRET.encode() not in terminal.output and b"Traceback" not in terminal.output
    assert [draft.title for draft in drafts.list_for(Services(url=url).store(), "ann")] == ["Half typed"]
    (note,) = tmp_path.rglob("crash-*.txt")
    assert SECRET not in note.read_text()


def test_a_defect_leaves_the_terminal_sane_and_keeps_the_draft(tmp_path: Path) -> None:
    program = (sys.executable, "-c", BROKEN, "--store", str(tmp_path / "book.db"))
    with Terminal(home=tmp_path, program=program) as terminal:
        terminal.until("No customers yet")
        terminal.quiet()
        terminal.send(b"s")
        assert terminal.wait() == 70
        terminal.assert_restored()
        assert b"Termsheet stopped on a defect (KeyError)" in terminal.output
        assert SECRET.encode() not in terminal.output and b"Traceback" not in terminal.output
    assert (tmp_path / "book.kept").read_text() == "kept"
    (note,) = tmp_path.rglob("crash-*.txt")
    assert SECRET not in note.read_text()
