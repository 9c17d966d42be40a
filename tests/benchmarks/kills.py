"""Kill a console at random moments, again and again: nothing may be lost but what was typed just before.

    python -m tests.benchmarks.kills [--kills 60] [--seed 1]

Each time somebody types into one of the forms and the console is sent SIGHUP, SIGTERM or SIGKILL; then the store is
opened and checked, and the kept draft is compared with what was typed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.console.killing import SIGNALS, WAYS, kill_while_typing, prepared


def main() -> None:
    """Kill, and print what was survived."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    chance, ages, faults = random.Random(asked.seed), [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = prepared(folder)
        for _ in range(asked.kills):
            way, number = chance.choice(list(WAYS)), chance.choice(SIGNALS)
            killed = kill_while_typing(url, folder, way=way, number=number, chance=chance)
            ages.append(killed.age)
            faults += len(killed.faults)
    ages.sort()
    sys.stdout.write(
        f"{asked.kills} kills survived, {faults} faults found by db check; the oldest letter lost was typed "
        f"{max(ages):.2f} s before the kill (median {ages[len(ages) // 2]:.2f} s)\n"
    )


if __name__ == "__main__":
    main()
