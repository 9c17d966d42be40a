"""Threshold billing: a preview never recharges or bills early, it says that a threshold would fire (README, §2.16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account
from store.rating.compiled import CompiledContract
from store.rating.explain import worth
from store.rating.ledger import Ledger
from store.rating.notices import Notices
from store.rating.statement import Statement
from store.terms import money
from store.terms.gated import BalanceExclusion, BalanceThreshold

ZERO = Decimal(0)


def spend_reached(state: CompiledContract, statements: Iterable[Statement], notices: Notices) -> None:
    """Warns for each draft whose total has reached the contract's spend threshold."""
    held = state.effective.spend_threshold_configuration
    if held is None or not held.is_enabled:
        return
    drafts = (s for s in statements if (s.type, s.status, s.contract_id) == ("USAGE", "DRAFT", state.id))
    for statement in drafts:
        if statement.total and statement.total >= held.threshold_amount:
            spent, least = (worth(a, state.fiat) for a in (statement.total, held.threshold_amount))
            text = f"the spend threshold of {least} would fire: {spent} are not invoiced yet"
            notices.warn("spend_threshold_reached", text, f"{state.path}/spend_threshold_configuration")


def balance_fallen(
    state: CompiledContract, accounts: Iterable[Account], ledger: Ledger, as_of: datetime, notices: Notices
) -> None:
    """Warns if what prepaid commits and credits have left has fallen to the contract's balance threshold."""
    held = state.effective.prepaid_balance_threshold_configuration
    span = state.effective.span
    if held is None or not held.is_enabled or not span.start <= as_of < span.end:
        return
    unit = held.custom_credit_type_id or state.fiat or money.USD
    left = ZERO
    for account in accounts:
        if account.kind == "POSTPAID" or account.unit != unit or account.archived_at or _excluded(held, account):
            continue
        if account.contracts is None or state.id in account.contracts:
            left += sum((max(ledger.left(s), ZERO) for s in account.segments if s.start <= as_of < s.end), ZERO)
    if left <= held.threshold_amount:
        recharge = worth(held.recharge_to_amount - left, unit)
        text = f"the balance threshold of {worth(held.threshold_amount, unit)} would fire: {worth(left, unit)} are left"
        where = f"{state.path}/prepaid_balance_threshold_configuration"
        notices.warn("balance_threshold_reached", f"{text}, it would recharge {recharge}", where)


def _excluded(held: BalanceThreshold, account: Account) -> bool:
    exclusions = (e for s in held.threshold_balance_specifiers or () for e in s.exclude)
    return any(_matches(exclusion, account) for exclusion in exclusions)


def _matches(exclusion: BalanceExclusion, account: Account) -> bool:
    """Whether a balance has every custom-field value of an exclusion, for the kind of balance that it names."""
    fields = getattr(account.term, "custom_fields", {})
    kind = "ContractCredit" if account.kind == "CREDIT" else "Commit"
    return all(
        f.entity in (kind, "ContractCreditOrCommit") and fields.get(f.key) == f.value
        for f in exclusion.custom_field_filters
    )
