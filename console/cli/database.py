"""The store itself: `db upgrade`, `db check`, `db backup`, `db restore`, `db grants`."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, opened, place
from console.cli.telling import tell, write_text

app = typer.Typer(help="Upgrade, check and back up the store.", no_args_is_help=True, rich_markup_mode=None)


@app.command("upgrade")
def upgrade(store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> None:
    """Bring an older store to this version's schema, after a backup beside it."""
    from console.settings import quick
    from store import database

    where = place(store, usage, read_only)
    tell(database.upgrade(quick(store=where.store).store, usage=where.usage_folder))


@app.command("check")
def check(store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> int:
    """Prove that the store is whole; exit 1 and say what is not."""
    from store import integrity

    with opened(store, usage, True) as book:
        faults = integrity.check(book)
        end = integrity.history_end(book) if not faults else ""
    for fault in faults:
        tell(fault)
    if end:
        tell(end)
    tell("the store is whole" if not faults else f"{len(faults)} fault{'s' if len(faults) > 1 else ''}")
    return 1 if faults else 0


@app.command("backup")
def backup_store(
    file: Annotated[str, typer.Argument(help="The file to write; it must not exist yet.")],
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Write a consistent copy of the store, while others go on using it."""
    from store.backup import backup

    with opened(store, usage, True) as book:
        backup(book, file)
    tell(f"backed up to {file}")


@app.command("restore")
def restore_store(
    file: Annotated[str, typer.Argument(help="A backup.")],
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the store that is there; it is kept in a copy.")
    ] = False,
) -> None:
    """Put a backup in the store's place; a store that is there is replaced only with --force."""
    from console.settings import quick
    from store.backup import restore

    where = place(store, usage, read_only)
    tell(restore(quick(store=where.store).store, file, force=force, usage=where.usage_folder))


@app.command("grants")
def grants(
    role: Annotated[str, typer.Option("--role", metavar="viewer|operator|admin", help="What the role may do.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="ROLE", help="The database role (default: as above).")
    ] = None,
    schema: Annotated[str, typer.Option("--schema", help="Where the tables are.")] = "public",
) -> None:
    """Print the SQL that lets a PostgreSQL role view, operate or administer the store."""
    from store.errors import Invalid
    from store.roles import Role, grants

    if role not in list(Role):
        raise Invalid(f"{role} is not a role; there are {', '.join(Role)}")
    write_text(grants(Role(role), name=name or f"termsheet_{role}", schema=schema) + "\n")
