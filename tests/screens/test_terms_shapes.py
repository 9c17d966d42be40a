"""Term editors as pure functions: what a form shows of a term is that term, and what it says of it is true."""

from __future__ import annotations

from typing import Any

import pytest

from screens.terms.editor import SHAPES
from screens.terms.shape import Payload, Shape, undefaulted
from screens.terms.summary import term_line
from store.terms.base import parse
from store.terms.charges import ScheduledCharge
from store.terms.schedules import ChargeSchedule
from tests.screens.terms_samples import (
    CHARGE,
    CLOUD,
    COMMIT,
    COMMITS,
    END,
    OVERRIDES,
    SAMPLES,
    START,
    commit,
    offering,
    segment,
)


def retyped(shape: Shape, payload: Payload) -> Payload:
    """The payload after a form has shown it as text and read that text again, with nothing changed."""
    values = shape.values(payload)
    fields = undefaulted(tuple(shape.fields(offering(), payload)))
    read: dict[str, Any] = {}
    for field in fields:
        text = field.default if field.path not in values else field.text(values[field.path])
        if text.strip():
            read[field.path] = field.parse(text)
    shown = shape.visible(read)
    return shape.payload({k: v for k, v in read.items() if k in shown}, payload)


@pytest.mark.parametrize(("kind", "payload"), SAMPLES)
def test_a_term_that_is_shown_and_read_again_is_the_same_term(kind: str, payload: Payload) -> None:
    shape = SHAPES[kind]
    assert parse(shape.model, retyped(shape, payload)) == parse(shape.model, payload)


@pytest.mark.parametrize(("kind", "payload"), SAMPLES)
def test_a_term_is_told_in_sentences_and_on_a_line(kind: str, payload: Payload) -> None:
    assert SHAPES[kind].check(payload, SHAPES[kind].values(payload)) == ()
    assert all(SHAPES[kind].sentences(payload, offering()))
    if kind != "usage_filter":
        assert all(isinstance(text, str) for text in term_line(kind, payload, offering()))


@pytest.mark.parametrize(
    ("kind", "values", "field", "words"),
    [
        ("commits", {"type": "PREPAID", "invoice": "free"}, "/product_id", "is required"),
        ("commits", {"type": "PREPAID", "product_id": COMMIT, "invoice": "free"}, "/amount", "is required"),
        (
            "commits",
            {"type": "PREPAID", "product_id": COMMIT, "amount": 5, "starting_at": END, "ending_before": START},
            "/ending_before",
            "must be after starting_at",
        ),
        (
            "commits",
            {"type": "POSTPAID", "product_id": COMMIT, "amount": 5, "starting_at": START, "ending_before": END,
             "due": START},
            "/due",
            "must not be dated before",
        ),
        (
            "commits",
            {"type": "PREPAID", "product_id": COMMIT, "invoice": "free", "amount": -5, "starting_at": START,
             "ending_before": END},
            "/amount",
            "must not be negative",
        ),
        ("scheduled_charges", {"when": "recurring", "product_id": CHARGE}, "/from", "is required"),
        (
            "scheduled_charges",
            {"when": "recurring", "product_id": CHARGE, "from": END, "until": START, "frequency": "MONTHLY",
             "distribution": "EACH", "price": 1},
            "/until",
            "must be after",
        ),
        ("overrides", {"about": "tags", "effect": "NONE", "starting_at": START}, "/entitled", "has no effect"),
        ("overrides", {"about": "product", "effect": "FLAT", "starting_at": START}, "/price", "is required for FLAT"),
        (
            "overrides",
            {"about": "product", "effect": "TIERED", "starting_at": START, "product_id": CLOUD,
             "tier_multipliers": [{"multiplier": 1}]},
            "/priority",
            "is required for TIERED",
        ),
        (
            "overrides",
            {"about": "specific", "effect": "FLAT", "price": 1, "starting_at": START, "spec_tags": ["cloud"]},
            "/spec_tags",
            "cannot target an OVERWRITE",
        ),
        ("usage_filter", {"group_values": ["US"]}, "/group_key", "is required"),
    ],
)  # fmt: skip
def test_each_problem_stands_at_its_field(kind: str, values: dict[str, Any], field: str, words: str) -> None:
    shape = SHAPES[kind]
    found = shape.check(shape.payload(values, {}), values)
    assert any(p.path == field and words in p.message for p in found), found


def test_every_field_of_every_editor_has_its_own_path() -> None:
    for shape in SHAPES.values():
        paths = [f.path for f in shape.fields(offering(), {})]
        assert len(paths) == len(set(paths))
        assert set(paths) >= shape.MORE - {"custom_fields"}


def test_the_effect_of_a_commit_names_its_invoices() -> None:
    said = SHAPES["commits"].sentences(COMMITS[1], offering())
    assert said == (
        "$10,000.00 usable 2024-11-01 → 2025-11-01 by usage tagged cloud (Cloud Compute, Data Transfer, Cloud Storage)",
        "Invoiced: 2024-11-01 $10,000.00",
    )
    free = SHAPES["commits"].sentences(commit(invoice_schedule=None), offering())
    assert free[1] == "Nothing is invoiced for it."


def test_the_effect_of_an_override_names_what_it_touches() -> None:
    said = SHAPES["overrides"].sentences(OVERRIDES[0], offering())
    assert said == (
        "tagged cloud (Cloud Compute, Data Transfer, Cloud Storage): 5 % off, entitled, from 2024-11-01 on",
    )


def test_dividing_a_charge_shows_every_part() -> None:
    values = {
        "product_id": CHARGE, "when": "recurring", "price": 100_000, "quantity": 1, "frequency": "QUARTERLY",
        "distribution": "DIVIDED_ROUNDED", "from": START, "until": "2025-08-01T00:00:00Z",
    }  # fmt: skip
    payload = SHAPES["scheduled_charges"].payload(values, {})
    due = ChargeSchedule.model_validate(parse(ScheduledCharge, payload).schedule).occurrences()
    assert [int(o.amount) for o in due] == [33_333, 33_333, 33_334]
    (said,) = SHAPES["scheduled_charges"].sentences(payload, offering())
    assert said == ("Invoiced: 2024-11-01 $333.33 · 2025-02-01 $333.33 · 2025-05-01 $333.34 · 3 in all, $1,000.00")


def test_a_postpaid_commit_is_trued_up_when_it_ends() -> None:
    values = {"type": "POSTPAID", "product_id": COMMIT, "amount": 500, "starting_at": START, "ending_before": END}
    payload = SHAPES["commits"].payload(values, {})
    assert payload["access_schedule"]["schedule_items"] == [segment(500)]
    assert payload["invoice_schedule"]["schedule_items"] == [{"timestamp": END, "unit_price": 500, "quantity": 1}]
    assert SHAPES["commits"].check(payload, values) == ()
