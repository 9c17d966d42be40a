"""Custom fields: registering keys, setting values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import Field
from sqlalchemy import select
from sqlmodel import SQLModel, col

import store.commands.lookups as lookups
from store.database import Work
from store.errors import Conflict, Invalid
from store.queries import loading
from store.tables.catalog import BillableMetricRow, ProductRow, RateCardRow
from store.tables.contracts import ContractRow
from store.tables.customers import CustomerRow, CustomFieldKeyRow
from store.terms.balances import CustomFields
from store.terms.base import Term, parse
from store.terms.customer import CustomFieldKey

HOLDERS: dict[str, type[SQLModel]] = {
    "customer": CustomerRow,
    "contract": ContractRow,
    "billable_metric": BillableMetricRow,
    "product": ProductRow,
    "contract_product": ProductRow,
    "rate_card": RateCardRow,
}
"""What custom fields can be set on after it was made."""


class _Values(Term):
    custom_fields: CustomFields = Field(default_factory=dict)


def register_custom_field_key(work: Work, *, request: CustomFieldKey) -> str:
    """Registers a key of one kind of entity and returns it; registering it twice is a Conflict."""
    taken = work.session.scalars(
        select(CustomFieldKeyRow).where(
            col(CustomFieldKeyRow.entity) == request.entity, col(CustomFieldKeyRow.key) == request.key
        )
    ).first()
    if taken is not None:
        raise Conflict(f"{request.key} is already a custom field of {request.entity}", path="/key")
    values = {"entity": request.entity, "key": request.key, "enforce_uniqueness": request.enforce_uniqueness}
    work.insert(CustomFieldKeyRow, values)
    work.audit(
        action="register", entity="custom_field_key", entity_id=f"{request.entity}/{request.key}", before=None,
        after=request,
    )  # fmt: skip
    return request.key


def set_custom_fields(
    work: Work, *, entity: str, entity_id: str, custom_fields: Mapping[str, str], remove: Collection[str] = (),
    seen_version: int | None = None,
) -> dict[str, str]:  # fmt: skip
    """Sets these values beside the others the object has, all or none, and returns what it has then.

    Keys to `remove` are forgotten in the same change; one that the object has not is none.
    Raises Invalid for an unknown key, Conflict for a value that is taken where the key enforces uniqueness.
    """
    holder = HOLDERS.get(entity)
    if holder is None:
        raise Invalid(f"custom fields of {entity} cannot be set on their own", path="/entity")
    given = parse(_Values, {"custom_fields": dict(custom_fields)}).custom_fields
    row: Any = lookups.find(work, holder, entity_id, what=entity.replace("_", " "), path="/entity_id")
    versioned = hasattr(row, "version")
    if versioned:
        lookups.unchanged(work, row, seen_version, f"the {entity}")
    if isinstance(row, ContractRow):
        _refuse_amended(work, row, {*given, *remove})
    before = dict(row.terms.get("custom_fields", {}))
    gone = before.keys() & set(remove) - given.keys()
    after = {k: v for k, v in before.items() if k not in gone} | given
    if after == before:
        return after
    lookups.drop_fields(work, entity, entity_id, [*given, *gone])
    lookups.claim_fields(work, entity, entity_id, given)
    row.terms = {**row.terms, "custom_fields": after}
    if versioned:
        row.version += 1
    work.audit(
        action="set_custom_fields",
        entity=entity,
        entity_id=entity_id,
        customer_id=entity_id if entity == "customer" else getattr(row, "customer_id", None),
        before={"custom_fields": before},
        after={"custom_fields": after},
    )
    return after


def _refuse_amended(work: Work, row: ContractRow, given: Collection[str]) -> None:
    """What an amendment says stands until another amendment says otherwise."""
    for amendment in loading.contracts(work.session, [row])[0].amendments:
        for key in sorted(set(given) & amendment.custom_fields.keys()):
            text = "was set by an amendment of the contract; amend the contract to change it"
            raise Invalid(text, path=f"/custom_fields/{key}")
