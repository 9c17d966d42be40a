"""Opening the console, on the operator's store or on the demo's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from console.cli.options import ReadOnly, UsageUrl, actor, now, place
from console.cli.progress import Progress
from console.cli.telling import write_text
from store.errors import Conflict, Invalid
from store.terms import document


def open_console(store: str | None, usage: str | None, read_only: bool) -> None:
    """Open the console on the store that the options name."""
    where = place(store, usage, read_only)
    _run(where.store, where.read_only, usage=where.usage)


def demo(
    keep: Annotated[str | None, typer.Option("--keep", metavar="DIR", help="Keep the store in this folder.")] = None,
    customers: Annotated[
        int, typer.Option("--customers", min=0, help="Add a generated book of this many customers.")
    ] = 0,
    events: Annotated[int, typer.Option("--events", min=0, help="Spread this many generated events over them.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Another seed gives another generated book.")] = 7,
    no_console: Annotated[
        bool, typer.Option("--no-console", help="Fill the store, print where it is, and leave.")
    ] = False,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Open the console on a throw-away store filled with the WidgetsExpress scenario."""
    where = place(None, usage, read_only)
    if events and not customers:
        raise Invalid("--events needs --customers: generated events belong to generated customers")
    if keep is not None:
        url = _fill(Path(keep), where.usage, customers, events, seed)
        _open(url, where.usage, no_console, where.read_only)
    elif no_console:
        url = _fill(Path(tempfile.mkdtemp(prefix="termsheet-demo-")), where.usage, customers, events, seed)
        _open(url, where.usage, True, where.read_only)
    else:
        with tempfile.TemporaryDirectory(prefix="termsheet-demo-") as folder:
            url = _fill(Path(folder), where.usage, customers, events, seed)
            _open(url, where.usage, False, where.read_only)


def _fill(folder: Path, usage: str | None, customers: int, events: int, seed: int) -> str:
    """The store in that folder, filled with the demo unless it is there already; returns its path."""
    from console.demo import TODAY, book_text, usage_path
    from store import bundle
    from store.database import Store, make_private
    from store.usage.ingest import ingest_files

    path = folder / "termsheet.db"
    if path.exists():
        if customers or events:
            raise Conflict(f"{path} exists already; a generated book goes into a new folder")
        return str(path)
    make_private(folder)
    typer.echo("Filling the demo…", err=True)
    store = Store.open(str(path), usage=usage or "")
    try:
        book = bundle.parse_bundle(document.read(book_text(), name="the demo's book"), stored=True)
        with store.work(by=actor("demo"), now=TODAY) as work:
            bundle.import_bundle(work, book)
        with Progress("events") as progress:
            ingest_files(store, [usage_path()], rejects=None, by=actor("demo"), now=TODAY, progress=progress.advance)
        if customers:
            from console.demo.generate import generate

            with Progress("generated") as progress:
                generate(
                    store,
                    customers=customers,
                    events=events,
                    seed=seed,
                    by=actor("demo"),
                    now=TODAY,
                    progress=progress.advance,
                )
    finally:
        store.close()
    return str(path)


def _open(url: str, usage: str | None, no_console: bool, read_only: bool) -> None:
    if no_console:
        write_text(url + "\n")
        return
    from console.demo import TODAY

    began = monotonic()
    _run(url, read_only, usage=usage, label="demo", clock=lambda: TODAY + timedelta(seconds=monotonic() - began))


def _run(
    url: str | None,
    read_only: bool,
    *,
    usage: str | None = None,
    label: str = "",
    clock: Callable[[], datetime] = now,
) -> None:
    """The console, with the operator's settings; leaves with its exit code."""
    from console import settings
    from console.launch import run_console
    from screens.services import Services

    quick, who = settings.quick(store=url, usage=usage), actor("console")
    services = Services(
        url=quick.store,
        usage=quick.usage,
        operator=who.name,
        source=who.source,
        read_only=read_only,
        label=label,
        clock=clock,
    )
    code = run_console(services, keymap=quick.keymap, theme=quick.theme, mouse=quick.mouse)
    if code:
        raise typer.Exit(code)
