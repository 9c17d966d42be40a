"""When a threshold of spend or balance would set off a charge; a preview says so and charges nothing (README, §2.16).

Read off finished statements and ledgers, so an instant is known as closely as they tell it: spend by the windows of a
statement's lines, a balance by the end of the statement that draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account
from store.rating.compiled import CompiledContract
from store.rating.lines import counts
from store.rating.notices import Notices
from store.rating.statement import Balance, Line, Statement
from store.terms import shown
from store.terms.gated import BalanceExclusion, BalanceThreshold, RechargeDiscount, SpendThreshold

ZERO = Decimal(0)


def spend(statement: Statement, state: CompiledContract, as_of: datetime, notices: Notices) -> None:
    """Warns if the usage of a statement, less what balances paid, comes to the contract's spend threshold."""
    held = state.effective.spend_threshold_configuration
    if held is None or not held.is_enabled or not held.threshold_amount:
        return
    reached = _reached(statement, held.threshold_amount)
    if reached is not None:
        at, total = reached
        text = _spent(statement, held, min(at, as_of), total)
        notices.warn("spend_threshold_would_fire", text, f"{state.path}/spend_threshold_configuration")


def _spent(statement: Statement, held: SpendThreshold, at: datetime, total: Decimal) -> str:
    limit = shown.amount(held.threshold_amount, statement.credit_type_id)
    times = int(total // held.threshold_amount)
    again = f", {times} times in all" if times > 1 else ""
    return (
        f"uninvoiced usage spend reaches {limit} on or before {shown.day(at)}, in the statement "
        f"{shown.span(statement.start, statement.end)}: a commit of {limit} would be charged{again}"
        f"{_share(held.discount_configuration)}"
    )


def _reached(statement: Statement, limit: Decimal) -> tuple[datetime, Decimal] | None:
    """The end of the first window by which the spend has come to the limit, and the spend of the whole statement."""
    spent: dict[datetime, Decimal] = {}
    for line in _usage(statement.lines):
        if counts(line, statement.credit_type_id):
            at = line.ending_before or statement.end or statement.issued_at
            spent[at] = spent.get(at, ZERO) + line.total
    total, first = ZERO, None
    for at in sorted(spent):
        total += spent[at]
        if first is None and total >= limit:
            first = at
    return None if first is None else (first, max(total, limit))


def _usage(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of usage and of composites, what balances paid of them, and what custom units come to."""
    usage = False
    for line in lines:
        if line.type != "applied_commit_or_credit":
            usage = line.type in ("usage", "cpu_conversion")
        if usage:
            yield line


def balance(
    state: CompiledContract,
    accounts: Iterable[Account],
    balances: Iterable[Balance],
    statements: Iterable[Statement],
    as_of: datetime,
    notices: Notices,
) -> None:
    """Warns where what credits and prepaid commits have left first falls to the contract's balance threshold.

    What would come after the recharge is not told: it depends on how long the recharge lasts.
    """
    held = state.effective.prepaid_balance_threshold_configuration
    if held is None or not held.is_enabled:
        return
    unit, span = held.custom_credit_type_id or state.fiat, state.effective.span
    counted = {(a.owner, a.id) for a in accounts if _counted(a, state, unit, held)}
    moves: dict[tuple[datetime, bool], Decimal] = {(span.start, True): ZERO}
    drawn: dict[datetime, str] = {}
    for one in balances:
        for entry in one.ledger if (one.contract_id or one.customer_id, one.id) in counted else ():
            # What a statement drew is gone before anything else of that instant happens.
            key = (max(entry.timestamp, span.start), not entry.type.endswith("_DEDUCTION"))
            moves[key] = moves.get(key, ZERO) + entry.amount
            if entry.statement_id:
                drawn.setdefault(entry.timestamp, entry.statement_id)
    left = ZERO
    for at, other in sorted(moves):
        if at > span.end or (other and at == span.end):
            return
        left += moves[at, other]
        if left <= held.threshold_amount:
            drawing = None if other else next((s for s in statements if s.id == drawn.get(at)), None)
            when = f"on {shown.day(at)}"
            if drawing is not None:
                period = shown.span(drawing.start or drawing.issued_at, drawing.end)
                when = f"on or before {shown.day(min(at, as_of))}, in the statement {period}"
            text = _fallen(held, unit, left, when)
            where = f"{state.path}/prepaid_balance_threshold_configuration"
            notices.warn("prepaid_balance_threshold_would_fire", text, where)
            return


def _fallen(held: BalanceThreshold, unit: str, left: Decimal, when: str) -> str:
    limit, target = shown.amount(held.threshold_amount, unit), shown.amount(held.recharge_to_amount, unit)
    charge = shown.amount(held.recharge_to_amount - max(left, ZERO), unit)
    return (
        f"the balance comes to {shown.amount(left, unit)} {when}, with a threshold of {limit}: "
        f"a commit of {charge} would be charged to bring it to {target}{_share(held.discount_configuration)}"
    )


def _counted(account: Account, state: CompiledContract, unit: str, held: BalanceThreshold) -> bool:
    """README, §2.16: credits and prepaid commits of contract and customer, but those per seat and those excluded."""
    if account.kind == "POSTPAID" or account.unit != unit:
        return False
    if account.contracts is not None and state.id not in account.contracts:
        return False
    link = getattr(account.term, "subscription_config", None)
    if link is not None and link.allocation == "INDIVIDUAL":
        return False
    exclusions = (e for specifier in held.threshold_balance_specifiers or () for e in specifier.exclude)
    return not any(_excluded(account, exclusion) for exclusion in exclusions)


def _excluded(account: Account, exclusion: BalanceExclusion) -> bool:
    """Whether a balance has every custom-field value of an exclusion, for the kind of balance that it names."""
    fields: Mapping[str, str] = getattr(account.term, "custom_fields", {})
    entity = "ContractCredit" if account.kind == "CREDIT" else "Commit"
    return all(
        f.entity in (entity, "ContractCreditOrCommit") and fields.get(f.key) == f.value
        for f in exclusion.custom_field_filters
    )


def _share(discount: RechargeDiscount | None) -> str:
    if discount is None:
        return ""
    return f"; the customer pays {shown.percent(discount.payment_fraction)} of it"
