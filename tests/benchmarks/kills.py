"""Kill a console at random moments, again and again: nothing may be lost but what was typed just before.

    python -m tests.benchmarks.kills [--kills 60] [--seed 1]

On each database: each time somebody types into one of the forms and the console is sent SIGHUP, SIGTERM or SIGKILL;
then the store is opened and checked, and the kept draft is compared with what was typed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests import postgres
from tests.console.killing import SIGNALS, WAYS, kill_while_typing, prepared


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
    """Kill on one store."""
    ages, faults = [], 0
    for _ in range(kills):
        way, number = chance.choice(list(WAYS)), chance.choice(SIGNALS)
        killed = kill_while_typing(url, folder, way=way, number=number, chance=chance)
        ages.append(killed.age)
        faults += len(killed.faults)
    ages.sort()
    sys.stdout.write(
        f"{kind}: {kills} kills survived, {faults} faults found by db check; the oldest letter lost was typed "
        f"{max(ages):.2f} s before the kill (median {ages[len(ages) // 2]:.2f} s)\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
