"""Rules of thresholds, hierarchies and royalties that need a look-up (README, §6 rules 3, 18, 36 and 37)."""

from __future__ import annotations

from decimal import Decimal

from store.terms import money
from store.terms.catalog import ProductType
from store.terms.contract import ContractTerms
from store.terms.gated import BalanceThreshold, SpendThreshold
from store.terms.rates import Conversion
from store.terms.review_balances import applicability
from store.terms.review_finding import Findings, Ground, error, missing

LEAST, LEAST_RECHARGE = Decimal(5), Decimal(10)
"""Whole units of currency: the smallest threshold, and how far above it a recharge goes at least."""
MOST_NODES = 10


def gated(terms: ContractTerms, ground: Ground) -> Findings:
    """What a contract says of thresholds, its place among contracts, and resellers."""
    spend, balance = terms.spend_threshold_configuration, terms.prepaid_balance_threshold_configuration
    if spend:
        yield from _threshold(spend, terms, ground, "/spend_threshold_configuration", _unit(ground))
    if balance:
        yield from _balance(balance, terms, ground)
    for k, royalty in enumerate(terms.reseller_royalties):
        for i, product_id in enumerate(royalty.applicable_product_ids or ()):
            yield from ground.product(product_id, f"/reseller_royalties/{k}/applicable_product_ids/{i}")
    yield from _hierarchy(terms, ground)


def _fiat(ground: Ground) -> str:
    return (ground.card.fiat_credit_type_id if ground.card else None) or money.USD


def _unit(ground: Ground) -> Decimal:
    """How many stored units of the card's fiat make one unit of currency: USD is stored in cents, all others whole."""
    return Decimal(100) if _fiat(ground) == money.USD else Decimal(1)


def _threshold(
    subject: SpendThreshold | BalanceThreshold, terms: ContractTerms, ground: Ground, at: str, unit: Decimal
) -> Findings:
    """Rule 36: the least threshold, the discount's tracker; rule 18: a FIXED product."""
    yield from ground.product(subject.commit.product_id, f"{at}/commit/product_id", ProductType.FIXED)
    if subject.threshold_amount < LEAST * unit:
        yield error("threshold", f"{at}/threshold_amount", f"must be at least {_text(LEAST * unit)}")
    cap = subject.discount_configuration.cap if subject.discount_configuration else None
    if cap and cap.spend_tracker_alias not in {tracker.alias for tracker in terms.spend_trackers}:
        path = f"{at}/discount_configuration/cap/spend_tracker_alias"
        yield error("spend_tracker", path, f"the contract has no spend tracker {cap.spend_tracker_alias}")


def _balance(subject: BalanceThreshold, terms: ContractTerms, ground: Ground) -> Findings:
    """Rule 36 for a balance threshold, its amounts in currency or in a custom unit that the card converts."""
    at = "/prepaid_balance_threshold_configuration"
    custom, unit = subject.custom_credit_type_id, _unit(ground)
    if custom is not None and custom != _fiat(ground):
        worth = [c.fiat_per_custom_credit for c in _conversions(ground) if c.custom_credit_type_id == custom]
        if not worth:
            yield error("conversion", f"{at}/custom_credit_type_id", "is not converted by the rate card")
            return
        unit = money.divide(unit, worth[0])
    yield from _threshold(subject, terms, ground, at, unit)
    yield from (f.at(f"{at}/commit") for f in applicability(subject.commit, ground))
    least = money.add(subject.threshold_amount, LEAST_RECHARGE * unit)
    if subject.recharge_to_amount < least:
        text = f"must be at least {_text(least)}: threshold_amount and {_text(LEAST_RECHARGE * unit)} more"
        yield error("threshold", f"{at}/recharge_to_amount", text)


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
