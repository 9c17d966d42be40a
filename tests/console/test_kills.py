"""A console killed in the middle of typing: the store opens, is whole, and what was typed is there and offered."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.console.killing import kill_while_typing, prepared


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, for one console after the other: each start is offered what the last was killed over."""
    made = tmp_path_factory.mktemp("killed")
    prepared(made)
    return made


@pytest.mark.parametrize(
    ("way", "number"),
    [
        ("customer", signal.SIGKILL),
        ("contract", signal.SIGKILL),
        ("amendment", signal.SIGKILL),
        ("term", signal.SIGKILL),
        ("usage filter", signal.SIGKILL),
        ("amendment", signal.SIGHUP),
        ("usage filter", signal.SIGTERM),
    ],
)
def test_a_killed_console_has_kept_what_was_typed(folder: Path, way: str, number: int) -> None:
    url = f"sqlite:///{folder / 'store.db'}"
    killed = kill_while_typing(url, folder, way=way, number=number, chance=random.Random(1))
    assert killed.faults == ()
    assert killed.age < 2.0  # half a second on an idle machine
