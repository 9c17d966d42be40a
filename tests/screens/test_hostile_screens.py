"""Every screen and every dialog on a book of hostile names: shown, obeyed nowhere, and nothing out of its place."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from statistics import median
from time import thread_time
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

import console as console_package
import screens
from screens.services import Services
from screens.widgets.base import BaseScreen, Dialog
from tests.hostile import LONG, MAIN, OPERATOR, PAYLOADS, filled, shown
from tests.screens.every_screen import JOURNEYS, Journey
from tests.screens.holding import assert_holds
from tests.screens.reading import NOW, console, settle
from tests.screens.typing_keys import press

KEY = 0.1
"""Seconds of the event loop's own time that half the keys of a journey take at most: twice what is promised, as what is
measured shares its processor with others."""
SEVERAL = 8
"""Keys that make a median worth something."""
WITHOUT_DATA = ("Leave",)
"""Dialogs that show nothing of what is stored."""
KINDS_OF_TERMS = ("CommitEditor", "CreditEditor", "OverrideEditor", "ScheduledChargeEditor", "UsageFilterEditor")
"""Names for `TermEditor` by what it edits."""
SET = asyncio.Event()
SET.set()


@pytest.fixture(scope="session")
def hostile_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The stores, made once: every payload everywhere, and names of 10,000 characters."""
    folder = tmp_path_factory.mktemp("hostile")
    return {"payloads": filled(folder / "payloads.db"), "long": filled(folder / "long.db", list(LONG))}


@pytest.fixture
def hostile(hostile_files: dict[str, Path], tmp_path: Path) -> Iterator[Callable[[str], Services]]:
    """Services on a copy of one of them."""
    made: list[Services] = []

    def of(kind: str) -> Services:
        file, copy = hostile_files[kind], tmp_path / "store.db"
        shutil.copyfile(file, copy)
        shutil.copytree(f"{file}.usage", f"{copy}.usage", copy_function=os.link)
        made.append(Services(url=f"sqlite:///{copy}", operator=OPERATOR, label=PAYLOADS["c1_osc"], clock=lambda: NOW))
        return made[-1]

    yield of
    for services in made:
        services.close()


async def rest(pilot: Pilot[Any]) -> None:
    """Until what was asked for is there; workers that wait for an answer are left waiting."""
    await settle(pilot)
    for _ in range(100):  # a preview that is under way; of what is not asked for there will be none
        if getattr(pilot.app.screen, "fresh", SET).is_set():
            break
        await pilot.pause(0.01)
    await settle(pilot)


async def walk(pilot: Pilot[Any], journey: Journey, kind: str, took: list[float]) -> tuple[str, set[type[Screen[Any]]]]:
    """Take every step, and look after each; everything that was seen, and the screens that it was seen on."""
    seen: list[str] = []
    been: set[type[Screen[Any]]] = set()
    if journey.start is not None:
        await pilot.app.push_screen(journey.start(pilot.app.services, MAIN))  # type: ignore[attr-defined]
    for keys in ("", *journey.steps):
        for key in keys.split():
            word, _, times = key.partition("*")
            for _ in range(int(times or 1)):
                before, began = pilot.app.screen, thread_time()
                await press(pilot, word.replace("_", " ") if word.startswith("_") else word)
                if pilot.app.screen is before:
                    took.append((thread_time() - began) / max(1, len(word) - 1 if word.startswith("_") else 1))
        await rest(pilot)
        been.add(type(pilot.app.screen))
        seen.append(
            assert_holds(pilot.app, f"{journey.name} ({kind}) after {keys!r} on {type(pilot.app.screen).__name__}")
        )
    return "\n".join(seen), been


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_hostile_names_are_shown_and_obeyed_nowhere(hostile: Callable[[str], Services], journey: Journey) -> None:
    app = console(hostile("payloads"))
    async with app.run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        seen, been = await walk(pilot, journey, "payloads", [])
        assert journey.screens <= {screen.__name__ for screen in been}
        assert len(shown(seen)) >= journey.shows, sorted(shown(seen))


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_names_of_ten_thousand_characters_bend_nothing(
    hostile: Callable[[str], Services], journey: Journey
) -> None:
    app = console(hostile("long"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        took: list[float] = []
        await walk(pilot, journey, "long", took)
        if len(took) >= SEVERAL:
            assert median(took) < KEY, f"{journey.name}: {took}"


def test_every_screen_is_on_the_way_of_some_journey() -> None:
    for package in (screens, console_package):
        for module in walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.startswith(("console.server", "console.__main__")):
                import_module(module.name)
    found: set[str] = set()
    waiting: list[type[Any]] = [BaseScreen, Dialog]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__subclasses__() and kind.__module__.startswith(("screens.", "console.")):
            found.add(kind.__name__)
    on_the_way = frozenset().union(*(journey.screens for journey in JOURNEYS))
    assert found - on_the_way - {*WITHOUT_DATA, *KINDS_OF_TERMS} == set()
