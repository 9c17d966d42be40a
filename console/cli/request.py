"""`termsheet api`: one API request, answered exactly as a server would."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, actor, now, opened, read_text
from console.cli.telling import write_document
from store.terms import document


def request(
    method: Annotated[str, typer.Argument(help="GET or POST.")],
    path: Annotated[str, typer.Argument(help="As in the API: /v1/customers")],
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE|-", help="The body: a JSON file, or - for stdin.")
    ] = None,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> int:
    """Answer one API request; prints the JSON response. Exit code 0 for 2xx, 1 for 4xx, 2 for 5xx."""
    from console.api import Response, answer
    from store.errors import TermsheetError

    try:
        body = None if data is None else document.read(read_text(data), name=data)
        with opened(store, usage, read_only, create=method.upper() != "GET") as book:
            response = answer(method, path, body, store=book, by=actor("api"), now=now())
    except TermsheetError as error:
        response = Response(error.status, {"message": str(error)})
    write_document(response.body)
    return 0 if response.status < 400 else 1 if response.status < 500 else 2
