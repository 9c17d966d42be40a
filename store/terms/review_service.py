"""Rules of invoices for professional services: whose they are, and that no service is billed beyond its most."""

from __future__ import annotations

from decimal import Decimal

from store.terms import money, shown
from store.terms.book import Book
from store.terms.contract import Contract
from store.terms.effective import effective
from store.terms.in_force import Effective
from store.terms.review_contract import alive, belongs
from store.terms.review_finding import Findings, error, unknown_ref
from store.terms.service_invoice import ServiceInvoice


def service_invoice(subject: ServiceInvoice, to: Contract, book: Book) -> Findings:
    """An invoice about to be made; together with those before, it stays within each service's `max_amount`."""
    now = effective(to)
    yield from belongs(subject, to)
    yield from alive(now)
    services = {service.id: service for service in now.professional_services}
    card = book.card_of(to)
    fiat = (card.fiat_credit_type_id if card else None) or money.USD
    billed = _so_far(now)
    for k, line in enumerate(subject.line_items):
        service = services.get(line.professional_service_id)
        if service is None:
            at = f"/line_items/{k}/professional_service_id"
            yield unknown_ref("professional service", at, line.professional_service_id)
            continue
        before = billed.get(line.professional_service_id, Decimal(0))
        billed[line.professional_service_id] = total = money.add(before, line.billed(service).amount)
        if total > service.max_amount:
            left = shown.amount(max(money.add(service.max_amount, -before), Decimal(0)), fiat)
            text = f"goes beyond the service's max_amount, of which {left} is left"
            yield error("max_amount", f"/line_items/{k}/{'amount' if line.quantity is None else 'quantity'}", text)


def _so_far(now: Effective) -> dict[str, Decimal]:
    services = {service.id: service for service in now.professional_services}
    found: dict[str, Decimal] = {}
    for invoice, _, _ in now.service_invoices:
        for line in invoice.line_items:
            key = line.professional_service_id
            found[key] = money.add(found.get(key, Decimal(0)), line.billed(services[key]).amount)
    return found
