"""Packages: terms told from a contract's start, made into contracts in the store, in bundles and in what-ifs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store import queries
from store.bundle import export_bundle, import_bundle, parse_bundle
from store.commands import archive_package, create_contract, create_package
from store.database import Store, upgrade
from store.errors import Conflict, Invalid, NotFound
from store.preview import Previews, preview_bundle
from store.terms import document as json
from store.terms import review, time
from store.terms.base import PREVIEW, parse
from store.terms.changes import NewContract
from store.terms.contract import ContractTerms
from store.terms.package import Package, instantiate
from store.terms.relative import Duration, Offset, after
from tests.books import book as story
from tests.store.conftest import ALICE, NOW, Working
from tests.store.old_stores import old_store
from tests.store.package_sample import PACKAGE, TERMS, months
from tests.store.sample import ACME, CALLS, CARD, document, errors, refused, uid, warnings
from tests.store.sample import book as sample


def package(**more: Any) -> Package:
    """The starter package with other terms."""
    return parse(Package, TERMS | {"id": PACKAGE} | more, context=PREVIEW)


def request(start: str = "2025-01-31T00:00:00Z", **more: Any) -> ContractTerms:
    """A request for a contract made from the package."""
    return parse(ContractTerms, {"customer_id": ACME, "starting_at": start, "package_id": PACKAGE} | more)


def test_segments_of_one_month_meet_also_at_the_end_of_months() -> None:
    (commit,) = instantiate(package(), request()).commits
    spans = [(i.starting_at, i.ending_before) for i in commit.access_schedule.schedule_items]
    ends = [datetime(2025, 1, 31, tzinfo=UTC), datetime(2025, 2, 28, tzinfo=UTC)]
    ends += [datetime(2025, 3, 31, tzinfo=UTC), datetime(2025, 4, 30, tzinfo=UTC)]
    assert spans == [(ends[k], ends[k + 1]) for k in range(3)]


def test_days_and_weeks_are_counted_on_from_the_month() -> None:
    start = datetime(2024, 2, 29, 6, tzinfo=UTC)
    years = parse(Offset, {"value": 1, "unit": "years"})
    week = parse(Duration, {"value": 1, "unit": "WEEKS"})
    assert after(start, years) == datetime(2025, 2, 28, 6, tzinfo=UTC)
    assert after(start, years, week) == datetime(2025, 3, 7, 6, tzinfo=UTC)


def test_a_contract_has_the_terms_of_its_package() -> None:
    made = instantiate(package(), request(uniqueness_key="k"))
    assert (made.name, made.rate_card_id, made.net_payment_terms_days) == ("Starter plan", CARD, Decimal(30))
    assert made.ending_before == datetime(2026, 1, 31, tzinfo=UTC)
    assert (made.made_from_package, made.package_id, made.uniqueness_key) == (PACKAGE, None, "k")
    assert made.overrides[0].ending_before == datetime(2025, 7, 31, tzinfo=UTC)
    assert made.subscriptions[0].starting_at == datetime(2025, 2, 14, tzinfo=UTC)


def test_nothing_else_accompanies_a_package() -> None:
    body = {"customer_id": ACME, "starting_at": "2025-01-01T00:00:00Z", "package_id": PACKAGE}
    assert refused(ContractTerms, body | {"name": "Own", "commits": []}) == {
        "/commits": "cannot accompany a package",
        "/name": "cannot accompany a package",
    }
    assert refused(ContractTerms, body | {"package_alias": "starter"}) == {
        "/package_alias": "cannot be combined with package_id"
    }
    assert list(refused(ContractTerms, body | {"made_from_package": PACKAGE})) == ["/made_from_package"]


def test_a_package_keeps_the_rules_of_its_terms() -> None:
    commit = TERMS["commits"][0]
    postpaid = refused(Package, TERMS | {"commits": [commit | {"type": "POSTPAID"}]})
    assert postpaid == {
        "/commits/0/access_schedule/schedule_items": "must be exactly one segment for a POSTPAID commit"
    }
    override = TERMS["overrides"][0]
    both = override | {"starting_at": "2025-01-01T00:00:00Z"}
    assert list(refused(Package, TERMS | {"overrides": [both]})) == ["/overrides/0/starting_at_offset"]
    absolute = {k: v for k, v in both.items() if k not in ("starting_at_offset", "duration")}
    assert refused(Package, TERMS | {"overrides": [absolute]}) == {}
    assert refused(Package, TERMS | {"duration": months(0)}) == {
        "/duration/value": "should be greater than or equal to 1"
    }
    assert list(refused(Package, TERMS | {"customer_id": ACME})) == ["/customer_id"]
    dated = {"frequency": "MONTHLY", "day": "CUSTOM_DATE"}
    assert list(refused(Package, TERMS | {"usage_statement_schedule": dated})) == ["/usage_statement_schedule/day"]


def test_a_package_is_reviewed_against_the_catalog() -> None:
    assert review.package(package(), sample()) == ()
    wrong = package(rate_card_id=uid(99))
    assert errors(review.package(wrong, sample()))["/rate_card_id"] == f"there is no rate card {uid(99)}"
    commit = TERMS["commits"][0] | {"product_id": CALLS}
    assert errors(review.package(package(commits=[commit]), sample())) == {
        "/commits/0/product_id": "must be a FIXED product; Calls is USAGE"
    }
    named = {k: v for k, v in TERMS.items() if k != "rate_card_id"} | {"rate_card_alias": "later"}
    found = review.package(parse(Package, named | {"subscriptions": [], "overrides": []}), sample())
    assert warnings(found) == {"/rate_card_alias": "no rate card has the alias later yet"}


def test_a_contract_finds_its_package_by_an_alias_of_its_start(book: Store, working: Working) -> None:
    with working() as work:
        old = create_package(work, request=parse(Package, TERMS))
        new = create_package(
            work,
            request=parse(Package, TERMS | {"aliases": [{"name": "starter", "starting_at": "2025-06-01T00:00:00Z"}]}),
        )
    made = []
    for start in ("2025-02-01T00:00:00Z", "2025-07-01T00:00:00Z"):
        with working() as work:
            body = {"customer_id": ACME, "starting_at": start, "package_alias": "starter"}
            made.append(create_contract(work, request=parse(ContractTerms, body)))
    shown = [queries.contract(book, id) for id in made]
    assert [view.contract.made_from_package for view in shown] == [old, new]
    assert [view.id for view in queries.contracts_made_from(book, new)] == [made[1]]
    assert {view.id: view.contracts for view in queries.packages(book)} == {old: 1, new: 1}
    (commit,) = shown[0].contract.commits
    assert commit.id and shown[0].name == "Starter plan"


def test_what_a_package_is_refused_for_in_the_store(book: Store, working: Working) -> None:
    with working() as work:
        id = create_package(work, request=parse(Package, TERMS | {"uniqueness_key": "once"}))
    with pytest.raises(Conflict), working() as work:
        create_package(work, request=parse(Package, TERMS | {"uniqueness_key": "once"}))
    with pytest.raises(NotFound, match="/package_id: there is no package"), working() as work:
        create_contract(work, request=request(package_id=uid(98)))
    with pytest.raises(NotFound, match="no package has the alias none"), working() as work:
        body = {"customer_id": ACME, "starting_at": "2025-02-01T00:00:00Z", "package_alias": "none"}
        create_contract(work, request=parse(ContractTerms, body))
    with working() as work:
        archive_package(work, package_id=id)
    with pytest.raises(Invalid, match="archived"), working() as work:
        create_contract(work, request=request(package_id=id))
    with pytest.raises(Invalid, match="archived already"), working() as work:
        archive_package(work, package_id=id)


def test_a_bundle_with_packages_goes_in_and_out_unchanged(store: Store, working: Working, tmp_path: Path) -> None:
    made = {"id": uid(85), "customer_id": ACME, "starting_at": "2025-01-31T00:00:00Z", "package_alias": "starter"}
    whole = parse_bundle(document(packages=[TERMS | {"id": PACKAGE}], contracts=[made]), stored=True)
    with working() as work:
        import_bundle(work, whole)
    written = export_bundle(store)
    assert [p["name"] for p in written["packages"]] == ["Starter"]
    assert written["contracts"][0]["made_from_package"] == PACKAGE
    assert export_bundle(store, ACME)["packages"] == written["packages"]
    second = Store.open(str(tmp_path / "second.db"))
    with second.work(by=ALICE, now=NOW) as work:
        import_bundle(work, parse_bundle(json.read(json.write(written)), stored=True))
    assert json.write(export_bundle(second)) == json.write(written)
    second.close()


def test_a_bundle_is_previewed_with_what_its_package_says() -> None:
    told = story().sells("calls", price=10).customer()
    told.payload["packages"] = [
        {
            "id": "pack",
            "name": "Pack",
            "rate_card_id": "card",
            "usage_statement_schedule": {"frequency": "MONTHLY", "day": "CONTRACT_START"},
            "scheduled_charges": [
                {"product_id": "fixed", "schedule": {"schedule_items": [{"date_offset": months(1), "amount": 500}]}}
            ],
        }
    ]
    told.payload["contracts"] = [
        {"id": "c", "customer_id": "acme", "starting_at": "2025-01-31T00:00:00Z", "package_id": "pack"}
    ]
    preview = told.uses("calls", 3, on="2025-02-27").seen("2025-03-01").preview()
    (usage,) = [s for s in preview.statements if s.type == "USAGE" and s.total]
    assert (usage.start, usage.end) == (datetime(2025, 1, 31, tzinfo=UTC), datetime(2025, 2, 28, tzinfo=UTC))
    (charge,) = [s for s in preview.statements if s.type == "SCHEDULED"]
    assert (usage.total, charge.total) == (Decimal(30), Decimal(500))
    assert charge.issued_at == datetime(2025, 2, 28, tzinfo=UTC)
    told.payload["contracts"][0]["package_id"] = "none"
    with pytest.raises(NotFound, match="/contracts/0/package_id: there is no package none"):
        preview_bundle(told.bundle())


def test_a_what_if_makes_a_contract_from_a_package(book: Store, working: Working) -> None:
    with working() as work:
        id = create_package(work, request=parse(Package, TERMS))
    what_if = Previews(book, lambda: NOW).what_if(ACME, [NewContract(request(package_id=id))])
    assert what_if.refusal is None
    assert not [f for f in what_if.findings if f.severity == "error"]
    new = [s for s in what_if.after.statements if s.contract_id == "new-contract" and s.type == "SCHEDULED"]
    assert new[0].total == 300


def test_an_upgrade_notes_which_contracts_are_children(tmp_path: Path) -> None:
    path = old_store(tmp_path / "book.db", "0002")
    place = {"hierarchy_configuration": {"parent": {"contract_id": "p", "customer_id": "c1"}}}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO customer (id, name, name_key, created_at, version, terms) VALUES ('c1', 'A', 'a', ?, 1, '{}')",
            (time.stamp(NOW),),
        )
        connection.executemany(
            "INSERT INTO contract (id, customer_id, starting_at, created_at, version, terms) "
            "VALUES (?, 'c1', ?, ?, 1, ?)",
            [(id, time.stamp(NOW), time.stamp(NOW), json.write(terms)) for id, terms in (("p", {}), ("k", place))],
        )
    assert "upgraded to schema" in upgrade(str(path))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT id, parent_id, package_id FROM contract ORDER BY id").fetchall()
    assert rows == [("k", "p", None), ("p", None, None)]
