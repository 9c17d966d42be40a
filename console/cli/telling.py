"""How the command line says things: sentences on standard error, documents and rows on standard output.

Nothing of it is obeyed by a terminal, whatever the data holds. JSON says exactly the same with escapes. CSV and SQL
stay exact for files and other programs, and are made visible only where a terminal would obey them.
"""

from __future__ import annotations

import io
import sys
from typing import Any, TextIO

import typer

from store.terms import document
from store.text import escaped, visible


def tell(sentence: str) -> None:
    """A sentence for whoever gave the command; several lines stay several."""
    for line in sentence.splitlines() or [""]:
        typer.echo(visible(line), err=True)


def write_document(value: Any, *, indent: int | None = 2, end: str = "\n") -> None:
    """A value as JSON, exact and harmless."""
    typer.echo(as_json(value, indent=indent) + end, nl=False)


def as_json(value: Any, *, indent: int | None = None) -> str:
    """JSON text in which nothing is hidden and nothing is obeyed."""
    return escaped(document.write(value, indent=indent))


def write_text(text: str, out: TextIO | None = None) -> None:
    """Text of other forms (CSV, SQL): exact, but on a terminal each line made visible."""
    to = out or sys.stdout
    to.write(seen(text) if to.isatty() else text)


def seen(text: str) -> str:
    """Each line made visible, however long it is."""
    return "".join(visible(line.rstrip("\n"), limit=len(line) + 1) + "\n" for line in io.StringIO(text, newline="\n"))
