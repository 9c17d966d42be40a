"""The rules of §6 that a value can be held to alone: each takes the good and names the path of the bad."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store.terms.balances import Commit
from store.terms.base import IMPORT, PREVIEW, Term
from store.terms.catalog import BillableMetric
from store.terms.customer import Customer
from store.terms.override import Override
from store.terms.rates import Rate
from tests.store.sample import (
    CALLS,
    COMMIT,
    END,
    MULTIPLIER,
    flat,
    refused,
)
from tests.store.terms import cases_of_terms, cases_of_the_catalog
from tests.store.terms.cases_of_the_catalog import METRIC

GOOD = [*cases_of_the_catalog.GOOD, *cases_of_terms.GOOD]
BAD = [*cases_of_the_catalog.BAD, *cases_of_terms.BAD]


@pytest.mark.parametrize(("model", "payload"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_takes(model: type[Term], payload: dict[str, Any]) -> None:
    assert refused(model, payload) == {}


@pytest.mark.parametrize(("model", "payload", "path"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_refuses(model: type[Term], payload: dict[str, Any], path: str) -> None:
    assert path in refused(model, payload), refused(model, payload)


def test_rule_6_a_long_name_is_cut_silently() -> None:
    assert Customer.model_validate({"name": "n" * 161}).name == "n" * 160


def test_rule_1_ids_are_fields_of_a_bundle_and_not_of_a_request() -> None:
    commit = COMMIT | {"id": "any text"}
    assert refused(Commit, commit) == {"/id": "is not a field of this request"}
    assert refused(Commit, commit, IMPORT) == {"/id": "must be a UUID"}
    assert refused(Commit, COMMIT | {"id": "any text", "product_id": "fee"}, PREVIEW) == {}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"ending_at": END}, "is not a known field; it is called ending_before"),
        ({"rate_target": "LIST_RATE"}, "is not a known field; it is called target"),
        ({"multiplyer": 1}, "is not a known field; did you mean multiplier?"),
    ],
)
def test_an_old_or_misspelt_name_is_told_its_right_one(given: dict[str, Any], wanted: str) -> None:
    (name,) = given
    assert refused(Override, MULTIPLIER | given) == {f"/{name}": wanted}


def test_exact_texts_of_the_reference() -> None:
    wrong = METRIC | {"aggregation_key": "x", "group_keys": [["y"]]}
    assert refused(BillableMetric, wrong) == {
        "/aggregation_key": "The specified aggregation key must be one of the property filter names.",
        "/group_keys/0": "Group key 'y' does not match one of the property filter names.",
    }


@pytest.mark.parametrize("name", ["1e999999", "1e-999999", "NaN", "Infinity", "-1e25", "1." + "1" * 200])
def test_a_number_beyond_all_reason_is_refused(name: str) -> None:
    assert "/price" in refused(Rate, flat(CALLS, price=Decimal(name)))
