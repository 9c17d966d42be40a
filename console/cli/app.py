"""The Typer application: its commands by name, and the version."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import books, database, demo, history, rating, request, serve, token
from console.cli import usage as usage_command
from console.cli.options import BEFORE, Before, ReadOnly, StoreUrl, UsageUrl

app = typer.Typer(
    name="termsheet",
    help="Set up usage-based contracts, see what they will charge, try changes before making them.",
    add_completion=True,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"termsheet {version('termsheet')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def console(
    context: typer.Context,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="The name that changes are recorded under.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why: recorded with every change.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Open the console on the store."""
    BEFORE.set(Before(store, usage, read_only, name, reason))
    if context.invoked_subcommand is None:
        demo.open_console(store, usage, read_only)


app.command("demo")(demo.demo)
app.command("import")(books.import_books)
app.command("export")(books.export_book)
app.command("history")(history.history)
app.command("undo")(history.undo)
app.command("ingest")(books.ingest_events)
app.command("usage")(usage_command.usage_statistics)
app.command("statement")(rating.statement)
app.command("statements")(rating.statements)
app.command("preview")(rating.preview)
app.command("api")(request.request)
app.command("serve")(serve.serve)
app.add_typer(token.app, name="token")
app.add_typer(database.app, name="db")
