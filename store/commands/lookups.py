"""What only the store can tell a command: that something exists, is not archived, is not taken, is what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import SQLModel, col

from store.database import Work
from store.done import in_words
from store.errors import Conflict, Invalid, NotFound
from store.queries import audit
from store.queries.rows import among, one
from store.tables import table
from store.tables.catalog import RateCardRow
from store.tables.contracts import ContractRow, TermRow, UniquenessKeyRow
from store.tables.customers import CustomerRow, CustomFieldKeyRow, CustomFieldValueRow
from store.terms import time

Row = TypeVar("Row", bound=SQLModel)


def find(work: Work, row: type[Row], id: str, *, what: str, path: str = "") -> Row:
    """The row with this id, locked until the work ends; raises `NotFound`."""
    statement = select(row).where(table(row).c.id == id).with_for_update()
    found = work.session.scalars(statement).first()
    if found is None:
        raise NotFound(f"there is no {what} {id}", path=path)
    return found


def customer(work: Work, id: str, *, path: str = "/customer_id", seen: int | None = None) -> CustomerRow:
    """A customer that is not archived, in the version that was seen; raises NotFound, Invalid or Conflict."""
    row = find(work, CustomerRow, id, what="customer", path=path)
    if row.archived_at is not None:
        raise Invalid(f"customer {row.name} is archived", path=path)
    unchanged(work, row, seen, f"customer {row.name}")
    return row


def contract(
    work: Work, id: str, *, customer_id: str | None = None, path: str = "/contract_id", seen: int | None = None
) -> ContractRow:
    """A contract of that customer in the version that was seen; raises NotFound, Invalid or Conflict."""
    row = find(work, ContractRow, id, what="contract", path=path)
    if customer_id is not None and row.customer_id != customer_id:
        raise NotFound(f"there is no contract {id} of customer {customer_id}", path=path)
    unchanged(work, row, seen, "the contract")
    return row


def rate_card(work: Work, id: str, *, path: str = "/rate_card_id") -> RateCardRow:
    """A rate card that is not archived; raises NotFound or Invalid."""
    row = find(work, RateCardRow, id, what="rate card", path=path)
    if row.archived_at is not None:
        raise Invalid(f"rate card {row.name} is archived", path=path)
    return row


def unchanged(work: Work, row: CustomerRow | ContractRow, seen: int | None, what: str) -> None:
    """Refuses a command that was made looking at an older version, telling who changed what since.

    Raises `Conflict` with the changes.
    """
    if seen is None or seen == row.version:
        return
    since = audit.changes_since(work.session, row, row.version - seen)
    last = since[0] if since else None
    text = f": {last.who} {in_words(last.action, last.entity)} at {time.stamp(last.at)}" if last else ""
    hint = f"it is at version {row.version}, you saw {seen}"
    stale = Conflict(f"{what} was changed in the meantime{text}", hint=hint)
    stale.changes = since
    raise stale


def free_id(work: Work, row: type[SQLModel], id: str, *, what: str, path: str = "/id") -> None:
    """Refuses an id that is used already."""
    if work.gathered is None and one(work.session, row, row.id, id) is not None:  # type: ignore[attr-defined]
        raise Conflict(f"there is a {what} {id} already", path=path)


def claim_terms(work: Work, terms: Mapping[str, str], *, customer_id: str, contract_id: str | None = None) -> None:
    """Notes the ids of new terms (id → kind); refuses any that another term has."""
    taken = () if work.gathered is not None else among(work.session, TermRow, col(TermRow.id), terms)
    if taken:
        raise Conflict(f"the id {taken[0].id} is used already by another {taken[0].kind.replace('_', ' ')}")
    rows = [
        {"id": id, "kind": kind, "customer_id": customer_id, "contract_id": contract_id} for id, kind in terms.items()
    ]
    work.insert(TermRow, rows)


def free_key(work: Work, scope: str, key: str | None) -> None:
    """Refuses a uniqueness key that was used in its scope: asked first, for a request sent again costs little so."""
    if key is None or work.gathered is not None:
        return
    taken = work.session.get(UniquenessKeyRow, (scope, key))
    if taken is not None:
        raise Conflict(f"is already used by {taken.entity_id}", path="/uniqueness_key")


def claim_key(work: Work, scope: str, key: str | None, entity_id: str) -> None:
    """Notes that a uniqueness key is used; refuses one that was used in the same scope."""
    if key is None:
        return
    free_key(work, scope, key)
    work.insert(UniquenessKeyRow, {"scope": scope, "key": key, "entity_id": entity_id})


def claim_fields(work: Work, entity: str, entity_id: str, fields: Mapping[str, str], *, at: str = "") -> None:
    """Notes custom-field values; refuses unknown keys, and values that are taken where a key enforces uniqueness."""
    if not fields:
        return
    session = work.session
    keys = {
        row.key: row
        for row in session.scalars(select(CustomFieldKeyRow).where(col(CustomFieldKeyRow.entity) == entity))
    }
    rows = []
    for key, value in fields.items():
        path = f"{at}/custom_fields/{key}"
        if key not in keys:
            raise Invalid(f"is not a registered custom field of {entity}", path=path)
        enforced = keys[key].enforce_uniqueness
        if enforced:
            work.flush()
            taken = session.scalars(
                select(CustomFieldValueRow).where(
                    col(CustomFieldValueRow.entity) == entity,
                    col(CustomFieldValueRow.key) == key,
                    col(CustomFieldValueRow.unique_value) == value,
                )
            ).first()
            if taken is not None and taken.entity_id != entity_id:
                raise Conflict(f"{value} is already used by {entity} {taken.entity_id}", path=path)
        unique = {"unique_value": value if enforced else None}
        rows.append({"entity": entity, "key": key, "entity_id": entity_id, "value": value, **unique})
    work.insert(CustomFieldValueRow, rows)


def drop_fields(work: Work, entity: str, entity_id: str, keys: Iterable[str]) -> None:
    """Forgets values that are about to be replaced."""
    values, replaced = table(CustomFieldValueRow), list(keys)
    if replaced:
        mine = (values.c.entity == entity, values.c.entity_id == entity_id)
        work.session.execute(values.delete().where(*mine, values.c.key.in_(replaced)))


def owners(work: Work, contract_id: str | None) -> tuple[str, ...]:
    """The customer of a contract that others refer to; none where there is no such contract."""
    if contract_id is None:
        return ()
    return tuple(work.session.scalars(select(col(ContractRow.customer_id)).where(col(ContractRow.id) == contract_id)))
