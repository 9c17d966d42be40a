"""Many processes at one alias, one uniqueness key, one contract: exactly one of them wins, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from store import integrity, queries
from store.database import Store
from tests.store.sample import ACME, CONTRACT

PROCESSES, ROUNDS = 4, 4
HERE = Path(__file__).parents[2]


def raced(url: str, *, processes: int, rounds: int) -> list[tuple[str, int, str, float]]:
    """Every attempt of every process: which race, the round, its outcome, its seconds; rounds begin together."""
    command = [sys.executable, "-m", "tests.store.racers", url]
    racers = [
        subprocess.Popen(
            [*command, f"op{k}", str(rounds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
        )
        for k in range(processes)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    attempts = []
    for step in range(rounds + 1):
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        for racer in racers:
            assert racer.stdout is not None
            for line in iter(racer.stdout.readline, ""):
                race, n, *rest = line.split()
                if race == "saw":
                    assert int(n) == step
                    break
                attempts.append((race, int(n), rest[0], float(rest[1])))
        if step == rounds:
            break
    assert [racer.wait() for racer in racers] == [0] * processes
    return attempts


def test_of_many_processes_one_wins(book: Store) -> None:
    before = queries.contract(book, CONTRACT).version
    attempts = raced(book.url, processes=PROCESSES, rounds=ROUNDS)
    assert len(attempts) == 3 * PROCESSES * ROUNDS
    won = Counter((race, n) for race, n, outcome, _ in attempts if outcome == "won")
    assert won == {(race, n): 1 for race in ("alias", "key", "contract") for n in range(ROUNDS)}
    assert len(queries.customer(book, ACME).terms.credits) == ROUNDS
    assert set(queries.alias_holders(book, [f"a{n}" for n in range(ROUNDS)])) == {f"a{n}" for n in range(ROUNDS)}
    assert queries.contract(book, CONTRACT).version == before + ROUNDS
    assert integrity.check(book) == ()
