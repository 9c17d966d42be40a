"""`termsheet`: the console opens at once, everything else goes to the command line.

The console's way in imports as little as it can: a sentence is on the terminal before Textual is imported, and neither
Typer, Pydantic nor SQLModel is imported before the first screen is painted.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NamedTuple


class Asked(NamedTuple):
    """What `termsheet` without a command was told."""

    store: str | None
    read_only: bool
    usage: str | None = None


def console_asked(arguments: list[str]) -> Asked | None:
    """The options, if these arguments mean the plain console; None where they are the command line's business."""
    told: dict[str, str] = {}
    read_only = False
    rest = iter(arguments)
    for word in rest:
        if word == "--read-only":
            read_only = True
        elif word.partition("=")[0] in ("--store", "--usage"):
            name, given, value = word.partition("=")
            told[name] = value if given else next(rest, "")
            if not told[name]:
                return None
        else:
            return None
    return Asked(told.get("--store"), read_only, told.get("--usage"))


PASSED_ON = "TERMSHEET_ARGUMENTS"
"""How the command line reaches the program that was begun anew; no child inherits it."""


def without_passwords(words: list[str]) -> list[str]:
    """The command line without the password of a server: other users can read how a program was called."""
    if not any("@" in word or "password" in word.casefold() for word in words):
        return words
    from store.text import masked

    return [masked(word) for word in words]


def begin() -> None:
    """Begins the program anew where `ps` would show a password; `sys.argv` has it then all the same."""
    from json import dumps, loads

    passed_on = os.environ.pop(PASSED_ON, None)
    if passed_on is not None:
        sys.argv[1:] = loads(passed_on)
        return
    given = sys.argv[1:]
    words = without_passwords(given)
    if words != given:
        called = [*sys.orig_argv[: len(sys.orig_argv) - len(words)], *words]
        os.execve(sys.executable, [sys.executable, *called[1:]], {**os.environ, PASSED_ON: dumps(given)})


def main() -> int:
    """The program."""
    begin()
    asked = console_asked(sys.argv[1:])
    if asked is None:
        from console.cli import run

        return _quietly(run(sys.argv[1:]))
    return _quietly(_console(asked))


def _quietly(code: int) -> int:
    """The exit code; with DuckDB loaded the process ends here, for DuckDB lists on the way out what it did not free.

    That list would push our own last words off a small terminal. Everything of ours is closed by now.
    """
    if "duckdb" in sys.modules:
        with suppress(OSError):  # nobody reads on
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    return code


def _console(asked: Asked) -> int:
    if os.isatty(2):
        os.write(2, b"Opening Termsheet ...\r\n")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    gc.disable()
    from console import crash, settings
    from screens.services import Services
    from store.errors import TermsheetError

    try:
        quick = settings.quick(store=asked.store, usage=asked.usage)
    except TermsheetError as error:
        from store.text import visible

        sys.stderr.write(f"termsheet: {visible(str(error))}\n")
        return 1
    name = settings.operator()
    services = Services(
        url=quick.store, usage=quick.usage, operator=name, source=settings.source(name), read_only=asked.read_only
    )
    crash.in_threads(crash.say)
    services.read_ahead()
    from console import app, collecting, driver  # noqa: F401  what the first screen needs, before the collector is back
    from console.launch import run_console
    from screens.customers import screen  # noqa: F401

    collecting.seldom()
    gc.freeze()
    gc.enable()
    return run_console(services, keymap=quick.keymap, theme=quick.theme, mouse=quick.mouse)


if __name__ == "__main__":
    sys.exit(main())
