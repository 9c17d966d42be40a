"""Where things are kept: settings, the store, logs and crash notes; folders are made private (0700) on first use."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "termsheet"


def settings_file() -> Path:
    """The settings file (it need not exist); `TERMSHEET_CONFIG` names another."""
    named = os.environ.get("TERMSHEET_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_dir(NAME)) / "settings.toml"


def data_folder() -> Path:
    """Where the embedded store lives."""
    return Path(platformdirs.user_data_dir(NAME))


def log_folder() -> Path:
    """Where crash notes go."""
    return Path(platformdirs.user_log_dir(NAME))


def state_folder() -> Path:
    """Where work in progress is kept between one run and the next."""
    return Path(platformdirs.user_state_dir(NAME))


def private(folder: Path) -> Path:
    """The folder, made if need be, for this user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def default_store() -> str:
    """The URL of the embedded store in the user's data folder, which is made if it is missing."""
    private(data_folder())
    return f"sqlite:///{data_folder() / 'store.db'}"
