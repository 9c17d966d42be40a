"""Rules of overrides and subscriptions that need the rate card (README, §6 rules 28–32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from store.terms.base import Ref
from store.terms.catalog import Product, ProductType
from store.terms.charges import QuantityMode, Subscription
from store.terms.override import Override, OverrideSpecifier, OverrideTarget, OverrideType
from store.terms.rates import Rate
from store.terms.review_balances import unused_tag
from store.terms.review_catalog import priced_as, unit
from store.terms.review_finding import (
    Findings,
    Ground,
    custom_fields,
    error,
    missing,
    product_at,
    product_forms,
    unknown_ref,
    warning,
)

NO_SUCH_PRODUCT = "No such product in rate card"


def override(subject: Override, ground: Ground) -> Findings:
    """Rules 2, 3, 13, 28, 29 and 30 for one override; paths are relative to it."""
    for target in _targets(subject):
        yield from _product_target(subject, target, ground)
        yield from _group_values(subject, target, ground)
        yield from _commits(target, ground)
    for k, tag in enumerate(subject.applicable_product_tags or ()):
        yield from unused_tag(tag, ground, f"/applicable_product_tags/{k}")
    for k, specifier in enumerate(subject.override_specifiers or ()):
        yield from _specifier_tags(specifier, ground, f"/override_specifiers/{k}/product_tags")
    if subject.overwrite_rate and ground.card:
        yield from unit(subject.overwrite_rate.credit_type_id, ground.card, "/overwrite_rate/credit_type_id")
    if subject.target is OverrideTarget.COMMIT_RATE and not any(_commit_rates(subject, ground)):
        yield warning("no_commit_rate", "/target", "no targeted product has a commit rate, so this has no effect")
    if subject.starting_at >= ground.span.end or (subject.ending_before or ground.span.end) <= ground.span.start:
        yield warning("outside_term", "/starting_at", "the override lies outside the contract's term")


@dataclass(frozen=True, slots=True)
class _Target:
    """One thing an override aims at: the conditions and the path they stand at."""

    specifier: OverrideSpecifier
    at: str
    plain: bool


def _targets(subject: Override) -> Iterator[_Target]:
    if subject.product_id:
        yield _Target(OverrideSpecifier(product_id=subject.product_id), "", True)
    for k, specifier in enumerate(subject.override_specifiers or ()):
        yield _Target(specifier, f"/override_specifiers/{k}", False)


def _product_target(subject: Override, target: _Target, ground: Ground) -> Findings:
    wanted, at = target.specifier.product_id, f"{target.at}/product_id"
    if not wanted:
        return
    product = ground.book.product.get(wanted)
    if product is None:
        yield missing("product", at, wanted)
        return
    rates = ground.rates.get(wanted, ())
    frequency = target.specifier.billing_frequency
    if not [r for r in rates if frequency is None or r.billing_frequency == frequency]:
        yield error("not_on_card", at if not rates else f"{target.at}/billing_frequency", NO_SUCH_PRODUCT)
    if product.type is ProductType.SUBSCRIPTION and frequency is None:
        text = "a subscription is targeted by an override_specifier with product_id and billing_frequency"
        yield error("billing_frequency", at if target.plain else f"{target.at}/billing_frequency", text)
    if product.type is not ProductType.SUBSCRIPTION and frequency is not None:
        yield error("billing_frequency", f"{target.at}/billing_frequency", "is only for SUBSCRIPTION products")
    if subject.overwrite_rate:
        yield from priced_as(subject.overwrite_rate, product, "/overwrite_rate")


def _group_values(subject: Override, target: _Target, ground: Ground) -> Findings:
    product = ground.book.product.get(target.specifier.product_id or "")
    if product is None:
        return
    given = set(target.specifier.pricing_group_values or ())
    at = f"{target.at}/pricing_group_values"
    if subject.type is OverrideType.OVERWRITE:
        keys = set(product_at(product, subject.starting_at).pricing_group_key or ())
        if given != keys and target.plain:
            text = f"an OVERWRITE of {product.name} needs an override_specifier that names all of: {_list(keys)}"
            yield error("group_values", "/product_id", text)
        elif given != keys:
            need = f"must name exactly {_list(keys)}" if keys else f"product {product.name} has no pricing group key"
            yield error("group_values", at, f"{need} for an OVERWRITE" if keys else need)
        return
    forms = product_forms(product)
    for key in sorted(given - {k for form in forms for k in form.pricing_group_key or ()}):
        yield warning("group_values", f"{at}/{key}", f"is no pricing group key of {product.name}, so nothing matches")
    shown = set(target.specifier.presentation_group_values or ())
    for key in sorted(shown - {k for form in forms for k in form.presentation_group_key or ()}):
        where = f"{target.at}/presentation_group_values/{key}"
        yield warning("group_values", where, f"is no presentation group key of {product.name}, so nothing matches")


def _commits(target: _Target, ground: Ground) -> Findings:
    lists: tuple[tuple[str, tuple[Ref, ...] | None, frozenset[str]], ...] = (
        ("commit_ids", target.specifier.commit_ids, ground.balance_ids),
        ("recurring_commit_ids", target.specifier.recurring_commit_ids, ground.recurring_ids),
        (
            "any_commit_or_credit_ids",
            target.specifier.any_commit_or_credit_ids,
            ground.balance_ids | ground.recurring_ids,
        ),
    )
    for name, given, known in lists:
        for k, ref in enumerate(given or ()):
            if ref not in known:
                yield unknown_ref("commit", f"{target.at}/{name}/{k}", ref)


def _specifier_tags(specifier: OverrideSpecifier, ground: Ground, at: str) -> Findings:
    tags = set(specifier.product_tags or ())
    if ground.card is None or not tags:
        return
    if not any(tags <= set(form.tags) for product in ground.priced for form in product_forms(product)):
        which = "the tag" if len(tags) == 1 else "all the tags"
        yield warning("unused_tag", at, f"no product on the rate card has {which} {_list(tags)}")


def _commit_rates(subject: Override, ground: Ground) -> Iterator[Rate]:
    named = {t.specifier.product_id for t in _targets(subject) if t.specifier.product_id}
    every = bool(subject.applicable_product_tags) or any(not t.specifier.product_id for t in _targets(subject))
    for product_id, rates in ground.rates.items():
        if every or product_id in named:
            yield from (rate for rate in rates if rate.commit_rate)


def _list(words: set[str]) -> str:
    return ", ".join(sorted(words))


def subscription(subject: Subscription, ground: Ground, overrides: tuple[Override, ...]) -> Findings:
    """Rules 3, 8, 31 and 32: a rate for product and frequency exists, and is entitled by the card or an override."""
    wanted, frequency = subject.subscription_rate.product_id, subject.subscription_rate.billing_frequency
    yield from custom_fields("subscription", subject.custom_fields, ground.book, "")
    yield from ground.product(wanted, "/subscription_rate/product_id", ProductType.SUBSCRIPTION)
    rates = [r for r in ground.rates.get(wanted, ()) if r.billing_frequency == frequency]
    known: Product | None = ground.book.product.get(wanted)
    if known is not None and not rates:
        text = f"the rate card has no {frequency.value} rate for product {known.name}"
        yield error("no_rate", "/subscription_rate", text)
    elif rates and not any(r.entitled for r in rates) and not _entitled(wanted, known, overrides):
        yield warning("not_entitled", "/subscription_rate", "its rate is not entitled, so nothing is charged")
    start = subject.starting_at or ground.span.start
    anchor = subject.billing_cycle_config.anchor_date if subject.billing_cycle_config else None
    if anchor and anchor > start:
        yield error("anchor_date", "/billing_cycle_config/anchor_date", "must not be after the subscription's start")
    if subject.starting_at and not ground.span.start <= subject.starting_at < ground.span.end:
        yield warning("outside_term", "/starting_at", "is outside the contract's term")
    if subject.quantity_management_mode is QuantityMode.SEAT_BASED and subject.seat_config:
        seat = subject.seat_config.seat_group_key
        if not any(seat in form.group_keys for product in ground.priced for form in product_forms(product)):
            text = f"no product on the rate card is grouped by {seat}"
            yield warning("seat_group_key", "/seat_config/seat_group_key", text)


def _entitled(product_id: str, product: Product | None, overrides: tuple[Override, ...]) -> bool:
    tags = set(product.tags) if product else set()
    for each in overrides:
        if not each.entitled:
            continue
        if each.product_id == product_id or tags & set(each.applicable_product_tags or ()):
            return True
        for specifier in each.override_specifiers or ():
            if specifier.product_id in (None, product_id) and set(specifier.product_tags or ()) <= tags:
                return True
    return False
