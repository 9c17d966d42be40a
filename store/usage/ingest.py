"""Taking usage events in: validated, the first of each transaction id kept, written in whole parts (README, §4.1).

Two doors: `ingest_events` for a call of the API (at most 100 events, none older than 34 days or more than 24 hours
ahead, all of them or none), and `ingest_files` for files of any size and any past (bad lines go to the rejects).
Whose usage an event is stays open until it is read: an alias may be given later (README, §2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from store.commands.events import accept_events, note
from store.database import Actor, Store
from store.errors import Invalid, Problem
from store.terms.event import DEDUPE_WINDOW, Event
from store.usage.crew import ahead
from store.usage.ledger.accepting import Taken, take
from store.usage.ledger.compaction import LOOSE, clear, tend
from store.usage.preparing import Prepared, event_of, prepare
from store.usage.readers import Source
from store.usage.rejects import Reject, RejectsFile, rejects_file

CALL = 100
"""Events per call of the API."""
AHEAD = timedelta(hours=24)
SHOWN = 5
"""Rejected lines that a result keeps to show; all of them go to the rejects file."""

T = TypeVar("T")
Progress = Callable[[int, int | None], None]


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
        found = event_of(item)
        if isinstance(found, Event):
            problems.extend(Problem(f"/{k}/timestamp", text) for text in _untimely(found, now))
            events.append(found)
        else:
            problems.extend(Problem(f"/{k}{p.path}", p.message) for p in found)
    if problems:
        raise Invalid(problems)
    with store.work(by=by, now=now) as work:
        accepted = accept_events(work, events, source="api")
    tend(store, by=by, now=now)
    return IngestResult(accepted, len(events) - accepted)


def ingest_files(
    store: Store,
    files: Sequence[str | Path],
    *,
    rejects: str | Path | None,
    by: Actor,
    now: datetime,
    progress: Progress = lambda done, total: None,
    result: IngestResult | None = None,
) -> IngestResult:
    """Every event of the files that is sound and new; each part is one transaction, so a stop loses nothing.

    `rejects` is a file for the rejected lines, as JSON lines. `progress` is told how many lines were taken in and an
    estimate of how many there are. Raises `Invalid` for a file that cannot be read; parts before that stay, and are
    counted in `result`, if that is given. Files that are not there are told before anything is taken in. A copy that
    the ledger names is brought up to date; raises `StoreUnavailable` where it is not there, and all events stay.
    """
    result = IngestResult() if result is None else result
    sources = [Source(str(name)) for name in files]
    for source in sources:
        source.check()
    _check_rejects(store, rejects, sources)
    lines = 0
    clear(store, by=by, now=now)
    with rejects_file(rejects) as out:
        for source in sources:
            for part, prepared in ahead(prepare, source.parts()):
                _take(store, prepared, source, result, out, by=by, now=now)
                tend(store, by=by, now=now)
                lines += part.count
                whole = estimate(sources)
                progress(lines, None if whole is None else max(lines, whole))
    tend(store, by=by, now=now, files=LOOSE)
    if store.ledger.copy:
        from store.usage.engines.mirror import catch_up

        catch_up(store)
    progress(lines, lines)
    return result


def take_in(
    store: Store, work: Callable[[T], Prepared], parts: Iterator[T], *, source: str, by: Actor, now: datetime
) -> Iterator[int]:
    """Parts of which `work` makes events, in any process, taken in one after the other; yields how many each had."""
    for _, prepared in ahead(work, parts):
        _accept(store, prepared, source, by=by, now=now)
        tend(store, by=by, now=now)
        yield prepared.events
    tend(store, by=by, now=now, files=LOOSE)


def _accept(store: Store, prepared: Prepared, source: str, *, by: Actor, now: datetime) -> Taken:
    with store.work(by=by, now=now) as work:
        taken = take(work, prepared.batch)
        note(work, taken.accepted, taken.duplicate, source)
    return taken


def _take(
    store: Store,
    prepared: Prepared,
    source: Source,
    result: IngestResult,
    out: RejectsFile,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """One part of a file: the sound events in one transaction, then the others into the rejects."""
    if prepared.events:
        taken = _accept(store, prepared, Path(source.name).name, by=by, now=now)
        result.accepted += taken.accepted
        result.duplicate += taken.duplicate
    refused = [Reject(source.name, each.line, each.reason, each.event) for each in prepared.refused]
    result.rejected += len(refused)
    result.rejects.extend(refused[: SHOWN - len(result.rejects)])
    out.write(refused)


def _untimely(event: Event, now: datetime) -> Iterator[str]:
    if event.timestamp > now + AHEAD:
        yield "is more than 24 hours in the future"
    if event.timestamp < now - DEDUPE_WINDOW:
        yield "is more than 34 days in the past"


def estimate(sources: Sequence[Source]) -> int | None:
    """How many lines there will be, going by what was read so far; None while that is unknown."""
    read = [source for source in sources if source.lines and source.done]
    lines, done = sum(source.lines for source in read), sum(source.done for source in read)
    found = 0
    for source in sources:
        if source.rows is not None:
            found += source.rows
        elif not source.size:
            if source.size is None:  # a pipe, which ends when it ends
                return None
        elif source.lines and source.done:
            found += max(source.lines, source.lines * source.size // source.done)
        elif done:
            found += lines * source.size // done
        else:
            return None
    return found


def _check_rejects(store: Store, rejects: str | Path | None, sources: Sequence[Source]) -> None:
    """Raises `Invalid` where writing the rejected lines would write over what is read or kept, by whatever name."""
    if rejects is None:
        return
    wanted = Path(rejects).resolve()
    if any(source.name != "-" and Path(source.name).resolve() == wanted for source in sources):
        raise Invalid(f"{rejects} is read from; rejected events need another file")
    kept = store.location.path
    if kept is not None and wanted in (kept.resolve(), *(kept.resolve().with_name(kept.name + end) for end in _BESIDE)):
        raise Invalid(f"{rejects} is the store; rejected events need another file")
    if store.ledger.folder.resolve() in wanted.parents:
        raise Invalid(f"{rejects} is in the usage folder; rejected events need another place")


_BESIDE = ("-wal", "-shm", "-turns")
"""How the names of files end that belong to a store."""
