"""Operators in processes of their own who save at the same time: `raced` starts them, `main` is what each of them does.

All are started first, which takes longer than everything after it. Then, round by round and all at once, they try to
take the same alias, to use the same uniqueness key and to change the same contract in the version all have seen. In the
end each goes on alone, changing a customer of its own every second or so, as people do.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Event, Timer

from store import queries
from store.commands import create_customer, create_customer_credit, edit_contract, set_name
from store.database import Actor, Store, Work
from store.errors import Conflict
from store.terms.balances import CustomerCredit
from store.terms.base import parse
from store.terms.contract import ContractEdit
from store.terms.customer import Customer
from tests.store.sample import ACME, CONTRACT, FEE

NOW = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
HOUR = datetime(2025, 2, 3, tzinfo=UTC)
HERE = Path(__file__).parents[2]
PAUSE = (0.25, 1.75)
"""Seconds between two changes of somebody who works alone."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One save, or what became of it."""

    race: str
    """`alias`, `key`, `contract`: everybody's; `own`: of somebody who works alone."""
    round: int
    outcome: str
    """`won` or `lost`."""
    seconds: float
    """From asking to having it, or to being refused."""
    waited: float
    """Those of them in which it was somebody else's turn."""
    processor: float
    """Seconds of the processor."""


@dataclass(frozen=True, slots=True)
class Race:
    """What came of a race."""

    started: float
    """Seconds until all were there."""
    attempts: tuple[Attempt, ...]


def raced(url: str, *, processes: int, rounds: int, own: int = 0, within: float = 600) -> Race:
    """Has so many operators race; raises `TimeoutError`, with all of them ended, when it takes longer than `within`."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.store.racers", url]
    racers = [
        subprocess.Popen(
            [*command, f"op{k}", str(rounds), str(own)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=HERE
        )
        for k in range(processes)
    ]
    late = Event()

    def end() -> None:
        late.set()
        for racer in racers:
            racer.kill()

    timer = Timer(within, end)
    timer.start()
    try:
        for racer in racers:
            list(_told(racer))
        started, attempts = time.monotonic() - began, []
        for _ in range(rounds + 2):  # what to begin from, the rounds, everybody alone
            for racer in racers:
                assert racer.stdin is not None
                racer.stdin.write(b"go\n")
                racer.stdin.flush()
            for racer in racers:
                for race, n, outcome, *seconds in _told(racer):
                    attempts.append(Attempt(race, int(n), outcome, *map(float, seconds)))
        if any(racer.wait() for racer in racers):
            raise ChildProcessError("a racer failed")
    except OSError:
        if not late.is_set():
            raise
        raise TimeoutError(f"not finished within {within:.0f} s") from None
    finally:
        timer.cancel()
        for racer in racers:
            racer.kill()
            racer.communicate()
    return Race(started, tuple(attempts))


def _told(racer: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    """The words of the lines that a racer writes until it waits again."""
    assert racer.stdout is not None
    for line in iter(racer.stdout.readline, b"waits\n"):
        if not line:
            raise BrokenPipeError("a racer has gone")
        yield line.decode().split()


def main(url: str, name: str, rounds: int, own: int) -> None:
    """Race, and write one line for each attempt: the fields of `Attempt`."""
    store = Store.open(url, wait=60)
    save = partial(_save, store, Actor(name, "cli"))
    queries.contract(store, CONTRACT)
    _wait()
    with store.work(by=Actor(name, "cli"), now=NOW) as work:
        mine = create_customer(work, request=Customer(name=name))
    for n in range(rounds):
        seen = queries.contract(store, CONTRACT).version
        customer, credit, edit = Customer(name=name, ingest_aliases=(f"a{n}",)), _credit(f"k{n}"), _edit(f"{name} {n}")
        _wait()
        save("alias", n, partial(create_customer, request=customer))
        save("key", n, partial(create_customer_credit, request=credit))
        save("contract", n, partial(edit_contract, request=edit, seen_version=seen))
    _wait()
    chance = random.Random(name)
    for n in range(own):
        time.sleep(chance.uniform(*PAUSE))
        seen = queries.customer(store, mine).version
        save("own", n, partial(set_name, customer_id=mine, name=f"{name} {n}", seen_version=seen))
    store.close()
    _say("waits")


def _save(store: Store, by: Actor, race: str, n: int, command: Callable[[Work], object]) -> None:
    began, spent = time.perf_counter(), time.process_time()
    try:
        with store.work(by=by, now=NOW) as work:
            turn = time.perf_counter()
            command(work)
        outcome = "won"
    except Conflict:
        outcome = "lost"
    done, spent = time.perf_counter(), time.process_time() - spent
    _say(*map(str, astuple(Attempt(race, n, outcome, done - began, turn - began, spent))))


def _wait() -> None:
    _say("waits")
    sys.stdin.readline()


def _say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def _credit(key: str) -> CustomerCredit:
    item = {"amount": Decimal(1), "starting_at": HOUR, "ending_before": HOUR + timedelta(days=1)}
    payload = {"customer_id": ACME, "product_id": FEE, "priority": 1, "name": "c", "uniqueness_key": key}
    return parse(CustomerCredit, {**payload, "access_schedule": {"schedule_items": [item]}})


def _edit(name: str) -> ContractEdit:
    return parse(ContractEdit, {"customer_id": ACME, "contract_id": CONTRACT, "update_contract_name": name})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
