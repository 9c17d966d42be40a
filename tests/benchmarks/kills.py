"""Kill a console at random moments, again and again: nothing may be lost but what was typed just before.

    python -m tests.benchmarks.kills [--kills 60] [--seed 1]

On each database: each time somebody types into one of the forms, over the demo's book, and the console is sent SIGHUP,
SIGTERM or SIGKILL; then the store is opened and checked, every row but the drafts is compared with what was there, the
kept draft with what was typed, and the next start has to offer it.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from pathlib import Path

from tests import postgres
from tests.console.killing import SIGNALS, WAYS, Killed, kill_while_typing, prepared


def main() -> None:
    """Kill, and print what was survived."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        kill("SQLite", Path(name), prepared(Path(name)), asked.kills, random.Random(asked.seed))
    with tempfile.TemporaryDirectory() as name, postgres.store_database() as url:
        kill("PostgreSQL", Path(name), prepared(Path(name), url), asked.kills, random.Random(asked.seed))
    postgres.stop()
    postgres.sweep()


def kill(kind: str, folder: Path, url: str, kills: int, chance: random.Random) -> None:
    """Kill on one store, in each form in turn."""
    done: dict[str, list[Killed]] = {way: [] for way in WAYS}
    for n in range(kills):
        way, number = list(WAYS)[n % len(WAYS)], chance.choice(SIGNALS)
        done[way].append(kill_while_typing(url, folder, way=way, number=number, chance=chance))
    for way, killed in (*done.items(), ("all", [each for some in done.values() for each in some])):
        faults = [fault for each in killed for fault in each.faults]
        sys.stdout.write(
            f"{kind}, {way}: {len(killed)} kills, {ages([each.age for each in killed])}; faults: {faults or 0}\n"
        )
    sys.stdout.flush()


def ages(found: list[float]) -> str:
    """How long before the kill the oldest letter that was lost had been typed."""
    if not found:
        return "no age"
    at = sorted(found)
    p50, p99 = (at[math.ceil(len(at) * part) - 1] for part in (0.5, 0.99))
    return f"the oldest letter lost was typed before the kill by: p50 {p50:.2f} s, p99 {p99:.2f} s, max {at[-1]:.2f} s"


if __name__ == "__main__":
    main()
