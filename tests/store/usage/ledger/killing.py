"""Killing an ingester at random moments, and proving that nothing was lost, doubled or torn by it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from store import integrity
from store.database import Store
from store.queries import events_of
from store.usage.ingest import ingest_files
from tests.store.usage.ledger.feed import BY

EVENTS = 4000
PROGRAM = """
import sys
from datetime import UTC, datetime
from store.database import Actor, Store
from store.usage import lines, readers
from store.usage.ingest import ingest_files
lines.PART_BYTES, readers.PIECE = 1, 15_000
store = Store.open(sys.argv[1], wait=60.0)
print("begun", flush=True)
ingest_files(store, [sys.argv[2]], rejects=None, by=Actor("tests", "cli"), now=datetime.now(UTC),
             progress=lambda done, total: print(done, flush=True))
"""


def killed_while_ingesting(folder: Path, *, times: int, seed: int) -> int:
    """Ingests a file anew until it is through, each time but the last killed at random; how many were killed midway."""
    random = Random(seed)
    feed, url = folder / "feed.jsonl", str(folder / "book.db")
    feed.write_text("".join(json.dumps(_sent(k)) + "\n" for k in range(EVENTS)), "utf-8")
    store = Store.open(url)
    midway = 0
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url, str(feed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        said = 0
        stop = random.randrange(EVENTS)
        for line in process.stdout:
            said = int(line) if line.strip().isdigit() else said
            if said >= stop or random.random() < 0.05:
                break
        process.send_signal(random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGINT)))
        said = max([said, *(int(line) for line in process.stdout if line.strip().isdigit())])
        process.wait()
        found = [e.transaction_id for e in events_of(store)]
        assert found == [f"t{k}" for k in range(len(found))], "an event is missing or there twice"
        assert len(found) >= said, "an event is lost that was said to be accepted"
        assert integrity.check(store) == ()
        midway += 0 < len(found) < EVENTS
    result = ingest_files(store, [feed], rejects=None, by=BY, now=datetime.now(UTC))
    assert result.accepted + result.duplicate == EVENTS
    assert [e.transaction_id for e in events_of(store)] == [f"t{k}" for k in range(EVENTS)]
    assert integrity.check(store) == ()
    store.close()
    return midway


def _sent(k: int) -> dict[str, object]:
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=20 * k)
    properties = {"n": k / 4, "region": "EU"}
    return {
        "transaction_id": f"t{k}",
        "customer_id": f"c{k % 5}",
        "event_type": "call",
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "properties": properties,
    }
