"""Terms that change no number: resellers' shares, written on lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from store.rating.compiled import CompiledContract
from store.rating.explain import Note
from store.rating.statement import Line, Statement
from store.terms import shown
from store.terms.gated import ResellerRoyalty
from store.terms.in_force import Effective
from store.terms.time import DISTANT_FUTURE, Span


def with_royalties(statement: Statement, effective: Effective) -> Statement:
    """The statement with the share of a reseller said on each line it goes for; no total changes (README, §2.13)."""
    if not effective.reseller_royalties:
        return statement
    return statement._replace(lines=tuple(_said(line, statement, effective) for line in statement.lines))


def _said(line: Line, statement: Statement, effective: Effective) -> Line:
    notes = tuple(_notes(line, statement, effective))
    return line._replace(explanation=(*line.explanation, *notes)) if notes else line


def _notes(line: Line, statement: Statement, effective: Effective) -> Iterator[Note]:
    at = line.starting_at or statement.start or statement.issued_at
    for royalty in effective.reseller_royalties:
        if _goes_for(royalty, line) and Span(royalty.starting_at, royalty.ending_before or DISTANT_FUTURE).holds(at):
            share = shown.amount(line.total * royalty.fraction, line.credit_type_id)
            text = (
                f"{shown.percent(royalty.fraction)} ({share}) is the royalty of {royalty.reseller_type} reseller "
                f"{royalty.netsuite_reseller_id}; the total stays as it is"
            )
            yield ("royalty", text)


def _goes_for(royalty: ResellerRoyalty, line: Line) -> bool:
    if line.type == "applied_commit_or_credit" or line.product_id is None:
        return False
    if line.product_id in (royalty.applicable_product_ids or ()):
        return True
    return bool(set(royalty.applicable_product_tags or ()) & set(line.product_tags))


def stated(statements: Iterable[Statement], states: Mapping[str, CompiledContract]) -> Iterator[Statement]:
    """The statements of a customer with what their contracts' resellers get."""
    yield from (with_royalties(statement, states[statement.contract_id].effective) for statement in statements)
