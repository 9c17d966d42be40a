"""A defect on any screen, in a key or in a worker: one line, a note without data, and what was begun is kept."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console import paths
from screens.services import Services
from tests.hostile import LONG, MAIN, OPERATOR, PAYLOADS, filled, shown
from tests.screens.every_screen import JOURNEYS, Journey
from tests.screens.reading import NOW, console, settle
from tests.screens.typing_keys import press

SECRET = "hunter2-secret"


class Boom(RuntimeError):
    """A defect."""


@pytest.fixture(scope="session")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a few of the payloads and the long names."""
    few = [PAYLOADS[name] for name in ("markup", "osc_title", "csi_clear", "c1_csi", "bidi_override", "line_feed")]
    return filled(tmp_path_factory.mktemp("defects") / "store.db", [*few, *LONG])


def stumble(screen: Any) -> None:
    """Fall over what is on the screen."""
    name, secret = PAYLOADS["osc_title"], SECRET
    raise Boom(f"{name} {secret} {screen}") from KeyError(secret)


@pytest.mark.parametrize("how", ["a key", "a worker"])
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_a_defect_is_told_in_a_line_and_noted_without_data(
    hostile_store: Path, tmp_path: Path, journey: Journey, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "log_folder", lambda: tmp_path / "log")
    copy = tmp_path / "store.db"
    shutil.copyfile(hostile_store, copy)
    shutil.copytree(f"{hostile_store}.usage", f"{copy}.usage", copy_function=os.link)
    services = Services(url=f"sqlite:///{copy}", operator=OPERATOR, clock=lambda: NOW)
    app = console(services)
    with pytest.raises(Boom):
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            if journey.start is not None:
                await app.push_screen(journey.start(services, MAIN))
            for key in journey.steps[0].split():
                await press(pilot, key.partition("*")[0].replace("_", " "))
            await settle(pilot)
            screen = app.screen
            if how == "a key":
                screen.call_later(stumble, screen)
            else:
                screen.run_worker(partial(stumble, screen), thread=True, exit_on_error=False)
            await settle(pilot)
    services.close()
    assert app.return_code == 70
    (note,) = (tmp_path / "log").iterdir()
    assert str(note) in app.crash_line and "\n" not in app.crash_line
    text = note.read_text("utf-8") + app.crash_line
    assert "in stumble" in text and "Boom" in text
    assert SECRET not in text and not shown(text) and "\x1b" not in text
