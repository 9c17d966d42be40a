"""Many processes at one alias, one uniqueness key, one contract: exactly one of them wins, and nothing is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from store import integrity, queries
from store.database import Store
from tests.store.racers import raced
from tests.store.sample import ACME, CONTRACT

PROCESSES, ROUNDS, OWN = 4, 4, 2


def test_of_many_processes_one_wins(book: Store) -> None:
    before = queries.contract(book, CONTRACT).version
    race = raced(book.url, processes=PROCESSES, rounds=ROUNDS, own=OWN)
    assert len(race.attempts) == (3 * ROUNDS + OWN) * PROCESSES
    won = Counter((each.race, each.round) for each in race.attempts if each.outcome == "won")
    assert won == {
        **{(race, n): 1 for race in ("alias", "key", "contract") for n in range(ROUNDS)},
        **{("own", n): PROCESSES for n in range(OWN)},
    }
    assert len(queries.customer(book, ACME).terms.credits) == ROUNDS
    assert set(queries.alias_holders(book, [f"a{n}" for n in range(ROUNDS)])) == {f"a{n}" for n in range(ROUNDS)}
    assert queries.contract(book, CONTRACT).version == before + ROUNDS
    assert integrity.check(book) == ()


def test_a_race_that_takes_too_long_is_ended(book: Store) -> None:
    with pytest.raises(TimeoutError, match="not finished within 0 s"):
        raced(book.url, processes=2, rounds=1, within=0.2)
