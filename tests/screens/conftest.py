"""Services for screen tests: a store file of their own and a frozen clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.services import Services
from tests.screens.reading import NOW


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and logs of a test are its own."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """A new store that nothing has been written to yet."""
    return Services(url=f"sqlite:///{tmp_path / 'store.db'}", operator="ann", clock=lambda: NOW)
