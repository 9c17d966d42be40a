"""A bundle is reviewed object by object, each on top of those before (README, §6)."""

from __future__ import annotations

from typing import Any

import pytest

from store.terms import review
from store.terms.base import parse
from store.terms.book import Bundle
from store.terms.review import Finding
from tests.store.sample import (
    CALLS,
    CONTRACT,
    CREDIT,
    LATER,
    MULTIPLIER,
    TERMS,
    UNPRICED,
    document,
    errors,
    uid,
)


def test_a_bundle_is_reviewed_object_by_object_with_whole_paths() -> None:
    def of(**more: Any) -> tuple[Finding, ...]:
        return review.bundle(parse(Bundle, document(**more), context={}))

    assert of() == ()
    amendment = {"starting_at": LATER, "overrides": [MULTIPLIER | {"product_id": UNPRICED}]}
    bad = TERMS | {"id": CONTRACT, "amendments": [{"starting_at": LATER}, amendment]}
    assert errors(of(contracts=[bad])) == {
        "/contracts/0/amendments/1/overrides/0/product_id": "No such product in rate card"
    }
    clash = [{"id": uid(n), "name": "N", "ingest_aliases": ["same"]} for n in (1, 2)]
    assert set(errors(of(customers=clash))) == {"/customers/0/ingest_aliases/0", "/customers/1/ingest_aliases/0"}


def test_a_bundle_sees_each_change_on_top_of_those_before() -> None:
    first = {"starting_at": LATER, "commits": [CREDIT | {"type": "PREPAID", "temporary_id": "extra"}]}
    specifier = {"product_id": CALLS, "commit_ids": ["extra"]}
    override = {"starting_at": LATER, "type": "MULTIPLIER", "multiplier": 1, "is_commit_specific": True}
    second = {"starting_at": LATER, "overrides": [override | {"override_specifiers": [specifier]}]}

    def of(*amendments: dict[str, Any]) -> dict[str, str]:
        contract = TERMS | {"id": CONTRACT, "amendments": list(amendments)}
        return errors(review.bundle(parse(Bundle, document(contracts=[contract]), context={})))

    assert of(first, second) == {}
    assert list(of(second, first)) == [
        "/contracts/0/amendments/0/overrides/0/override_specifiers/0/commit_ids/0",
    ]


@pytest.mark.parametrize("kind", ["customers", "contracts"])
def test_rule_8_a_unique_value_is_used_once_in_a_bundle(kind: str) -> None:
    entity = kind[:-1]
    keys = [{"entity": entity, "key": "ref", "enforce_uniqueness": True}]
    sample = document()
    base = sample["customers"] if kind == "customers" else [TERMS | {"id": uid(60)}, TERMS | {"id": uid(61)}]
    things = [thing | {"custom_fields": {"ref": "same"}} for thing in base]
    found = review.bundle(parse(Bundle, document(custom_field_keys=keys, **{kind: things}), context={}))
    assert [(f.path, f.status) for f in found if f.severity == "error"] == [(f"/{kind}/1/custom_fields/ref", 409)]
