"""A console killed in the middle of typing: the store opens, is whole, and what was typed is there."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.console.killing import kill_while_typing, prepared


@pytest.mark.parametrize(
    ("way", "number"),
    [("customer", signal.SIGKILL), ("contract", signal.SIGKILL), ("contract", signal.SIGHUP)],
)
def test_a_killed_console_has_kept_what_was_typed(tmp_path: Path, way: str, number: int) -> None:
    killed = kill_while_typing(prepared(tmp_path), tmp_path, way=way, number=number, chance=random.Random(1))
    assert killed.faults == ()
    assert killed.age < (2.0 if number == signal.SIGKILL else 0.2)  # half a second on an idle machine
