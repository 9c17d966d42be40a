"""What we decided about terms and dates where the documentation is silent, and that every decision has its test."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store.errors import Invalid, NotFound
from store.preview import preview_bundle
from store.terms.balances import Commit
from store.terms.base import parse
from store.terms.contract import ContractTerms
from store.terms.event import Event
from store.terms.override import Override
from store.terms.rates import Rate
from store.usage.given import preview_events
from tests.books import at, book, drawn, only, scheduled, segment, usage
from tests.store.sample import ACME, COMMIT, FEE, MULTIPLIER, START, TERMS, flat, refused, uid

YEAR = ("2025-01-01", "2026-01-01")


def test_01_usage_statements_are_issued_a_day_after_their_end() -> None:
    statement = only(book().sells("Calls", price=1).contract().uses("Calls", 1).preview("2025-01-20"))
    assert statement.issued_at.isoformat() == "2025-02-02T00:00:00+00:00"


def test_06_whatever_takes_effect_does_so_on_the_hour() -> None:
    half = "2025-01-01T00:30:00Z"
    assert list(refused(ContractTerms, TERMS | {"starting_at": half})) == ["/starting_at"]
    assert list(refused(Override, MULTIPLIER | {"starting_at": half})) == ["/starting_at"]
    assert list(refused(Rate, flat(FEE, starting_at=half))) == ["/starting_at"]


def test_21_a_rollover_is_the_less_of_what_is_left_and_the_fraction_of_the_original() -> None:
    """0.5 of 1,000 is 500, 800 are left: 500 move."""
    story = book().sells("Calls", price=1).contract("old", end="2025-02-01")
    story.commit("roll", segment(1_000, *YEAR), rollover_fraction=Decimal("0.5"))
    story.contract("new", start="2025-02-01", transition={"type": "RENEWAL", "from_contract_id": "old"})
    story.uses("Calls", 200).uses("Calls", 900, on="2025-02-05")
    preview = story.preview("2025-02-20")
    assert [drawn(s) for s in usage(preview)] == [{"roll": 200}, {"roll/rollover": 500}]


def test_28_percentages_above_one_are_refused() -> None:
    share = flat(FEE, rate_type="PERCENTAGE", price=Decimal("1.01"))
    assert list(refused(Rate, share)) == ["/price"]
    assert refused(Rate, share | {"price": 1}) == {}


def test_34_a_true_up_is_a_scheduled_invoice_that_names_its_commit() -> None:
    story = book().sells("Calls", price=1).contract(end="2025-03-01").uses("Calls", 400)
    story.postpaid("owed", segment(1_000, "2025-01-01", "2025-03-01"))
    (invoice,) = scheduled(story.preview("2025-03-10"))
    (line,) = invoice.lines
    assert [line.type, line.postpaid_commit_id, line.total] == ["commit_purchase", "owed", 600]


def test_38_an_override_without_any_effect_is_refused() -> None:
    assert refused(Override, {"starting_at": START, "product_id": FEE}) != {}
    assert refused(Override, {"starting_at": START, "product_id": FEE, "entitled": True}) == {}


@pytest.mark.parametrize(
    ("model", "payload", "name"),
    [
        (Override, MULTIPLIER | {"rate_target": "LIST_RATE"}, "target"),
        (ContractTerms, TERMS | {"ending_at": START}, "ending_before"),
        (Override, {k: v for k, v in MULTIPLIER.items() if k != "product_id"} | {"product": FEE}, "product_id"),
    ],
)
def test_40_old_field_names_are_answered_with_todays(model: Any, payload: dict[str, Any], name: str) -> None:
    assert any(f"it is called {name}" in text for text in refused(model, payload).values())


def test_41_a_rollover_fraction_of_100_is_refused_with_a_hint() -> None:
    with pytest.raises(Invalid) as caught:
        parse(Commit, COMMIT | {"rollover_fraction": 100})
    assert str(caught.value) == "/rollover_fraction: must be a fraction from 0 to 1, 1 means all"


def test_42_an_event_given_twice_to_a_preview_is_refused(tmp_path: Path) -> None:
    event = {"transaction_id": "t", "customer_id": ACME, "event_type": "calls", "timestamp": START}
    twice = [Event.model_validate(event)] * 2
    unused: Any = None  # refused before any store is asked
    with pytest.raises(Invalid) as caught:
        preview_events(unused, ACME, twice, merge=False, now=twice[0].timestamp)
    assert [p.path for p in caught.value.problems] == ["/events/1/transaction_id"]


def test_43_a_contract_cannot_be_superseded() -> None:
    wanted = {"transition": {"type": "SUPERSEDE", "from_contract_id": uid(1)}}
    assert list(refused(ContractTerms, TERMS | wanted)) == ["/transition/type"]


def test_every_decision_and_every_vector_has_a_test() -> None:
    """Tests are named `test_NN_…` or `test_vector_NN_…`; hand-worked cases name decisions in their rule."""
    here = Path(__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    cases = "".join(path.read_text(encoding="utf-8") for path in (here.parent / "conformance").glob("*.yaml"))
    decided = {int(n) for n in re.findall(r"def test_(\d\d)_", code)}
    for listed in re.findall(r"decisions? ((?:\d+(?:, | and )?)+)", cases):
        decided |= {int(n) for n in re.findall(r"\d+", listed)}
    assert set(range(1, 48)) - decided == set()
    vectors = {int(n) for n in re.findall(r"def test_vector_(\d\d)_", code)}
    assert set(range(1, 31)) - vectors == set()


def test_a_bundle_is_refused_as_a_whole_before_anything_is_rated() -> None:
    story = book().sells("Calls", price=1).contract().uses("Calls", 1)
    due = {"schedule_items": [{"timestamp": at("2025-01-01"), "amount": 1}]}
    story.contract("other", discounts=[{"product_id": "nobody", "schedule": due}])
    with pytest.raises(NotFound) as caught:
        preview_bundle(story.bundle())
    assert caught.value.path == "/contracts/1/discounts/0/product_id"
