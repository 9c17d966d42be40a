"""Bearer tokens of the server: `token create`, `token list`, `token revoke`."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, actor, now, opened
from console.cli.telling import tell

app = typer.Typer(help="Make, list and revoke the server's tokens.", no_args_is_help=False, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="What the token is for; audit entries carry it.")]


@app.command("create")
def create(
    name: Name,
    scope: Annotated[str, typer.Option("--scope", metavar="read|write", help="What it may be used for.")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="How long it lives; until revoked, if not given.")
    ] = None,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Make a token and print it, this once."""
    from store import commands
    from store.terms.base import parse
    from store.terms.token import NewToken

    request = parse(NewToken, {"name": name, "scope": scope, "days": days})
    with opened(store, usage, read_only, create=True) as book, book.work(by=actor(), now=now()) as work:
        made = commands.create_token(work, request=request)
    typer.echo(made)
    tell("Keep it now: only its digest is stored, it cannot be shown again.")


@app.command("list")
def listed(store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> None:
    """List the tokens: name, scope, state, when made and by whom, until when."""
    from store import queries
    from store.terms import time
    from store.text import visible

    at = now()
    with opened(store, usage, True) as book:
        for token in queries.tokens(book):
            until = time.stamp(token.expires_at) if token.expires_at else "-"
            made = time.stamp(token.created_at.replace(microsecond=0))
            cells = (token.name, token.scope.value.lower(), token.state(at), made, token.created_by, until)
            typer.echo("\t".join(map(visible, cells)))


@app.command("revoke")
def revoke(name: Name, store: StoreUrl = None, usage: UsageUrl = None, read_only: ReadOnly = False) -> None:
    """Revoke a token: the next request with it is refused."""
    from store import commands

    with opened(store, usage, read_only) as book, book.work(by=actor(), now=now()) as work:
        commands.revoke_token(work, name=name)
    tell(f"revoked {name}")
