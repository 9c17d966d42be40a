"""What a term targets: which lines may draw a balance, which usage an override prices (README, §2.8.1, §2.12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from store.terms.balances import Applicability, BalanceSpecifier, Exclusion
from store.terms.override import Override, OverrideSpecifier


class Subject(NamedTuple):
    """What is being priced or paid for: a product with its tags of the moment and its group values."""

    product_id: str
    tags: frozenset[str]
    pricing: Mapping[str, str]
    presentation: Mapping[str, str]
    frequency: str | None = None
    """The billing frequency of a subscription; None for usage and composites."""


def holds(wanted: Mapping[str, str] | None, given: Mapping[str, str]) -> bool:
    """Every listed key has the listed value; unlisted keys are free."""
    return wanted is None or all(given.get(key) == value for key, value in wanted.items())


def _excluded(exclusions: Iterable[Exclusion] | None, tags: frozenset[str]) -> bool:
    return any(tags.issuperset(e.product_tags) for e in exclusions or ())


def _conditions(specifier: BalanceSpecifier | OverrideSpecifier, subject: Subject) -> bool:
    if specifier.product_id is not None and specifier.product_id != subject.product_id:
        return False
    if specifier.product_tags is not None and not subject.tags.issuperset(specifier.product_tags):
        return False
    if not holds(specifier.pricing_group_values, subject.pricing):
        return False
    if not holds(specifier.presentation_group_values, subject.presentation):
        return False
    return not _excluded(specifier.exclude, subject.tags)


def may_draw(term: Applicability, subject: Subject) -> bool:
    """Whether lines of the subject may draw a balance; a balance without restrictions is drawn by all of them."""
    if term.specifiers:
        return any(_conditions(s, subject) for s in term.specifiers)
    ids, tags = term.applicable_product_ids, term.applicable_product_tags
    if not ids and not tags:
        return True
    return subject.product_id in (ids or ()) or not subject.tags.isdisjoint(tags or ())


def unlimited(term: Applicability) -> bool:
    """Whether a balance says nothing about what may draw it."""
    return not (term.specifiers or term.applicable_product_ids or term.applicable_product_tags)


def targets(override: Override, subject: Subject) -> bool:
    """Whether an override targets the subject; for a subscription it must name the product and the frequency."""
    if override.override_specifiers:
        return any(_targeted(s, subject) for s in override.override_specifiers)
    if subject.frequency is not None:
        return False
    if override.product_id == subject.product_id:
        return True
    return not subject.tags.isdisjoint(override.applicable_product_tags or ())


def _targeted(specifier: OverrideSpecifier, subject: Subject) -> bool:
    if specifier.billing_frequency is not None and specifier.billing_frequency != subject.frequency:
        return False
    if subject.frequency is not None and (specifier.billing_frequency is None or specifier.product_id is None):
        return False
    return _conditions(specifier, subject)


def targets_balance(override: Override, subject: Subject, balance_id: str, recurring_id: str | None) -> bool:
    """Whether a commit-specific override targets the subject while it draws this balance."""
    if not override.override_specifiers:
        return targets(override, subject)
    return any(_targeted(s, subject) and _names(s, balance_id, recurring_id) for s in override.override_specifiers)


def _names(specifier: OverrideSpecifier, balance_id: str, recurring_id: str | None) -> bool:
    if not specifier.names_commits:
        return True
    if balance_id in (specifier.commit_ids or ()):
        return True
    if recurring_id is not None and recurring_id in (specifier.recurring_commit_ids or ()):
        return True
    either = specifier.any_commit_or_credit_ids or ()
    return balance_id in either or (recurring_id is not None and recurring_id in either)


def breadth(term: Applicability, products: Iterable[tuple[str, frozenset[str]]]) -> tuple[int, int]:
    """Of a balance: how many products it names or reaches by tags, and how many specifiers carry group values only.

    Naming no product at all counts as reaching without limit (README, §4.12).
    """
    known = tuple(products)
    if term.specifiers:
        reached: set[str] = set()
        named = False
        for s in term.specifiers:
            if s.product_id is None and s.product_tags is None:
                continue
            named = True
            if s.product_id is not None:
                reached.add(s.product_id)
            else:
                reached |= {key for key, tags in known if tags.issuperset(s.product_tags or ())}
        groups = sum(
            1
            for s in term.specifiers
            if (s.pricing_group_values or s.presentation_group_values)
            and s.product_id is None
            and s.product_tags is None
        )
        return (len(reached) if named else UNLIMITED), groups
    ids, any_tags = term.applicable_product_ids or (), frozenset(term.applicable_product_tags or ())
    if not ids and not any_tags:
        return UNLIMITED, 0
    return len(set(ids) | {key for key, tags in known if not tags.isdisjoint(any_tags)}), 0


UNLIMITED = 1_000_000_000
"""Sorts behind any number of products or contracts."""
