"""What the statement screen shows, read and rated by a worker; and a statement as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.services import Services
from screens.statement.messages import Shown
from screens.statement.usage_words import names_of

if TYPE_CHECKING:
    from store.rating.statement import Preview, Statement
    from store.terms.book import Book
    from store.usage.rated import Rated


def rated(services: Services, customer_id: str, usage: Rated | None, *, ahead: int = 0) -> Shown:
    """The customer's statements on that usage, and of so many months to come; blocks, so only a worker calls it."""
    services.store()  # before the imports: it makes them safe from another worker's
    from screens.overview.facts import contract_names
    from store.queries.contracts import contracts_of
    from store.usage.projected import periods_ahead

    previews = services.previews()
    until = periods_ahead(services.now(), ahead) if ahead else None
    preview = previews.current(customer_id, usage=usage, until=until)
    book = previews.book(customer_id)
    contracts = contract_names(contracts_of(services.store(), customer_id))
    return Shown(preview, book.customer[customer_id].name, contracts, names_of(book), related(preview, book))


def related(preview: Preview, book: Book) -> dict[str, str]:
    """The contracts that pay a statement or whose lines it repeats: whose each is, and its name."""
    found = {s.payer.contract_id: s.payer.customer_id for s in preview.statements if s.payer}
    for s in preview.statements:
        found |= {part.contract_id: part.customer_id for part in s.constituents}
    names = {}
    for contract_id, customer_id in found.items():
        whose, contract = book.customer.get(customer_id), book.contract.get(contract_id)
        parts = (whose.name if whose else customer_id, contract.name if contract else "")
        names[contract_id] = ", ".join(part for part in parts if part)
    return names


def as_json(statement: Statement) -> str:
    """The statement as the API has it."""
    from screens.widgets.text_modal import as_shown
    from store.rating.report import statement_json

    return as_shown(statement_json(statement))


def as_csv(statement: Statement) -> str:
    """The statement's lines, for a spreadsheet."""
    from store.rating import report
    from store.rating.statement import Preview

    return report.as_csv(Preview((statement,), ()))
