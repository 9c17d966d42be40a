"""What each of several processes does in a race: `python -m tests.store.racers URL NAME ROUNDS`.

It says `ready`, waits for a line, and then, round by round, tries to take the same alias, to use the same uniqueness
key and to change the same contract in the version all have seen; it prints what became of each and how long it took.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from store import queries
from store.commands import create_customer, create_customer_credit, edit_contract
from store.database import Actor, Store, Work
from store.errors import Conflict
from store.terms.balances import CustomerCredit
from store.terms.base import parse
from store.terms.contract import ContractEdit
from store.terms.customer import Customer
from tests.store.sample import ACME, CONTRACT, FEE

NOW = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
HOUR = datetime(2025, 2, 3, tzinfo=UTC)


def main(url: str, name: str, rounds: int) -> None:
    """Race, and print one line for each attempt: which race, the round, and `won` or `lost`."""
    store = Store.open(url, wait=60)
    queries.contract(store, CONTRACT)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(rounds):
        seen = queries.contract(store, CONTRACT).version
        sys.stdout.write(f"saw {n} {seen}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        races: dict[str, Callable[[Work], object]] = {
            "alias": lambda work, n=n: create_customer(  # type: ignore[misc]
                work, request=Customer(name=name, ingest_aliases=(f"a{n}",))
            ),
            "key": lambda work, n=n: create_customer_credit(work, request=_credit(f"k{n}")),  # type: ignore[misc]
            "contract": lambda work, n=n, seen=seen: edit_contract(  # type: ignore[misc]
                work, request=_edit(f"{name} {n}"), seen_version=seen
            ),
        }
        for race, command in races.items():
            began = time.perf_counter()
            try:
                with store.work(by=Actor(name, "cli"), now=NOW) as work:
                    command(work)
                outcome = "won"
            except Conflict:
                outcome = "lost"
            sys.stdout.write(f"{race} {n} {outcome} {time.perf_counter() - began:.6f}\n")
    store.close()


def _credit(key: str) -> CustomerCredit:
    item = {"amount": Decimal(1), "starting_at": HOUR, "ending_before": HOUR + timedelta(days=1)}
    payload = {"customer_id": ACME, "product_id": FEE, "priority": 1, "name": "c", "uniqueness_key": key}
    return parse(CustomerCredit, {**payload, "access_schedule": {"schedule_items": [item]}})


def _edit(name: str) -> ContractEdit:
    return parse(ContractEdit, {"customer_id": ACME, "contract_id": CONTRACT, "update_contract_name": name})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
