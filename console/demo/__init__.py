"""The demo: the WidgetsExpress book and its usage as files, and the generator of larger books.

The files are what `termsheet import` and `termsheet ingest` take; the demo is nothing but those two commands run on a
throw-away store.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

TODAY = datetime(2025, 10, 20, 9, tzinfo=UTC)
"""The instant at which the demo's clock starts: late in the year of the guide's contract, with its usage up to then."""


def book_text() -> str:
    """The WidgetsExpress bundle, without events."""
    return files(__package__).joinpath("widgets_express.json").read_text("utf-8")


def usage_path() -> str:
    """The path of its usage events, as `ingest` takes them (gzipped JSON lines)."""
    return str(files(__package__).joinpath("widgets_express_usage.jsonl.gz"))
