"""Terms that change no number: royalties, professional services, hierarchies (README, §2.13, §2.17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.errors import Invalid
from store.rating import report
from store.rating.difference import compare
from store.rating.engine import rate
from store.terms import time
from store.usage.measure import EventUsage
from tests.books import BookStory, at, book, line_of, only, scheduled, segment, usage

ROYALTY: dict[str, Any] = {
    "reseller_type": "AWS",
    "fraction": Decimal("0.07"),
    "netsuite_reseller_id": "r1",
    "starting_at": at("2025-01-01"),
    "applicable_product_ids": ["Calls"],
}


def story(**terms: Any) -> BookStory:
    """300 calls at $1.00."""
    return book().sells("Calls", price=100).sells("Other", price=1).contract(**terms).uses("Calls", 300)


def test_a_royalty_is_written_on_its_lines_and_changes_no_total() -> None:
    plain, stamped = (only(story(reseller_royalties=r).preview("2025-01-20")) for r in ([], [ROYALTY]))
    assert stamped.total == plain.total == 30_000
    notes = dict(line_of(stamped, "Calls").explanation)
    assert notes["royalty"] == "7 % ($21.00) is the royalty of AWS reseller r1; the total stays as it is"
    assert "royalty" not in dict(line_of(stamped, "Other").explanation)


def test_a_royalty_holds_from_its_start_to_its_end() -> None:
    ended = ROYALTY | {"ending_before": at("2025-02-01")}
    preview = story(reseller_royalties=[ended]).uses("Calls", 1, on="2025-02-03").preview("2025-02-20")
    january, february = (s for s in preview.statements if s.type == "USAGE")
    assert "royalty" in dict(line_of(january, "Calls").explanation)
    assert "royalty" not in dict(line_of(february, "Calls").explanation)


def test_professional_services_bill_nothing_by_themselves() -> None:
    told = story(
        professional_services=[{"product_id": "work", "unit_price": 10_000, "quantity": 3, "max_amount": 30_000}]
    )
    told.payload["products"].append({"id": "work", "name": "Work", "type": "PRO_SERVICE"})
    preview = told.preview("2025-01-20")
    assert scheduled(preview) == []
    assert {line.product_id for line in only(preview).lines} == {"Calls", "Other"}


def test_an_invoice_made_by_hand_bills_a_service() -> None:
    told = story(
        professional_services=[
            {"id": "onboarding", "product_id": "work", "unit_price": 10_000, "quantity": 3, "max_amount": 30_000}
        ]
    )
    told.payload["products"].append({"id": "work", "name": "Work", "type": "PRO_SERVICE"})
    lines: list[dict[str, Any]] = [
        {"professional_service_id": "onboarding", "quantity": Decimal("1.5")},
        {"professional_service_id": "onboarding", "amount": 15_000},
    ]
    made = {"issued_at": at("2025-01-10"), "line_items": lines}
    told.payload["contracts"][0]["professional_service_invoices"] = [made]
    (invoice,) = scheduled(told.preview("2025-01-20"))
    assert invoice.total == 30_000
    assert [(li.name, li.quantity, li.total) for li in invoice.lines] == [
        ("Work", Decimal("1.5"), Decimal(15_000)),
        ("Work", Decimal(1), Decimal(15_000)),
    ]
    assert {li.professional_service_id for li in invoice.lines} == {"onboarding"}
    lines[1]["amount"] = 15_001
    with pytest.raises(Invalid, match=r"/professional_service_invoices/0/line_items/1/amount: .* \$150\.00 is left"):
        told.preview("2025-01-20")


def family(**parent: Any) -> BookStory:
    """A parent with $100.00 that its child may draw, and a child, of another customer, that uses $5.00."""
    told = story(hierarchy_configuration=parent or {"parent_behavior": {"invoice_consolidation_type": "CONCATENATE"}})
    reach = {"child_access": {"type": "ALL"}}
    told.commit("c", segment(10_000, "2025-01-01", "2026-01-01"), hierarchy_configuration=reach)
    place = {
        "parent": {"contract_id": "contract", "customer_id": "acme"},
        "payer": "PARENT",
        "usage_statement_behavior": "CONSOLIDATE",
    }
    return told.customer("kid").contract("child", hierarchy_configuration=place).uses("Calls", 5)


def test_a_parent_pays_for_its_child_and_its_invoice_shows_both() -> None:
    preview = family().preview("2025-01-20")
    found = {(s.contract_id, s.type): s for s in preview.statements}
    own, both, child = found["contract", "USAGE"], found["contract", "USAGE_CONSOLIDATED"], found["child", "USAGE"]
    assert [own.total, child.total, both.total] == [20_500, 0, 20_500]  # the child's 500 come out of the 10,000 first
    assert child.payer == ("acme", "contract")
    assert own.payer is None
    assert both.constituents == ((own.id, "acme", "contract"), (child.id, "kid", "child"))
    origins = {line.origin[:3] if line.origin else None for line in both.lines}
    assert origins == {None, ("kid", "child", child.id)}
    assert preview.warnings == ()


def test_a_customer_alone_is_rated_as_within_its_family() -> None:
    told = family()
    whole = told.preview("2025-01-20")
    for customer in ("acme", "kid"):
        bundle = told.bundle()
        usage = EventUsage(bundle.events, bundle)
        alone = rate(bundle, usage, as_of=time.instant(at("2025-01-20")), customers=[customer])
        assert alone.statements == tuple(s for s in whole.statements if s.customer_id == customer)
        assert alone.balances == tuple(b for b in whole.balances if b.customer_id == customer)


def test_a_consolidated_invoice_asks_for_no_money_beside_its_constituents() -> None:
    before = family().preview("2025-01-20")
    after = family().uses("Calls", 1).preview("2025-01-20")
    (totals,) = compare(before, after).totals.values()
    assert list(totals) == [20_500, 20_600]


def test_readers_are_told_who_pays_and_where_lines_come_from() -> None:
    told = report.as_json(family().preview("2025-01-20"))["statements"]
    child = next(s for s in told if s["contract_id"] == "child")
    both = next(s for s in told if s["type"] == "USAGE_CONSOLIDATED")
    assert child["payer"] == {"customer_id": "acme", "contract_id": "contract"}
    assert [c["contract_id"] for c in both["constituent_invoices"]] == ["contract", "child"]
    origins = [line["origin"] for line in both["line_items"] if "origin" in line]
    assert {(o["contract_id"], o["invoice_id"]) for o in origins} == {("child", child["id"])}
    assert len({o["line_item_id"] for o in origins}) == len(origins)
    assert all("payer" not in s for s in told if s["contract_id"] == "contract")


def test_readers_are_told_what_each_seat_has_left_and_what_a_balance_was_carried_over_from() -> None:
    told = book().sells("Calls", price=1, presentation=("user",)).contract("old", end="2025-03-01")
    told.commit("roll", segment(5_000, "2025-01-01", "2026-01-01"), rollover_fraction=1)
    told.payload["products"].append({"id": "Seat", "name": "Seat", "type": "SUBSCRIPTION"})
    told.rate("Seat", 300, billing_frequency="MONTHLY")
    told.payload["contracts"][0] |= {
        "subscriptions": [
            {
                "id": "seats", "collection_schedule": "ARREARS", "proration": {"is_prorated": True},
                "subscription_rate": {"product_id": "Seat", "billing_frequency": "MONTHLY"},
                "quantity_management_mode": "SEAT_BASED",
                "seat_config": {"seat_group_key": "user", "initial_seat_ids": ["ann", "bob"]},
            }
        ],
        "recurring_credits": [
            {
                "id": "each", "product_id": "fixed", "priority": 1, "starting_at": at("2025-01-01"),
                "commit_duration": {"value": 1}, "access_amount": {"unit_price": 50},
                "subscription_config": {
                    "subscription_id": "seats", "allocation": "INDIVIDUAL",
                    "apply_seat_increase_config": {"is_prorated": True},
                },
            }
        ],
    }  # fmt: skip
    told.contract("new", start="2025-03-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    told.uses("Calls", 20, user="ann", on="2025-02-05")
    february = report.as_json(told.preview("2025-02-20"))["balances"]
    each = next(b for b in february if b["id"] == "each/2025-02-01T00:00:00Z")
    assert each["per_group_balances"] == {"ann": 30, "bob": 50}
    paid = line_of(usage(told.preview("2025-02-20"))[1], "Calls").explanation
    assert dict(paid)["balance"].startswith("Fixed (CREDIT) pays $0.20 of the $0.50 left in its segment of user ann")
    march = report.as_json(told.preview("2025-03-20"))["balances"]
    carried = next(b for b in march if b["id"] == "roll/rollover")
    assert carried["rolled_over_from"] == {"commit_id": "roll", "contract_id": "old"}
