"""Rules of commits, credits and scheduled amounts that need the contract, its card or the catalog (README, §6)."""

from __future__ import annotations

from decimal import Decimal

from store.terms import money
from store.terms.balances import Applicability, Balance, Commit, CommitType, CustomerCommit, CustomerCredit
from store.terms.book import Book
from store.terms.catalog import ProductType
from store.terms.charges import ProfessionalService, ScheduledCharge
from store.terms.recurring import RecurrenceFrequency, RecurringBalance, RecurringCommit
from store.terms.review_finding import Findings, Ground, custom_fields, error, missing, unknown_ref, warning
from store.terms.schedules import ChargeSchedule
from store.terms.time import Span

DOLLAR = Decimal(100)
"""A recurring USD amount below this many cents was probably meant in dollars (rule 41)."""


def balance(subject: Balance, ground: Ground, entity: str) -> Findings:
    """Rules 3, 8, 18, 22, 41 and 42 for a commit or credit; paths are relative to it."""
    yield from ground.product(subject.product_id, "/product_id", ProductType.FIXED)
    yield from custom_fields(entity, subject.custom_fields, ground.book, "")
    yield from applicability(subject, ground)
    yield from _unit(subject.credit_type, ground, "/access_schedule/credit_type_id")
    for k, item in enumerate(subject.access_schedule.schedule_items):
        segment = Span(item.starting_at, item.ending_before)
        at = f"/access_schedule/schedule_items/{k}"
        if segment.clip(ground.span) is None:
            yield warning("outside_term", at, "lies outside the contract's term and can never be used")
        elif segment.end > ground.span.end:
            yield warning("outside_term", f"{at}/ending_before", "is past the contract's end, where use of it stops")
        yield from _dollars(item.amount, subject.credit_type, f"{at}/amount")
    if isinstance(subject, Commit) and subject.invoice_schedule:
        late = subject.type is CommitType.POSTPAID  # its true-up is due at the contract's end, not before it
        yield from schedule(subject.invoice_schedule, ground, "/invoice_schedule", until_end=late)


def recurring(subject: RecurringBalance, ground: Ground, entity: str) -> Findings:
    """The same for a recurring commit or credit, and the subscription that may size it."""
    yield from ground.product(subject.product_id, "/product_id", ProductType.FIXED)
    yield from custom_fields(entity, subject.custom_fields, ground.book, "")
    yield from applicability(subject, ground)
    unit = subject.access_amount.credit_type_id or money.USD
    yield from _unit(unit, ground, "/access_amount/credit_type_id")
    link = subject.subscription_config
    if link and link.subscription_id not in ground.subscription_ids:
        yield unknown_ref("subscription", "/subscription_config/subscription_id", link.subscription_id)
    elif link and link.subscription_id in ground.seated_ids:
        if subject.recurrence_frequency is RecurrenceFrequency.DAILY:
            yield error("seats", "/recurrence_frequency", "cannot be DAILY for a SEAT_BASED subscription")
    elif link and link.allocation == "INDIVIDUAL":
        text = "INDIVIDUAL is only for SEAT_BASED subscriptions"
        yield error("seats", "/subscription_config/allocation", text)
    elif not link:
        each = money.multiply(subject.access_amount.unit_price, subject.access_amount.quantity or Decimal(1))
        yield from _dollars(each, unit, "/access_amount/unit_price")
    if isinstance(subject, RecurringCommit) and subject.invoice_amount and subject.invoice_amount.quantity:
        invoiced = money.multiply(subject.invoice_amount.unit_price, subject.invoice_amount.quantity)
        yield from _dollars(invoiced, subject.invoice_amount.credit_type_id, "/invoice_amount/unit_price")
    if not ground.span.start <= subject.starting_at < ground.span.end:
        yield warning("outside_term", "/starting_at", "is outside the contract's term")


def charge(subject: ScheduledCharge, ground: Ground, entity: str) -> Findings:
    """Rules 3, 8, 18, 22 and 41 for a scheduled charge or discount."""
    yield from ground.product(subject.product_id, "/product_id", ProductType.FIXED)
    yield from custom_fields(entity, subject.custom_fields, ground.book, "")
    yield from schedule(subject.schedule, ground, "/schedule")
    plan = subject.schedule.recurring_schedule
    if plan:
        due = subject.schedule.occurrences()
        at = "/schedule/recurring_schedule/" + ("unit_price" if plan.unit_price is not None else "amount")
        yield from _dollars(due[0].amount if due else Decimal(0), subject.schedule.credit_type_id, at)


def service(subject: ProfessionalService, ground: Ground) -> Findings:
    """A professional service names a product of that type."""
    yield from ground.product(subject.product_id, "/product_id", ProductType.PROFESSIONAL_SERVICE)
    yield from custom_fields("professional_service", subject.custom_fields, ground.book, "")


def schedule(subject: ChargeSchedule, ground: Ground, at: str, *, until_end: bool = False) -> Findings:
    """Rule 22: a charge outside the term is still billed, and said."""
    for k, due in enumerate(subject.occurrences()):
        inside = ground.span.holds(due.timestamp) or (until_end and due.timestamp == ground.span.end)
        if not inside:
            path = f"{at}/schedule_items/{k}/timestamp" if subject.schedule_items else f"{at}/recurring_schedule"
            when = f"{due.timestamp:%Y-%m-%d}"
            yield warning(
                "outside_term", path, f"a charge on {when} is outside the contract's term; it is still billed"
            )
            if not subject.schedule_items:
                return


def applicability(subject: Applicability, ground: Ground) -> Findings:
    """Rule 3 for what may draw a balance; a tag that no product on the card has is said."""
    for k, product_id in enumerate(subject.applicable_product_ids or ()):
        yield from ground.product(product_id, f"/applicable_product_ids/{k}")
    for k, tag in enumerate(subject.applicable_product_tags or ()):
        yield from unused_tag(tag, ground, f"/applicable_product_tags/{k}")
    for k, specifier in enumerate(subject.specifiers or ()):
        if specifier.product_id:
            yield from ground.product(specifier.product_id, f"/specifiers/{k}/product_id")
        for i, tag in enumerate(specifier.product_tags or ()):
            yield from unused_tag(tag, ground, f"/specifiers/{k}/product_tags/{i}")


def unused_tag(tag: str, ground: Ground, at: str) -> Findings:
    """Rule 29: a tag that matches nothing on the card is taken, with a warning."""
    if ground.card is not None and tag not in ground.priced_tags:
        yield warning("unused_tag", at, f"no product on the rate card has the tag {tag}")


def customer_balance(subject: CustomerCommit | CustomerCredit, book: Book, customer_id: str) -> Findings:
    """Rule 26: the contracts it names are the customer's; its product is FIXED; its key is new (409)."""
    entity = "commit" if isinstance(subject, CustomerCommit) else "contract_credit"
    yield from balance(subject, Ground(book), entity)
    named = [(f"/applicable_contract_ids/{k}", c) for k, c in enumerate(subject.applicable_contract_ids or ())]
    if isinstance(subject, CustomerCommit) and subject.invoice_contract_id:
        named.append(("/invoice_contract_id", subject.invoice_contract_id))
    for at, contract_id in named:
        contract = book.contract.get(contract_id)
        if contract is None:
            yield missing("contract", at, contract_id)
        elif contract.customer_id != customer_id:
            yield error("other_customer", at, "is a contract of another customer")
        elif contract.archived_at is not None:
            yield error("archived", at, "is an archived contract")
    for customer in book.customers:
        others: tuple[CustomerCommit | CustomerCredit, ...] = (*customer.commits, *customer.credits)
        for other in others:
            if subject.uniqueness_key and other is not subject and other.uniqueness_key == subject.uniqueness_key:
                yield error("uniqueness_key", "/uniqueness_key", f"is already used by {other.id}", 409)


def _unit(credit_type: str, ground: Ground, at: str) -> Findings:
    if ground.card is None or credit_type == (ground.card.fiat_credit_type_id or money.USD):
        return
    if not any(rate.credit_type == credit_type for rate in ground.card.rates):
        yield warning("unused_unit", at, "no rate on the rate card is priced in this unit, so nothing can draw from it")


def _dollars(amount: Decimal, credit_type: str | None, at: str) -> Findings:
    if 0 < amount < DOLLAR and (credit_type or money.USD) == money.USD:
        shown = money.text(amount)
        yield warning("looks_like_dollars", at, f"comes to {shown} cents; USD amounts are in cents, not dollars")
