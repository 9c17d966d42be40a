"""What an edit changes about the thresholds of a contract (README, §2.16, §3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import Field

from store.errors import Problem
from store.terms.balances import BalanceSpecifier
from store.terms.base import Flag, Id, Term
from store.terms.gate import PaymentGate
from store.terms.gated import BalanceThresholdSpecifier, RechargeDiscount
from store.terms.money import Amount, NonNegative


class _Update(Term):
    """Absent fields stay; only the listed ones may be cleared with null."""

    def problems(self) -> Iterator[Problem]:
        """No null where there must be a value."""
        for name in ("is_enabled", "threshold_amount", "recharge_to_amount", "payment_gate_config", "product_id"):
            if name in self.model_fields_set and getattr(self, name, None) is None:
                yield Problem(f"/{name}", "must not be null; leave it out to keep it")


class ThresholdCommitUpdate(_Update):
    """What changes about the commit that a charge buys."""

    product_id: Id | None = None
    name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    priority: Amount | None = None


class RechargeCommitUpdate(ThresholdCommitUpdate):
    """What changes about the commit that a recharge buys."""

    applicable_product_ids: tuple[Id, ...] | None = None
    applicable_product_tags: tuple[str, ...] | None = None
    specifiers: tuple[BalanceSpecifier, ...] | None = None


class SpendThresholdUpdate(_Update):
    """What changes about a spend threshold."""

    is_enabled: Flag | None = None
    threshold_amount: NonNegative | None = None
    commit: ThresholdCommitUpdate | None = None
    payment_gate_config: PaymentGate | None = None
    discount_configuration: RechargeDiscount | None = None


class BalanceThresholdUpdate(_Update):
    """What changes about a balance threshold."""

    is_enabled: Flag | None = None
    threshold_amount: NonNegative | None = None
    recharge_to_amount: NonNegative | None = None
    commit: RechargeCommitUpdate | None = None
    payment_gate_config: PaymentGate | None = None
    custom_credit_type_id: Id | None = None
    threshold_balance_specifiers: tuple[BalanceThresholdSpecifier, ...] | None = None
    discount_configuration: RechargeDiscount | None = None


T = TypeVar("T", bound=Term)


def updated(held: T, update: Term) -> T:
    """The configuration (or its commit) with an update laid over it, as it is, sound or not."""
    given: dict[str, Any] = {}
    for name in update.model_fields_set:
        value = getattr(update, name)
        given[name] = updated(getattr(held, name), value) if name == "commit" and value is not None else value
    return held.model_copy(update=given)
