"""Rules of thresholds, hierarchies and royalties that need a look-up (README, §6 rules 3, 18, 36 and 37)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.terms import money
from store.terms.billing import BillingProviderConfiguration
from store.terms.catalog import ProductType
from store.terms.contract import ContractEdit, ContractTerms
from store.terms.customer import Customer
from store.terms.gated import BalanceThreshold, SpendThreshold, SpendTracker
from store.terms.in_force import Effective
from store.terms.rates import Conversion
from store.terms.review_balances import applicability, unused_tag
from store.terms.review_finding import Findings, Ground, error, missing, warning

LEAST, LEAST_RECHARGE = Decimal(5), Decimal(10)
"""Whole units of currency: the smallest threshold, and how far above it a recharge goes at least."""
MOST_NODES = 10


def gated(terms: ContractTerms, ground: Ground) -> Findings:
    """What a contract says of thresholds, its place among contracts, and resellers."""
    spend, balance = terms.spend_threshold_configuration, terms.prepaid_balance_threshold_configuration
    yield from _thresholds(spend, balance, terms.spend_trackers, ground)
    if terms.billing_provider_configuration:
        yield from _billing(terms.billing_provider_configuration, ground.book.customer.get(terms.customer_id))
    yield from _hierarchy(terms, ground)


def _thresholds(
    spend: SpendThreshold | None,
    balance: BalanceThreshold | None,
    trackers: tuple[SpendTracker, ...],
    ground: Ground,
    prefix: str = "",
) -> Findings:
    if spend:
        at = f"/{prefix}spend_threshold_configuration"
        yield from (f.at(at) for f in _threshold(spend, trackers, ground, _unit(ground)))
    if balance:
        at = f"/{prefix}prepaid_balance_threshold_configuration"
        yield from (f.at(at) for f in _balance(balance, trackers, ground))


def edited(subject: ContractEdit, held: Effective, after: Effective, ground: Ground) -> Findings:
    """What an edit adds to, changes of and takes from the same: the result keeps the same rules."""
    for name in ("spend_threshold_configuration", "prepaid_balance_threshold_configuration"):
        added, update = getattr(subject, f"add_{name}"), getattr(subject, f"update_{name}")
        if added and getattr(held, name):
            yield error("exists", f"/add_{name}", f"the contract has one already; change it by update_{name}")
            continue
        config = getattr(after, name)
        prefix = "add_" if added else "update_"
        if config is None or not (added or update):
            continue
        for problem in () if added else config.problems():
            yield error("edit", f"/{prefix}{name}{problem.path}", problem.message)
        for problem in () if added else config.commit.problems():
            yield error("edit", f"/{prefix}{name}/commit{problem.path}", problem.message)
        spend, balance = (config, None) if name.startswith("spend") else (None, config)
        yield from _thresholds(spend, balance, after.spend_trackers, ground, prefix)
    yield from _trackers(subject, held, after)
    billing = subject.add_billing_provider_configuration_update
    if billing:
        owner = ground.book.customer.get(held.contract.customer_id)
        found = _billing(billing.billing_provider_configuration, owner)
        yield from (f.at("/add_billing_provider_configuration_update") for f in found)


def _trackers(subject: ContractEdit, held: Effective, after: Effective) -> Findings:
    """A tracker's alias is new, and none goes that a discount is capped by."""
    have = {tracker.alias for tracker in held.spend_trackers} - set(subject.archive_spend_trackers)
    for k, tracker in enumerate(subject.add_spend_trackers):
        if tracker.alias in have:
            text = "is already the alias of a spend tracker of the contract"
            yield error("exists", f"/add_spend_trackers/{k}/alias", text)
    left = {tracker.alias for tracker in after.spend_trackers}
    for config in (after.spend_threshold_configuration, after.prepaid_balance_threshold_configuration):
        cap = config.discount_configuration.cap if config and config.discount_configuration else None
        for k, alias in enumerate(subject.archive_spend_trackers):
            if cap and cap.spend_tracker_alias == alias and alias not in left:
                yield error("spend_tracker", f"/archive_spend_trackers/{k}", "caps a discount of the contract")


def royalties(holder: Any, ground: Ground, prefix: str = "") -> Findings:
    """Rules 3 and 29 for the resellers' shares that a contract, amendment or edit brings."""
    for k, royalty in enumerate(getattr(holder, prefix + "reseller_royalties", ())):
        at = f"/{prefix}reseller_royalties/{k}"
        for i, product_id in enumerate(royalty.applicable_product_ids or ()):
            yield from ground.product(product_id, f"{at}/applicable_product_ids/{i}")
        for i, tag in enumerate(royalty.applicable_product_tags or ()):
            yield from unused_tag(tag, ground, f"{at}/applicable_product_tags/{i}")


def _billing(subject: BillingProviderConfiguration, owner: Customer | None) -> Findings:
    """A contract is billed by a configuration of its customer, named without doubt (README, §2.6)."""
    if owner is None:
        return
    at, have = "/billing_provider_configuration", owner.customer_billing_provider_configurations
    wanted = subject.billing_provider_configuration_id
    if wanted is not None:
        if wanted not in {c.id for c in have}:
            yield missing("billing configuration", f"{at}/billing_provider_configuration_id", wanted)
        return
    fitting = [
        c
        for c in have
        if c.billing_provider == subject.billing_provider
        and (c.delivery_method == subject.delivery_method or c.delivery_method_id is not None)
    ]
    if len(fitting) > 1:
        text = "is required: several of the customer's configurations have this provider and delivery method"
        yield error("ambiguous", f"{at}/billing_provider_configuration_id", text)
    elif not fitting:
        text = "the customer has no billing configuration with this provider and delivery method"
        yield warning("no_billing_configuration", at, text)


def _fiat(ground: Ground) -> str:
    return (ground.card.fiat_credit_type_id if ground.card else None) or money.USD


def _unit(ground: Ground) -> Decimal:
    """How many stored units of the card's fiat make one unit of currency: USD is stored in cents, all others whole."""
    return Decimal(100) if _fiat(ground) == money.USD else Decimal(1)


def _threshold(
    subject: SpendThreshold | BalanceThreshold, trackers: tuple[SpendTracker, ...], ground: Ground, unit: Decimal
) -> Findings:
    """Rule 36: the least threshold, the discount's tracker; rule 18: a FIXED product."""
    yield from ground.product(subject.commit.product_id, "/commit/product_id", ProductType.FIXED)
    if subject.threshold_amount < LEAST * unit:
        yield error("threshold", "/threshold_amount", f"must be at least {_text(LEAST * unit)}")
    cap = subject.discount_configuration.cap if subject.discount_configuration else None
    if cap and cap.spend_tracker_alias not in {tracker.alias for tracker in trackers}:
        path = "/discount_configuration/cap/spend_tracker_alias"
        yield error("spend_tracker", path, f"the contract has no spend tracker {cap.spend_tracker_alias}")


def _balance(subject: BalanceThreshold, trackers: tuple[SpendTracker, ...], ground: Ground) -> Findings:
    """Rule 36 for a balance threshold, its amounts in currency or in a custom unit that the card converts."""
    custom, unit = subject.custom_credit_type_id, _unit(ground)
    if custom is not None and custom != _fiat(ground):
        worth = [c.fiat_per_custom_credit for c in _conversions(ground) if c.custom_credit_type_id == custom]
        if not worth:
            yield error("conversion", "/custom_credit_type_id", "is not converted by the rate card")
            return
        unit = money.divide(unit, worth[0])
    yield from _threshold(subject, trackers, ground, unit)
    yield from (f.at("/commit") for f in applicability(subject.commit, ground))
    least = money.add(subject.threshold_amount, LEAST_RECHARGE * unit)
    if subject.recharge_to_amount < least:
        text = f"must be at least {_text(least)}: threshold_amount and {_text(LEAST_RECHARGE * unit)} more"
        yield error("threshold", "/recharge_to_amount", text)


def _conversions(ground: Ground) -> tuple[Conversion, ...]:
    return ground.card.credit_type_conversions if ground.card else ()


def _hierarchy(terms: ContractTerms, ground: Ground) -> Findings:
    """Rule 37: the parent exists, belongs to that customer, has no parent itself, and has room for one more."""
    parent = terms.hierarchy_configuration.parent if terms.hierarchy_configuration else None
    if parent is None:
        return
    at = "/hierarchy_configuration/parent"
    above = ground.book.contract.get(parent.contract_id)
    if above is None:
        yield missing("contract", f"{at}/contract_id", parent.contract_id)
        return
    if above.customer_id != parent.customer_id:
        yield error("other_customer", f"{at}/customer_id", "is not the customer of that contract")
    if above.archived_at is not None:
        yield error("archived", f"{at}/contract_id", "is an archived contract")
    if above.hierarchy_configuration and above.hierarchy_configuration.parent:
        yield error("hierarchy", f"{at}/contract_id", "has a parent itself; there is one level only")
    others = sum(
        1
        for contract in ground.book.contracts
        if contract.id != terms.id
        and (place := contract.hierarchy_configuration)
        and place.parent
        and place.parent.contract_id == above.id
    )
    if others + 2 > MOST_NODES:
        yield error("hierarchy", f"{at}/contract_id", f"has {others} children already; {MOST_NODES} contracts at most")


def _text(number: Decimal) -> str:
    return money.text(number)
