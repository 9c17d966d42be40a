"""Customers: create, rename, replace aliases, archive."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

import store.commands.balances as balances
import store.commands.lookups as lookups
from store.commands.ids import identified, new_id
from store.database import Work
from store.errors import Conflict
from store.queries import loading
from store.queries.book import alias_owners, around
from store.queries.rows import one
from store.tables import table
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow, IngestAliasRow
from store.terms import review
from store.terms.base import parse
from store.terms.book import Book
from store.terms.customer import Customer, SetIngestAliases, SetName

ELSEWHERE = {"id", "name", "ingest_aliases", "commits", "credits", "ledger_entries", "archived_at"}
"""Fields of a customer that have columns or tables of their own."""


def create_customer(work: Work, *, request: Customer) -> str:
    """Makes a customer and returns its id; raises Invalid, NotFound, or Conflict for a taken alias, id or value."""
    payloads = [b.payload() for b in (*request.commits, *request.credits)]
    book = around(work.session, product_ids=loading.product_ids(payloads))
    owners = loading.customers(work.session, alias_owners(work.session, request.aliases))
    review.refuse(review.customer(request, book.replace(customers=owners)))
    return place_customer(work, request)


def place_customer(work: Work, reviewed: Customer) -> str:
    """Writes a customer that was reviewed; ids and values that are taken are still refused."""
    customer_id = reviewed.id or new_id()
    lookups.free_id(work, CustomerRow, customer_id, what="customer")
    _refuse_alias_as_id(work, customer_id)
    customer = identified(reviewed).model_copy(update={"id": customer_id})
    work.insert(
        CustomerRow,
        {
            "id": customer_id,
            "name": customer.name,
            "name_key": customer.name.casefold(),
            "created_at": work.now,
            "archived_at": customer.archived_at,
            "version": 1,
            "terms": {k: v for k, v in customer.payload().items() if k not in ELSEWHERE},
        },
    )
    _write_aliases(work, customer)
    lookups.claim_fields(work, "customer", customer_id, customer.custom_fields)
    for kind, terms in (("commit", customer.commits), ("credit", customer.credits)):
        for term in terms:
            balances.write_balance(work, kind, customer_id, term)
    for entry in customer.ledger_entries:
        balances.write_entry(work, customer_id, entry)
    work.audit(
        action="create", entity="customer", entity_id=customer_id, customer_id=customer_id, before=None, after=customer
    )
    return customer_id


def set_ingest_aliases(
    work: Work, *, customer_id: str, aliases: Sequence[str], seen_version: int | None = None
) -> tuple[str, ...]:
    """Replaces the whole set of aliases and returns it; the same set again changes and records nothing.

    Raises Conflict, naming the alias and who has it.
    """
    wanted = parse(SetIngestAliases, {"ingest_aliases": list(aliases)}).ingest_aliases
    row = lookups.customer(work, customer_id, path="/customer_id", seen=seen_version)
    before = loading.customers(work.session, [row])[0]
    if before.ingest_aliases == wanted:
        return wanted
    after = before.model_copy(update={"ingest_aliases": wanted})
    others = loading.customers(work.session, alias_owners(work.session, wanted))
    reviewed: dict[str, object] = {
        "custom_fields": {},
        "commits": (),
        "credits": (),
        "ledger_entries": (),
    }  # these stay as they are
    review.refuse(review.customer(after.model_copy(update=reviewed), Book(customers=others)))
    aliases_table = table(IngestAliasRow)
    work.session.execute(aliases_table.delete().where(aliases_table.c.customer_id == customer_id))
    _write_aliases(work, after)
    row.version += 1
    work.audit(
        action="set_ingest_aliases",
        entity="customer",
        entity_id=customer_id,
        customer_id=customer_id,
        before={"ingest_aliases": before.ingest_aliases},
        after={"ingest_aliases": wanted},
    )
    return wanted


def set_name(work: Work, *, customer_id: str, name: str, seen_version: int | None = None) -> str:
    """Renames a customer and returns the name as stored (cut to 160 characters)."""
    wanted = parse(SetName, {"name": name}).name
    row = lookups.customer(work, customer_id, path="/customer_id", seen=seen_version)
    before, row.name, row.name_key = row.name, wanted, wanted.casefold()
    row.version += 1
    work.audit(
        action="set_name",
        entity="customer",
        entity_id=customer_id,
        customer_id=customer_id,
        before={"name": before},
        after={"name": wanted},
    )
    return wanted


def archive_customer(work: Work, *, customer_id: str, seen_version: int | None = None) -> str:
    """Archives a customer for good, and all its contracts as of now; its aliases stay reserved."""
    row = lookups.customer(work, customer_id, path="/id", seen=seen_version)
    row.archived_at = work.now
    row.version += 1
    ended = []
    for contract in work.session.scalars(
        select(ContractRow)
        .where(col(ContractRow.customer_id) == customer_id, col(ContractRow.archived_at).is_(None))
        .order_by(col(ContractRow.seq))
    ):
        contract.archived_at = work.now
        contract.version += 1
        ended.append(contract.id)
    work.audit(
        action="archive",
        entity="customer",
        entity_id=customer_id,
        customer_id=customer_id,
        before={"archived_at": None},
        after={"archived_at": work.now, "contracts": ended},
    )
    return customer_id


def _refuse_alias_as_id(work: Work, customer_id: str) -> None:
    alias = col(IngestAliasRow.alias)
    taken = one(work.session, IngestAliasRow, alias, customer_id) if work.gathered is None else None
    if taken is not None:
        raise Conflict(f"{customer_id} is already an alias of customer {taken.customer_id}", path="/id")


def _write_aliases(work: Work, customer: Customer) -> None:
    rows = [
        {"alias": alias, "customer_id": customer.id, "position": k} for k, alias in enumerate(customer.ingest_aliases)
    ]
    if customer.external_id and customer.external_id not in customer.ingest_aliases:
        rows.append({"alias": customer.external_id, "customer_id": customer.id, "position": -1})
    work.insert(IngestAliasRow, rows)
