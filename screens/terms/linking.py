"""The subscriptions that recurring commits and credits can be sized by: stored ones, and those of the draft itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from screens.terms.offering import Choices, Offering

Linked = Callable[[], Choices]
"""Asked for whenever an editor opens: references and names."""


def drafted(subscriptions: Iterable[Mapping[str, Any]], offering: Offering) -> Choices:
    """Those of a draft that can be referred to, by reference (or id) and name."""
    found = []
    for each in subscriptions:
        reference = each.get("temporary_id") or each.get("id")
        rate = each.get("subscription_rate") or {}
        if reference:
            found.append((str(reference), str(each.get("name") or offering.product_name(rate.get("product_id")))))
    return tuple(found)


def with_subscriptions(
    offering: Offering, others: Choices, terms: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Offering:
    """The offering with the subscriptions of a list, and others that it can refer to."""
    own = drafted(terms.get("subscriptions") or (), offering)
    return replace(offering, subscriptions=(*others, *own)) if others or own else offering
