"""Stories of contracts that change: by appending, all of a change or nothing, never two operators over each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store import queries
from store.commands import (
    amend_contract,
    archive_contract,
    create_contract,
    edit_contract,
    set_custom_fields,
    set_usage_filter,
    update_end_date,
)
from store.database import Store
from store.errors import Conflict, Invalid, NotFound
from store.tables.contracts import TermRow
from store.terms.base import parse
from store.terms.contract import Amendment, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.effective import changes_of, effective
from tests.store.conftest import ALICE, NOW, Working
from tests.store.refusals import refused
from tests.store.requests import FILTER, SPRING, TO, amendment, edit
from tests.store.sample import (
    ACME,
    COMMIT,
    CONTRACT,
    END,
    LATER,
    MULTIPLIER,
    OTHER,
    TERMS,
    uid,
)


def test_an_amendment_adds_and_is_remembered(book: Store, working: Working) -> None:
    with working() as work:
        recorded = amend_contract(work, request=amendment(overrides=[MULTIPLIER], commits=[COMMIT]))
    view = queries.contract(book, CONTRACT)
    assert view.version == 2
    [stored] = view.contract.amendments
    assert (stored.id, stored.recorded_at, stored.starting_at) == (recorded, NOW, SPRING)
    assert len(effective(view.contract).overrides) == 1
    entry = queries.changes_of(book, ACME)[0]
    assert entry.before == {"commits": {}, "overrides": {}}
    assert list(entry.after["commits"]) == [stored.commits[0].id]
    assert entry.after["request"]["starting_at"] == LATER


def test_changes_keep_their_order_however_the_clock_stands(book: Store, working: Working) -> None:
    with working() as work:
        for name in ("one", "two", "three"):
            edit_contract(work, request=edit(update_contract_name=name))
        amend_contract(work, request=amendment())
    with book.work(by=ALICE, now=NOW - timedelta(days=1)) as work:
        edit_contract(work, request=edit(update_contract_name="four"))
    view = queries.contract(book, CONTRACT)
    made = [(type(change).__name__, view.contract.recorded(change) - NOW) for change, _ in changes_of(view.contract)]
    instant = timedelta(microseconds=1)
    assert made == [
        ("ContractEdit", 0 * instant),
        ("ContractEdit", 0 * instant),
        ("ContractEdit", 0 * instant),
        ("Amendment", instant),
        ("ContractEdit", instant),
    ]
    assert [e.update_contract_name for e in view.contract.edits] == ["one", "two", "three", "four"]
    assert view.name == effective(view.contract).name == "four"


def test_a_stale_version_is_refused(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(update_contract_name="Mine"), seen_version=1)
    for command, request in (
        (edit_contract, edit(update_contract_name="Yours")),
        (amend_contract, amendment()),
        (update_end_date, parse(EndDateUpdate, TO)),
    ):
        error = refused(book, working, Conflict, command, request=request, seen_version=1)
        assert "changed in the meantime" in str(error) and "alice" in str(error)
    refused(book, working, Conflict, archive_contract, contract_id=CONTRACT, seen_version=1)


def test_a_usage_filter_changes_from_a_date_on(book: Store, working: Working) -> None:
    request = TERMS | {"customer_id": OTHER, "rate_card_id": None, "usage_filter": FILTER}
    with working() as work:
        created = create_contract(work, request=parse(ContractTerms, request))
        update = {"customer_id": OTHER, "contract_id": created, **FILTER, "group_values": ["US", "EU"]}
        set_usage_filter(work, request=parse(UsageFilterUpdate, update | {"starting_at": LATER}))
    filters = effective(queries.contract(book, created).contract).filters
    assert [(f.span.start, f.group_values) for f in filters][1] == (SPRING, ("US", "EU"))
    entry = queries.changes_of(book, OTHER)[0]
    assert len(entry.before["usage_filter"]) == 1 and len(entry.after["usage_filter"]) == 2


def test_an_end_is_moved_and_taken_away(book: Store, working: Working) -> None:
    with working() as work:
        update_end_date(work, request=parse(EndDateUpdate, TO | {"ending_before": LATER}))
    assert queries.contract(book, CONTRACT).ending_before == SPRING
    with working() as work:
        update_end_date(work, request=parse(EndDateUpdate, TO))
    assert queries.contract(book, CONTRACT).ending_before is None
    entry = queries.changes_of(book, ACME)[0]
    assert (entry.before, entry.after["ending_before"]) == ({"ending_before": LATER}, None)


@pytest.mark.parametrize("edited", [True, False])
def test_an_end_before_a_final_statement_is_refused_where_that_is_asked_for(
    book: Store, working: Working, edited: bool
) -> None:
    """January's statement was final on 2 February, a day before now."""

    def end(moment: str, allowed: bool) -> dict[str, Any]:
        if edited:
            allowing = {"allow_contract_ending_before_finalized_invoice": allowed}
            return {"request": edit(update_contract_end_date=moment, **allowing)}
        body = TO | {"ending_before": moment, "allow_ending_before_finalized_invoice": allowed}
        return {"request": parse(EndDateUpdate, body)}

    command: Any = edit_contract if edited else update_end_date
    error = refused(book, working, Invalid, command, **end("2025-01-20T00:00:00Z", allowed=False))
    assert error.path == ("/update_contract_end_date" if edited else "/ending_before")
    for moment, allowed in (("2025-02-01T00:00:00Z", False), ("2025-01-20T00:00:00Z", True)):
        with working() as work:
            command(work, **end(moment, allowed))


def test_an_edit_changes_terms_by_their_ids(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(add_commits=[COMMIT], uniqueness_key="e1"))
    commit = effective(queries.contract(book, CONTRACT).contract).commits[0]
    segment = commit.access_schedule.schedule_items[0].id
    update = {"access_schedule": {"update_schedule_items": [{"id": segment, "amount": 1}]}, "name": "Less"}
    with working() as work:
        edit_contract(work, request=edit(update_commits=[{"commit_id": commit.id, **update}]))
    changed = effective(queries.contract(book, CONTRACT).contract).commits[0]
    assert (changed.name, changed.access_schedule.total) == ("Less", 1)
    entry = queries.changes_of(book, ACME)[0]
    assert entry.before["commits"][commit.id]["access_schedule"]["schedule_items"][0]["amount"] == 100000
    assert entry.after["commits"][commit.id]["name"] == "Less"
    refused(book, working, Conflict, edit_contract, request=edit(update_contract_name="x", uniqueness_key="e1"))


def test_items_added_to_a_schedule_get_ids(book: Store, working: Working) -> None:
    with working() as work:
        edit_contract(work, request=edit(add_commits=[COMMIT]))
    commit = effective(queries.contract(book, CONTRACT).contract).commits[0]
    more = {"add_schedule_items": [{"amount": 7, "starting_at": LATER, "ending_before": END}]}
    with working() as work:
        edit_contract(work, request=edit(update_commits=[{"commit_id": commit.id, "access_schedule": more}]))
    added = effective(queries.contract(book, CONTRACT).contract).commits[0].access_schedule.schedule_items[1]
    with book.read() as session:
        assert session.get(TermRow, added.id) is not None


def test_an_edit_that_breaks_a_rule_changes_nothing(book: Store, working: Working) -> None:
    broken = edit(update_contract_name="New", update_commits=[{"commit_id": uid(77), "name": "x"}])
    refused(book, working, NotFound, edit_contract, request=broken)
    assert queries.contract(book, CONTRACT).name is None


@pytest.mark.parametrize("command", [amend_contract, edit_contract, update_end_date])
def test_a_change_names_a_contract_of_its_customer(book: Store, working: Working, command: Any) -> None:
    model: Any = {amend_contract: Amendment, edit_contract: ContractEdit, update_end_date: EndDateUpdate}[command]
    base = {"starting_at": LATER} if model is Amendment else {}
    for given, kind in (
        ({"customer_id": ACME, "contract_id": uid(77)}, NotFound),
        ({"customer_id": OTHER, "contract_id": CONTRACT}, NotFound),
        ({"customer_id": ACME}, Invalid),
        ({"contract_id": CONTRACT}, Invalid),
    ):
        refused(book, working, kind, command, request=parse(model, base | given))


def test_custom_fields_of_an_amendment_stand_until_amended(book: Store, working: Working) -> None:
    with working() as work:
        amend_contract(work, request=amendment(custom_fields={"ref": "amended"}))
    arguments = {"entity": "contract", "entity_id": CONTRACT, "custom_fields": {"ref": "set"}}
    assert refused(book, working, Invalid, set_custom_fields, **arguments).path == "/custom_fields/ref"
    with working() as work:
        amend_contract(work, request=amendment(custom_fields={"ref": "again"}))
    assert effective(queries.contract(book, CONTRACT).contract).custom_fields == {"ref": "again"}


def test_an_archived_contract_takes_no_more_changes(book: Store, working: Working) -> None:
    with working() as work:
        archive_contract(work, contract_id=CONTRACT, customer_id=ACME)
    assert queries.contract(book, CONTRACT).archived_at == NOW
    refused(book, working, Invalid, amend_contract, request=amendment())
    refused(book, working, Invalid, archive_contract, contract_id=CONTRACT)
    refused(book, working, NotFound, archive_contract, contract_id=CONTRACT, customer_id=OTHER)
