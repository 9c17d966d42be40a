"""Taking usage events in: validated, the first of each transaction id kept, written in whole batches (README, §4.1).

Two doors: `ingest_events` for a call of the API (at most 100 events, none older than 34 days or more than 24 hours
ahead, all of them or none), and `ingest_files` for files of any size and any past (bad lines go to the rejects).
Whose usage an event is stays open until it is read: an alias may be given later (README, §2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from store.commands.events import accept_events
from store.database import Actor, Store
from store.errors import Invalid, Problem
from store.terms import document
from store.terms.base import explain
from store.terms.event import DEDUPE_WINDOW, Event
from store.usage.readers import Row, Source

BATCH = 10_000
"""Events per transaction of a file: the index of transaction ids is written once per batch, wherever they fall."""
CALL = 100
"""Events per call of the API."""
AHEAD = timedelta(hours=24)
SHOWN = 5
"""Rejected lines that a result keeps to show; all of them go to the rejects file."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that held no event: where, why, and what it was."""

    source: str
    line: int
    reason: str
    event: Any


@dataclass(slots=True)
class IngestResult:
    """How many events were taken, were known already, or were rejected (with the first few of those)."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)


def ingest_events(store: Store, payload: Any, *, by: Actor, now: datetime) -> IngestResult:
    """One call of the API: a list of 1–100 events, taken all or not at all; raises `Invalid` with every bad one."""
    if not isinstance(payload, list) or not 1 <= len(payload) <= CALL:
        raise Invalid(f"must be a list of 1 to {CALL} events")
    events: list[Event] = []
    problems: list[Problem] = []
    for k, item in enumerate(payload):
        found = _event(item)
        if isinstance(found, Event):
            problems.extend(Problem(f"/{k}/timestamp", text) for text in _untimely(found, now))
            events.append(found)
        else:
            problems.extend(Problem(f"/{k}{p.path}", p.message) for p in found)
    if problems:
        raise Invalid(problems)
    with store.work(by=by, now=now) as work:
        accepted = accept_events(work, events, source="api")
    return IngestResult(accepted, len(events) - accepted)


def ingest_files(
    store: Store,
    files: Sequence[str | Path],
    *,
    rejects: str | Path | None,
    by: Actor,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> IngestResult:
    """Every event of the files that is sound and new; each batch is one transaction, so a stop loses nothing.

    `rejects` is a file for the rejected lines, as JSON lines. `progress` is told how many lines were read and an
    estimate of how many there are. Raises `Invalid` for a file that cannot be read; batches before it stay.
    """
    result = IngestResult()
    sources = [Source(str(name)) for name in files]
    if rejects is not None and any(Path(rejects).absolute() == Path(s.name).absolute() for s in sources):
        raise Invalid(f"{rejects} is read from; rejected events need another file")
    lines = 0
    with _rejects(rejects) as out:
        for source in sources:
            for rows in _batches(source.rows()):
                lines += len(rows)
                _take(store, rows, source, result, out, by=by, now=now)
                progress(lines, _estimate(lines, sources, source))
    progress(lines, lines)
    return result


def _take(
    store: Store, rows: list[Row], source: Source, result: IngestResult, out: TextIO | None, *, by: Actor, now: datetime
) -> None:
    """One batch of a file: the sound events in one transaction, then the others into the rejects."""
    events: list[Event] = []
    refused: list[Reject] = []
    for row in rows:
        found = [Problem("", row.problem)] if row.problem else _event(row.payload)
        if isinstance(found, Event):
            events.append(found)
        else:
            refused.append(Reject(source.name, row.line, "; ".join(map(str, found)), row.payload))
    if events:
        with store.work(by=by, now=now) as work:
            accepted = accept_events(work, events, source=Path(source.name).name)
        result.accepted += accepted
        result.duplicate += len(events) - accepted
    result.rejected += len(refused)
    result.rejects.extend(refused[: SHOWN - len(result.rejects)])
    for reject in refused if out is not None else ():
        out.write(_written(reject) + "\n")  # type: ignore[union-attr]


def _written(reject: Reject) -> str:
    """A rejected line as JSON: the event as it was sent, or null where its numbers or depth cannot be written."""
    line = {"file": reject.source, "line": reject.line, "reason": reject.reason, "event": reject.event}
    try:
        return document.write(line)
    except (ArithmeticError, RecursionError):
        return document.write(line | {"event": None})


def _event(payload: Any) -> Event | list[Problem]:
    """The payload as an event, or what is wrong with it."""
    try:
        return Event.model_validate(payload)
    except ValidationError as error:
        return explain(error, Event)
    except RecursionError:
        return [Problem("", "is nested too deeply")]


def _untimely(event: Event, now: datetime) -> Iterator[str]:
    if event.timestamp > now + AHEAD:
        yield "is more than 24 hours in the future"
    if event.timestamp < now - DEDUPE_WINDOW:
        yield "is more than 34 days in the past"


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in lists of at most a batch; what was read before a file turns out unreadable is still handed out."""
    batch: list[Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Invalid:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _estimate(lines: int, sources: Sequence[Source], current: Source) -> int | None:
    """How many lines there will be, going by the bytes read of all files so far; None while that is unknown."""
    if len(sources) > 1 and current is not sources[-1]:
        return None
    size, done = current.size, current.done
    return max(lines, lines * size // done) if size and done and len(sources) == 1 else None


@contextmanager
def _rejects(name: str | Path | None) -> Iterator[TextIO | None]:
    if name is None:
        yield None
        return
    try:
        file = Path(name).open("w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Invalid(f"{name} cannot be written: {error.strerror}") from None
    with file:
        yield file
