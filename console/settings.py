"""What the operator decided: the settings file (TOML) and `TERMSHEET_*`, validated as one value.

The file wins over the environment, the command line over both. `quick` reads the two or three things the first
screen needs without importing Pydantic; `load` validates everything.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from console import paths
from store.errors import Invalid, Problem

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings


class Quick(NamedTuple):
    """What the first screen needs to know."""

    store: str
    usage: str
    theme: str
    mouse: bool
    keymap: dict[str, str]


def quick(*, store: str | None = None, usage: str | None = None) -> Quick:
    """The settings the first screen needs; raises Invalid where the file is not TOML.

    `store` and `usage` are the command line's; usage settings do not go with another store than the settings'.
    """
    document = _document(paths.settings_file())
    keymap = document.get("keymap")
    return Quick(
        store=store or _text(document, "store") or paths.default_store(),
        usage=usage or ("" if store else _text(document, "usage")),
        theme=_text(document, "theme"),
        mouse=document.get("mouse", os.environ.get("TERMSHEET_MOUSE", "1") not in ("0", "false", "no")) is not False,
        keymap={str(k): str(v) for k, v in keymap.items()} if isinstance(keymap, dict) else {},
    )


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name) or os.environ.get("TERMSHEET_" + name.upper(), "")
    return value if isinstance(value, str) else ""


def _document(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Invalid(f"{path} cannot be read: {error}", hint="it is the settings file, in TOML") from None


def load() -> BaseSettings:
    """All settings, validated (`store`, `usage`, `theme`, `mouse`, `keymap`, `operator`); raises Invalid."""
    from pydantic import Field, ValidationError
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

    class Settings(BaseSettings):
        """The settings file's shape."""

        model_config = SettingsConfigDict(env_prefix="TERMSHEET_", toml_file=paths.settings_file(), extra="forbid")

        store: str = Field(default_factory=paths.default_store)
        """URL of the store."""
        usage: str = ""
        """The folder where usage events live; empty: the one that goes with the store."""
        theme: str = ""
        """Name of a theme."""
        mouse: bool = True
        """Whether the console takes the mouse."""
        operator: str = ""
        """The name audit entries carry; empty: the login name."""
        keymap: dict[str, str] = Field(default_factory=dict)
        """Action id → key."""

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """The file before the environment."""
            return init_settings, TomlConfigSettingsSource(settings_cls), env_settings

    _document(paths.settings_file())
    try:
        return Settings()
    except ValidationError as error:
        where = paths.settings_file()
        raise Invalid(
            [Problem("/" + "/".join(map(str, e["loc"])), e["msg"]) for e in error.errors(include_url=False)],
            hint=f"in {where} or TERMSHEET_*",
        ) from None


def operator() -> str:
    """Who is working: `TERMSHEET_OPERATOR`, else the login name."""
    return os.environ.get("TERMSHEET_OPERATOR") or _login() or "operator"


def source(name: str) -> str | None:
    """What an operator's name does not say: another login, and where that came from over SSH; None: nothing more."""
    login, came = _login(), os.environ.get("SSH_CONNECTION", "").split()
    told = [f"login {login}"] if login and login != name else []
    if came:
        told.append(f"ssh {came[0]}")
    return ", ".join(told) or None


def _login() -> str:
    """The name of the operating system's user, whatever the environment says."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return ""
