"""The terms that a contract, an amendment or an edit brings, reviewed on the ground they fall on (README, §6)."""

from __future__ import annotations

from itertools import chain
from typing import Any

from store.terms.book import Book
from store.terms.contract import ContractTerms, prioritization_problems
from store.terms.effective import effective
from store.terms.in_force import Effective
from store.terms.override import OverrideType, Prioritization
from store.terms.review_balances import balance, charge, recurring, service
from store.terms.review_finding import Findings, Ground, error, warning
from store.terms.review_gated import royalties
from store.terms.review_overrides import override, subscription
from store.terms.seats import too_many_seats

LISTS = {
    "commits": "commit",
    "credits": "contract_credit",
    "recurring_commits": "commit",
    "recurring_credits": "contract_credit",
    "scheduled_charges": "scheduled_charge",
    "discounts": "discount",
}
"""A list of terms, and the entity whose custom fields its items carry."""


def added(holder: Any, ground: Ground, prefix: str = "") -> Findings:
    """Every term that a contract, amendment or edit adds, reviewed on the ground it falls on."""
    own = {kind: getattr(holder, prefix + kind, ()) for kind in (*LISTS, "overrides", "subscriptions")}
    ground = _beside(ground, own)
    for kind, entity in LISTS.items():
        for k, term in enumerate(own[kind]):
            review: Any = recurring if kind.startswith("recurring") else balance if kind in _BALANCES else charge
            yield from (f.at(f"/{prefix}{kind}/{k}") for f in review(term, ground, entity))
    for k, each in enumerate(own["overrides"]):
        yield from (f.at(f"/{prefix}overrides/{k}") for f in override(each, ground))
    for k, each in enumerate(own["subscriptions"]):
        entitling = (*ground.overrides, *own["overrides"])
        yield from (f.at(f"/{prefix}subscriptions/{k}") for f in subscription(each, ground, entitling))
        beyond = too_many_seats(each, (), (*own["recurring_commits"], *own["recurring_credits"]))
        if beyond:
            yield warning("seat_cap", f"/{prefix}subscriptions/{k}/seat_config", beyond)
    for k, each in enumerate(getattr(holder, prefix + "professional_services", ())):
        yield from (f.at(f"/{prefix}professional_services/{k}") for f in service(each, ground))
    yield from royalties(holder, ground, prefix)
    if not isinstance(holder, ContractTerms):
        yield from _priorities(holder, ground, prefix)


_BALANCES = ("commits", "credits")


def ground_of(now: Effective, book: Book) -> Ground:
    """The ground on which a change of this contract stands."""
    return Ground(
        book,
        book.card_of(now.contract),
        now.span,
        prioritization=now.contract.multiplier_override_prioritization,
        overrides=now.overrides,
        balance_ids=_ids(now.commits, now.credits) | lent_balances(now.contract, book),
        recurring_ids=_ids(now.recurring_commits, now.recurring_credits) | lent_recurring(now.contract, book),
        subscription_ids=_ids(now.subscriptions),
        seated_ids=_ids(s for s in now.subscriptions if s.seat_config),
    )


def _beside(ground: Ground, own: dict[str, Any]) -> Ground:
    return Ground(
        ground.book,
        ground.card,
        ground.span,
        ground.prioritization,
        ground.overrides,
        ground.balance_ids | _ids(own["commits"], own["credits"]),
        ground.recurring_ids | _ids(own["recurring_commits"], own["recurring_credits"]),
        ground.subscription_ids | _ids(own["subscriptions"]),
        ground.seated_ids | _ids(s for s in own["subscriptions"] if s.seat_config),
    )


def _ids(*lists: Any) -> frozenset[str]:
    return frozenset(i for term in chain(*lists) for i in (term.id, getattr(term, "temporary_id", None)) if i)


def lent_balances(terms: ContractTerms, book: Book) -> frozenset[str]:
    """Ids of the commits and credits beside its own that a contract may refer to: its customer's, its parent's."""
    above = _parent(terms, book)
    own = _customer_balances(terms.customer_id, book)
    if above is None:
        return own
    return own | _ids(above.commits, above.credits) | _customer_balances(above.contract.customer_id, book)


def lent_recurring(terms: ContractTerms, book: Book) -> frozenset[str]:
    """Ids of the recurring commits and credits of a contract's parent, which it may refer to."""
    above = _parent(terms, book)
    return _ids(above.recurring_commits, above.recurring_credits) if above else frozenset()


def _parent(terms: ContractTerms, book: Book) -> Effective | None:
    place = terms.hierarchy_configuration
    above = book.contract.get(place.parent.contract_id) if place and place.parent else None
    return effective(above) if above else None


def _customer_balances(customer_id: str, book: Book) -> frozenset[str]:
    customer = book.customer.get(customer_id)
    return _ids(customer.commits, customer.credits) if customer else frozenset()


def _priorities(holder: Any, ground: Ground, prefix: str) -> Findings:
    """Rule 28 across time: new overrides compete with those already there (README, §2.12)."""
    new = getattr(holder, prefix + "overrides", ())
    tiered = OverrideType.TIERED
    stated = ground.prioritization
    if stated is None and any(o.type is tiered for o in ground.overrides):
        stated = Prioritization.EXPLICIT
    for problem in prioritization_problems(new, stated, f"/{prefix}overrides"):
        yield error("prioritization", problem.path, problem.message)
    if stated is None and any(o.type is tiered for o in new):
        for old in ground.overrides:
            if old.type is OverrideType.MULTIPLIER and old.priority is None:
                text = "a TIERED override makes priorities decide, and a multiplier already on the contract has none"
                yield error("prioritization", f"/{prefix}overrides", text)
                return
