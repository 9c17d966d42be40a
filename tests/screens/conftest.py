"""Services for screen tests: a store file of their own and a frozen clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.services import Services
from tests.screens.demo_store import TODAY, filled
from tests.screens.guide_store import guide
from tests.screens.idle import told_by_the_loop as told_by_the_loop
from tests.screens.reading import NOW


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and logs of a test are its own."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A new store that nothing has been written to yet; closed when the test is over."""
    made = Services(url=f"sqlite:///{tmp_path / 'store.db'}", operator="ann", clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def guided(tmp_path: Path) -> Iterator[Services]:
    """The guide's customers before the guide's amendment and filter change; closed when the test is over."""
    made = guide(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's book and usage in a store, made once; tests take a copy."""
    return filled(tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Services]:
    """Services on a copy of the demo, on the demo's day; closed when the test is over."""
    copy = tmp_path / "demo.db"
    shutil.copyfile(demo_file, copy)
    shutil.copytree(f"{demo_file}.usage", f"{copy}.usage", copy_function=os.link)
    made = Services(url=f"sqlite:///{copy}", operator="ann", label="demo", clock=lambda: TODAY)
    yield made
    made.close()
