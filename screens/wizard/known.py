"""What the wizard reads from the store, and what it asks the rating service. Blocking: for workers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from screens.services import Services
from screens.statement.attention import gathered
from screens.wizard import draft as drafting
from store.errors import Problem, TermsheetError
from store.rating.statement import Balance, Statement, Warning
from store.terms.book import Book
from store.terms.changes import DRAFT_CONTRACT, NewContract
from store.terms.contract import ContractTerms
from store.terms.customer import Customer
from store.terms.rates import RateCard
from store.terms.review_finding import Finding
from store.terms.time import Frequency, step

if TYPE_CHECKING:
    from store.preview import Rated

AHEAD = 3
"""How many statement periods of a contract are looked at, at least."""


@dataclass(frozen=True)
class Known:
    """The customer, and the catalog without the cards' rates."""

    customer: Customer
    book: Book
    contracts: Mapping[str, str]
    """What the customer's contracts are called, by id."""
    version: int | None = None
    """Of the customer."""


def load(services: Services, customer_id: str) -> Known:
    """Read both. Raises `NotFound`."""
    from store import queries
    from store.queries.book import catalog

    store = services.store()
    view = queries.customer(store, customer_id)
    with store.read() as session:
        book = catalog(session, rates=False)
    names = {c.id: c.name or c.id for c in queries.contracts_of(store, customer_id)}
    return Known(view.terms, book, {**names, DRAFT_CONTRACT: "this contract"}, view.version)


def load_card(services: Services, card_id: str) -> RateCard | None:
    """A card with its rates, None where it is gone."""
    from store.queries.book import around

    with services.store().read() as session:
        return around(session, card_ids=[card_id]).rate_card.get(card_id)


@dataclass(frozen=True)
class Look:
    """What the draft comes to, as far as it can be told."""

    problems: tuple[Problem, ...]
    """Rules that the request breaks by itself."""
    terms: ContractTerms | None = None
    """What of it was rated; None: nothing could be."""
    as_of: datetime | None = None
    findings: tuple[Finding, ...] = ()
    """What the review says about the part that was rated."""
    statements: tuple[Statement, ...] = ()
    """Of the new contract alone."""
    balances: tuple[Balance, ...] = ()
    warnings: tuple[Warning, ...] = ()
    unmatched: int = 0
    refusal: TermsheetError | None = None
    """Why it cannot be rated."""

    @property
    def invoices(self) -> tuple[Statement, ...]:
        """The scheduled invoices, by date."""
        return tuple(s for s in self.statements if s.type == "SCHEDULED")

    @property
    def usage(self) -> tuple[Statement, ...]:
        """The usage statements, by period."""
        return tuple(s for s in self.statements if s.type != "SCHEDULED")

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Everything that stands in the way of saving."""
        found = [Problem(f.path, f.message) for f in self.findings if f.severity == "error"]
        return tuple(dict.fromkeys((*self.problems, *found)))

    @property
    def doubts(self) -> tuple[Problem, ...]:
        """What would be taken, but ought to be looked at."""
        found = [Problem(f.path, f.message) for f in self.findings if f.severity == "warning"]
        return tuple(dict.fromkeys(found))


def look(services: Services, payload: Mapping[str, Any], usage: Rated) -> Look:
    """Rate what of the draft can be rated, over that usage."""
    problems = drafting.problems(payload)
    terms = drafting.ratable(payload)
    if terms is None:
        return Look(problems)
    as_of = seen_from(terms, services.now())
    previews = services.previews()
    made = previews.what_if(terms.customer_id, [NewContract(terms)], as_of=as_of, usage=usage)
    if made.refusal is not None:
        return Look(problems, terms, as_of, made.findings, refusal=made.refusal)
    before = set(made.before.warnings)
    told = {f.code for f in made.findings}
    return Look(
        problems,
        terms,
        as_of,
        made.findings,
        statements=tuple(s for s in made.after.statements if s.contract_id == DRAFT_CONTRACT),
        balances=tuple(b for b in made.after.balances if b.contract_id == DRAFT_CONTRACT),
        warnings=gathered(w for w in made.after.warnings if w not in before and w.code not in told),
        unmatched=sum(u.events for u in made.after.unmatched),
    )


def seen_from(terms: ContractTerms, now: datetime) -> datetime:
    """The instant the preview is seen from: now, or late enough for the first statements of a contract to come.

    The first of a month, so that what the customer has already is rated once for all the days a start is tried on.
    """
    schedule = terms.usage_statement_schedule
    every = Frequency(schedule.frequency.value) if schedule else Frequency.MONTHLY
    try:
        ahead = step(terms.starting_at, every, AHEAD)
    except OverflowError:
        return max(now, terms.starting_at)
    return max(now, _first_of_month(min(ahead, terms.starting_at + relativedelta(years=AHEAD))))


def _first_of_month(moment: datetime) -> datetime:
    """The instant itself where a month begins (or time ends), else the beginning of the next."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        return first if first == moment else first + relativedelta(months=1)
    except ValueError:
        return moment
