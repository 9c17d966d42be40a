"""What is imported when: nobody waits for what they do not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def modules_after(code: str) -> set[str]:
    """The modules that are loaded once that code has run in a new interpreter."""
    script = f"{code}\nimport sys\nsys.stdout.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-1].split())


HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "alembic", "duckdb", "typer", "yaml"}

FIRST_SCREEN = """
import asyncio, os, tempfile
os.environ["TEXTUAL_ANIMATIONS"] = "none"
from console import __main__, app, driver, launch, settings
from screens.services import Services
services = Services(url="sqlite:///" + {path!r})
services.read_ahead()
async def main():
    console = app.ConsoleApp(services)
    async with console.run_test() as pilot:
        await pilot.pause()
        assert console.screen.list.row_count == 1
asyncio.run(main())
"""


def test_the_first_screen_shows_customers_without_anything_heavy(tmp_path: object) -> None:
    path = f"{tmp_path}/store.db"
    make = (
        "from screens.services import Services\nfrom store.commands.customers import create_customer\n"
        "from store.terms.customer import Customer\n"
        f"services = Services(url='sqlite:///{path}')\n"
        "with services.work() as work: create_customer(work, request=Customer(name='Acme'))\n"
    )
    subprocess.run([sys.executable, "-c", make], check=True)
    assert not modules_after(FIRST_SCREEN.format(path=path)) & HEAVY


@pytest.mark.parametrize("module", ["store.rating", "store.terms.contract", "store.preview", "store.database"])
def test_the_store_never_draws(module: str) -> None:
    assert not modules_after(f"import {module}") & {"textual", "rich"}


def test_the_version_is_told_without_textual() -> None:
    code = "from console.__main__ import main\nimport sys\nsys.argv = ['termsheet', '--version']\nmain()\nprint()"
    assert not modules_after(code) & {"textual", "sqlmodel"}


def test_the_command_line_does_not_need_the_server() -> None:
    assert not modules_after("import console.cli.app, console.api") & {"fastapi", "starlette", "uvicorn"}


def test_rating_is_pure() -> None:
    assert not modules_after("import store.rating") & {"sqlmodel", "sqlalchemy", "sqlite3"}


def test_services_and_commands_are_light() -> None:
    loaded = modules_after("import screens.services, screens.command, screens.customers.commands")
    assert not loaded & (HEAVY | {"textual", "rich"})


def faces() -> dict[str, Path]:
    """Packages whose own face imports what lies behind it: by name, their folder."""
    found = {}
    for init in sorted(path for package in ("store", "screens") for path in Path(package).rglob("__init__.py")):
        name = ".".join(init.parent.parts)
        if any(line.startswith(f"from {name}.") for line in init.read_text(encoding="utf-8").splitlines()):
            found[name] = init.parent
    return found


def test_nothing_behind_a_face_looks_at_it_while_it_is_imported() -> None:
    """Two threads that import a package and one of its modules would wait for each other: one sees half of it."""
    assert "store.queries" in faces()
    for name, folder in faces().items():
        for path in folder.glob("*.py"):
            looking = [
                line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(f"from {name} ")
            ]
            assert not looking, f"{path}: {looking}"


def test_the_last_word_is_ours_although_the_engine_was_not_put_away() -> None:
    code = (
        "import builtins, duckdb, gc, sys\nfrom console import __main__ as program\n"
        "builtins.held = duckdb.connect()\ngc.freeze()\n"
        "sys.stderr.write('it went wrong')\nsys.exit({})"
    )
    ours = subprocess.run(
        [sys.executable, "-c", code.format("program._quietly(70)")], capture_output=True, text=True, check=False
    )
    assert ours.returncode == 70
    assert ours.stderr == "it went wrong"
