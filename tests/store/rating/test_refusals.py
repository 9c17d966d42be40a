"""A book that cannot be rated is refused first, with the path of the culprit; never rated at zero in silence."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import Invalid, NotFound, NotRated, TermsheetError
from store.preview import preview_bundle
from store.rating.engine import rate
from store.terms import time
from store.usage.measure import EventUsage
from tests.books import BookStory, at, book, segment


def refused(story: BookStory) -> TermsheetError:
    """What rating the story without any review before it is refused with."""
    bundle = story.bundle()
    with pytest.raises(TermsheetError) as caught:
        rate(bundle, EventUsage(bundle.events, bundle), as_of=time.instant(at("2025-02-01")))
    return caught.value


def composite(name: str, *parts: str) -> dict[str, Any]:
    """A composite that includes composites."""
    return {
        "id": name,
        "name": name,
        "type": "COMPOSITE",
        "composite_product_ids": list(parts),
        "include_composite_spend": True,
    }


def test_a_product_that_is_not_there() -> None:
    error = refused(book().rate("Nothing", 1).contract())
    assert isinstance(error, NotFound)
    assert error.path == "/rate_cards/0/rates/0/product_id"


def test_a_rate_card_that_is_not_there() -> None:
    story = book().contract()
    story.payload["contracts"][0]["rate_card_id"] = "other"
    error = refused(story)
    assert (type(error), error.path) == (NotFound, "/contracts/0/rate_card_id")


def test_an_alias_that_leads_nowhere_at_the_contract_s_start() -> None:
    story = book().contract()
    contract = story.payload["contracts"][0]
    del contract["rate_card_id"]
    contract["rate_card_alias"] = "later"
    story.payload["rate_cards"][0]["aliases"] = [{"name": "later", "starting_at": at("2025-06-01")}]
    error = refused(story)
    assert (type(error), error.path) == (NotFound, "/contracts/0/rate_card_alias")


def test_a_metric_that_is_not_there() -> None:
    error = refused(book().product("Calls").rate("Calls", 1).contract())
    assert isinstance(error, NotFound)
    assert "metric" in error.message


def test_a_commit_s_product_that_is_not_there() -> None:
    story = book().contract().commit("c", segment(1, "2025-01-01", "2026-01-01"))
    story.payload["contracts"][0]["commits"][0]["product_id"] = "gone"
    error = refused(story)
    assert (type(error), error.path) == (NotFound, "/contracts/0/commits/0/product_id")


def test_composites_that_are_shares_of_each_other() -> None:
    story = book().contract()
    story.payload["products"] += [composite("A", "B"), composite("B", "A")]
    for name in "AB":
        story.rate(name, "0.1", rate_type="PERCENTAGE")
    error = refused(story)
    assert isinstance(error, Invalid)
    assert error.path == "/rate_cards/0/rates/0/product_id"


def test_units_without_a_conversion() -> None:
    error = refused(book().sells("Calls").rate("Calls", 1, credit_type_id="tokens").contract().uses("Calls", 3))
    assert error.path == "/rate_cards/0/credit_type_conversions"


def test_a_package_is_carried_out_before_rating() -> None:
    story = book().contract()
    contract = story.payload["contracts"][0]
    del contract["rate_card_id"]
    contract["package_id"] = "p"
    error = refused(story)
    assert (type(error), error.path) == (NotRated, "/contracts/0/package_id")


def test_an_sql_metric_that_cannot_run() -> None:
    story = book().product("Calls").rate("Calls", 1).contract()
    story.payload["billable_metrics"].append({"id": "Calls", "name": "Calls", "sql": "select sum(units) from events"})
    error = refused(story)
    assert (type(error), error.path) == (Invalid, "/billable_metrics/Calls/sql")
    assert "there is no column units" in error.message


def test_one_id_for_two_balances() -> None:
    story = book().contract()
    story.credit("c", segment(1, "2025-01-01", "2026-01-01")).commit("c", segment(1, "2025-01-01", "2026-01-01"))
    error = refused(story)
    assert (type(error), error.path) == (Invalid, "/contracts/0/credits/0/id")


def parents(*pairs: tuple[str, str]) -> list[str]:
    """The paths at which a bundle is refused in which contracts name these others as their parents."""
    story = book()
    names = dict.fromkeys(name for pair in pairs for name in pair)
    above = dict(pairs)
    for name in names:
        terms: dict[str, Any] = {}
        if name in above:
            terms["hierarchy_configuration"] = {"parent": {"contract_id": above[name], "customer_id": "acme"}}
        story.contract(name, **terms)
    try:
        preview_bundle(story.bundle())
    except TermsheetError as error:
        return [problem.path for problem in error.problems]
    return []


def test_hierarchies_are_one_level_deep_and_no_circle() -> None:
    at = "hierarchy_configuration/parent/contract_id"
    assert parents(("kid", "top"), ("tot", "top")) == []
    assert parents(("kid", "top"), ("tot", "kid")) == [f"/contracts/2/{at}"]
    assert parents(("a", "a")) == [f"/contracts/0/{at}"]
    assert parents(("a", "b"), ("b", "a")) == [f"/contracts/0/{at}", f"/contracts/1/{at}"]
    assert parents(*((f"kid{k}", "top") for k in range(9))) == []
    assert len(parents(*((f"kid{k}", "top") for k in range(10)))) > 0  # ten contracts at most
