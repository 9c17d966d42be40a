"""Stories of customers: made, named, found by aliases, given custom fields and balances, archived."""

from __future__ import annotations

from typing import Any

import pytest

from store.commands import (
    archive_customer,
    create_customer,
    create_customer_commit,
    create_customer_credit,
    set_ingest_aliases,
    set_name,
)
from store.database import Actor, Store
from store.errors import Conflict, Invalid, NotFound
from store.queries import changes_of, contracts_of, count_customers, customer, find_customer
from store.tables.audit import AuditEntry
from store.tables.contracts import TermRow
from store.terms.balances import CustomerCommit, CustomerCredit
from store.terms.base import parse
from store.terms.customer import Customer
from tests.store.conftest import NOW, Working
from tests.store.refusals import refused, rows
from tests.store.sample import ACME, CONTRACT, END, FEE, OTHER, START, uid

BALANCE: dict[str, Any] = {
    "customer_id": ACME,
    "product_id": FEE,
    "priority": 1,
    "access_schedule": {"schedule_items": [{"amount": 500, "starting_at": START, "ending_before": END}]},
}


def test_a_customer_is_made_and_found(store: Store, working: Working) -> None:
    with working() as work:
        created = create_customer(
            work, request=Customer(name="Widgets", ingest_aliases=("team", "ops"), external_id="x1")
        )
    for name in (created, "team", "ops", "x1"):
        assert find_customer(store, name).id == created
    found = customer(store, created)
    assert (found.name, found.aliases, found.version, found.created_at) == ("Widgets", ("team", "ops"), 1, NOW)
    assert found.refs == (created, "team", "ops", "x1")
    [entry] = changes_of(store, created)
    assert (entry.who, entry.origin, entry.at, entry.summary) == (
        "alice",
        "console",
        NOW,
        "created the customer: Widgets",
    )
    assert entry.before is None and entry.after["ingest_aliases"] == ["team", "ops"]


def test_nobody_is_found_under_an_unknown_name(store: Store) -> None:
    for find in (customer, find_customer):
        with pytest.raises(NotFound, match="there is no customer nobody"):
            find(store, "nobody")


@pytest.mark.parametrize("given", [{"ingest_aliases": ("acme",)}, {"external_id": "acme"}, {"ingest_aliases": (ACME,)}])
def test_a_taken_alias_is_refused_naming_its_holder(book: Store, working: Working, given: dict[str, Any]) -> None:
    error = refused(book, working, Conflict, create_customer, request=Customer(name="New", **given))
    assert "already used by customer Acme" in str(error) and ACME in str(error)


def test_aliases_of_archived_customers_stay_taken(book: Store, working: Working) -> None:
    with working() as work:
        archive_customer(work, customer_id=ACME)
    refused(book, working, Conflict, create_customer, request=Customer(name="New", ingest_aliases=("acme",)))


def test_an_id_is_used_once(book: Store, working: Working) -> None:
    refused(book, working, Conflict, create_customer, request=Customer(id=ACME, name="Twin"))
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=[uid(99)])
    refused(book, working, Conflict, create_customer, request=Customer(id=uid(99), name="Pretender"))


def test_the_whole_set_of_aliases_is_replaced(book: Store, working: Working) -> None:
    with working() as work:
        assert set_ingest_aliases(work, customer_id=ACME, aliases=["b", "a", "b"]) == ("b", "a")
    found = customer(book, ACME)
    assert (found.aliases, found.version) == (("b", "a"), 2)
    with pytest.raises(NotFound):
        find_customer(book, "acme")
    entry = changes_of(book, ACME)[0]
    assert (entry.before, entry.after) == ({"ingest_aliases": ["acme"]}, {"ingest_aliases": ["b", "a"]})


def test_the_same_aliases_again_change_nothing(book: Store, working: Working) -> None:
    before = rows(book)
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["acme"])
    assert rows(book) == before and customer(book, ACME).version == 1


def test_an_alias_moves_once_its_holder_lets_it_go(book: Store, working: Working) -> None:
    error = refused(book, working, Conflict, set_ingest_aliases, customer_id=OTHER, aliases=["acme"])
    assert "acme is already used by customer Acme" in str(error)
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=[])
        set_ingest_aliases(work, customer_id=OTHER, aliases=["acme", "other"])
    assert find_customer(book, "acme").id == OTHER


def test_an_external_id_outlives_a_change_of_aliases(store: Store, working: Working) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name="W", ingest_aliases=("a",), external_id="x"))
        set_ingest_aliases(work, customer_id=created, aliases=["x", "b"])
    assert customer(store, created).aliases == ("x", "b")
    with working() as work:
        set_ingest_aliases(work, customer_id=created, aliases=["b"])
    assert find_customer(store, "x").aliases == ("b",)


@pytest.mark.parametrize("aliases", [[""], ["a" * 129], [f"a{n}" for n in range(2001)]])
def test_aliases_have_their_measure(book: Store, working: Working, aliases: list[str]) -> None:
    error = refused(book, working, Invalid, set_ingest_aliases, customer_id=ACME, aliases=aliases)
    assert error.path.startswith("/ingest_aliases")


def test_a_long_name_is_cut(book: Store, working: Working) -> None:
    with working() as work:
        assert set_name(work, customer_id=ACME, name="ß" * 200) == "ß" * 160
    assert customer(book, ACME).name == "ß" * 160
    assert changes_of(book, ACME)[0].before == {"name": "Acme"}


def test_a_stale_version_is_refused_saying_who_changed_it(book: Store, working: Working) -> None:
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II", seen_version=1)
    error = refused(book, working, Conflict, set_name, customer_id=ACME, name="Acme III", seen_version=1)
    assert "changed in the meantime" in str(error) and "alice" in str(error)
    refused(book, working, Conflict, set_ingest_aliases, customer_id=ACME, aliases=["z"], seen_version=1)


def test_a_stale_save_is_told_everything_that_was_done_since(book: Store, working: Working) -> None:
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II", seen_version=1)
        create_customer_credit(work, request=parse(CustomerCredit, BALANCE | {"name": "Welcome"}))
    with book.work(by=Actor("bob", "api"), now=NOW) as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["z"], seen_version=3)
    error = refused(book, working, Conflict, set_name, customer_id=ACME, name="Acme III", seen_version=1)
    assert isinstance(error, Conflict)
    assert [(c.who, c.action) for c in error.changes] == [
        ("bob", "set_ingest_aliases"),
        ("alice", "create_credit"),
        ("alice", "set_name"),
    ]
    assert error.changes[2].before == {"name": "Acme"}
    error = refused(book, working, Conflict, set_name, customer_id=ACME, name="Acme III", seen_version=3)
    assert isinstance(error, Conflict) and [c.who for c in error.changes] == ["bob"]


def test_archiving_a_customer_archives_its_contracts_for_good(book: Store, working: Working) -> None:
    with working() as work:
        archive_customer(work, customer_id=ACME)
    assert customer(book, ACME).archived_at == NOW
    assert [c.archived_at for c in contracts_of(book, ACME)] == [NOW]
    assert contracts_of(book, ACME, archived=False) == ()
    entry = changes_of(book, ACME)[0]
    assert entry.action == "archive" and entry.after["contracts"] == [CONTRACT]
    for command, arguments in (
        (archive_customer, {}),
        (set_name, {"name": "x"}),
        (set_ingest_aliases, {"aliases": ["x"]}),
    ):
        assert "archived" in str(refused(book, working, Invalid, command, customer_id=ACME, **arguments))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(archive_customer, {}), (set_name, {"name": "x"}), (set_ingest_aliases, {"aliases": []})],
)
def test_a_customer_that_there_is_not(book: Store, working: Working, command: Any, arguments: dict[str, Any]) -> None:
    refused(book, working, NotFound, command, customer_id=uid(77), **arguments)


def test_a_customer_is_given_a_commit_and_a_credit(book: Store, working: Working) -> None:
    with working() as work:
        commit = create_customer_commit(work, request=parse(CustomerCommit, BALANCE | {"type": "PREPAID"}))
        credit = create_customer_credit(work, request=parse(CustomerCredit, BALANCE | {"name": "Welcome"}))
    terms = customer(book, ACME).terms
    assert [c.id for c in terms.commits] == [commit] and [c.id for c in terms.credits] == [credit]
    segment = terms.commits[0].access_schedule.schedule_items[0]
    with book.read() as session:
        assert session.get(TermRow, commit).kind == "commit"  # type: ignore[union-attr]
        assert session.get(TermRow, segment.id).customer_id == ACME  # type: ignore[union-attr]
    assert [e.action for e in changes_of(book, ACME)[:2]] == ["create_credit", "create_commit"]
    assert customer(book, ACME).version == 3


def test_the_key_space_of_commits_and_credits_is_shared(book: Store, working: Working) -> None:
    keyed = BALANCE | {"uniqueness_key": "k"}
    with working() as work:
        commit = create_customer_commit(work, request=parse(CustomerCommit, keyed | {"type": "PREPAID"}))
    request = parse(CustomerCredit, keyed | {"customer_id": OTHER})
    error = refused(book, working, Conflict, create_customer_credit, request=request)
    assert error.path == "/uniqueness_key" and commit in str(error)


def test_a_balance_needs_a_customer_that_is_there(book: Store, working: Working) -> None:
    nobody = parse(CustomerCredit, BALANCE | {"customer_id": uid(77)})
    refused(book, working, NotFound, create_customer_credit, request=nobody)
    homeless = parse(CustomerCredit, {k: v for k, v in BALANCE.items() if k != "customer_id"})
    assert refused(book, working, Invalid, create_customer_credit, request=homeless).path == "/customer_id"
    unsold = parse(CustomerCredit, BALANCE | {"product_id": uid(78)})
    assert refused(book, working, NotFound, create_customer_credit, request=unsold).path == "/product_id"


def test_every_command_leaves_one_entry(store: Store, working: Working) -> None:
    def entries() -> int:
        with store.read() as session:
            return session.query(AuditEntry).count()

    with working() as work:
        created = create_customer(work, request=Customer(name="W"))
    assert entries() == 1
    with working() as work:
        set_name(work, customer_id=created, name="V")
    assert entries() == 2
    assert count_customers(store) == 1
