"""Rows back to terms, many at a time: the one place that knows how each object is spread over the tables.

These take a session, so that commands see what their own transaction wrote; the queries for outsiders take the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlmodel import col

from store.queries.rows import among, every
from store.tables.catalog import BillableMetricRow, ProductRow, RateCardAliasRow, RateCardRow, RateRow
from store.tables.contracts import ContractChangeRow, ContractRow, CustomerBalanceRow
from store.tables.customers import CustomerRow, CustomFieldKeyRow, IngestAliasRow
from store.tables.packages import PackageAliasRow, PackageRow
from store.terms.base import PREVIEW, parse
from store.terms.catalog import BillableMetric, Product
from store.terms.contract import Contract
from store.terms.customer import Customer, CustomFieldKey
from store.terms.package import Package
from store.terms.rates import RateCard

CHANGES = {
    "amendment": "amendments",
    "usage_filter_update": "usage_filter_updates",
    "edit": "edits",
    "end_date_update": "end_date_updates",
    "professional_service_invoice": "professional_service_invoices",
    "ledger_entry": "ledger_entries",
    "disabled_true_up": "disabled_true_ups",
}
"""A kind of contract change, and the list of `Contract` that it is in."""


def keys(session: Session) -> tuple[CustomFieldKey, ...]:
    """Every registered custom-field key, as registered."""
    rows = every(session, CustomFieldKeyRow, col(CustomFieldKeyRow.seq))
    return tuple(
        CustomFieldKey.model_validate({"entity": r.entity, "key": r.key, "enforce_uniqueness": r.enforce_uniqueness})
        for r in rows
    )


def metric(row: BillableMetricRow) -> BillableMetric:
    """The metric in a row."""
    return parse(BillableMetric, _whole(row), context=PREVIEW)


def product(row: ProductRow) -> Product:
    """The product in a row."""
    return parse(Product, _whole(row), context=PREVIEW)


def _whole(row: Any) -> dict[str, Any]:
    archived = {"archived_at": row.archived_at} if row.archived_at else {}
    return {"id": row.id, **row.terms, **archived}


def cards(session: Session, rows: Sequence[RateCardRow], *, rates: bool = True) -> tuple[RateCard, ...]:
    """The rate cards in these rows with their aliases and, unless told otherwise, their rates as they were added."""
    ids = [row.id for row in rows]
    aliases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    card_id, seq = col(RateCardAliasRow.rate_card_id), col(RateCardAliasRow.seq)
    for alias in among(session, RateCardAliasRow, card_id, ids, seq):
        window = {"starting_at": alias.starting_at, "ending_before": alias.ending_before}
        aliases[alias.rate_card_id].append({"name": alias.name, **{k: v for k, v in window.items() if v}})
    priced: dict[str, list[Any]] = defaultdict(list)
    if rates:
        for rate in among(session, RateRow, col(RateRow.rate_card_id), ids, col(RateRow.seq)):
            priced[rate.rate_card_id].append(rate.terms)
    return tuple(
        parse(
            RateCard,
            {
                **_whole(row),
                **({"aliases": aliases[row.id]} if row.id in aliases else {}),
                **({"rates": priced[row.id]} if row.id in priced else {}),
            },
            context=PREVIEW,
        )
        for row in rows
    )


def packages(session: Session, rows: Sequence[PackageRow]) -> tuple[Package, ...]:
    """The packages in these rows with their aliases."""
    aliases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    package_id, seq = col(PackageAliasRow.package_id), col(PackageAliasRow.seq)
    for alias in among(session, PackageAliasRow, package_id, [row.id for row in rows], seq):
        window = {"starting_at": alias.starting_at, "ending_before": alias.ending_before}
        aliases[alias.package_id].append({"name": alias.name, **{k: v for k, v in window.items() if v}})
    return tuple(
        parse(Package, {**_whole(row), **({"aliases": aliases[row.id]} if row.id in aliases else {})}, context=PREVIEW)
        for row in rows
    )


def customers(session: Session, rows: Sequence[CustomerRow]) -> tuple[Customer, ...]:
    """The customers in these rows with their aliases and own balances."""
    ids = [row.id for row in rows]
    aliases: dict[str, list[str]] = defaultdict(list)
    owner, position = col(IngestAliasRow.customer_id), col(IngestAliasRow.position)
    for alias in among(session, IngestAliasRow, owner, ids, position, col(IngestAliasRow.alias)):
        if alias.position >= 0:
            aliases[alias.customer_id].append(alias.alias)
    owned: dict[tuple[str, str], list[Any]] = defaultdict(list)
    holder, seq = col(CustomerBalanceRow.customer_id), col(CustomerBalanceRow.seq)
    for balance in among(session, CustomerBalanceRow, holder, ids, seq):
        owned[balance.customer_id, balance.kind].append(balance.terms)
    found = []
    for row in rows:
        lists = {
            "ingest_aliases": aliases[row.id],
            "commits": owned[row.id, "commit"],
            "credits": owned[row.id, "credit"],
            "ledger_entries": owned[row.id, "ledger_entry"],
        }
        given = {name: values for name, values in lists.items() if values}
        found.append(parse(Customer, {**_whole(row), "name": row.name, **given}, context=PREVIEW))
    return tuple(found)


def contracts(session: Session, rows: Sequence[ContractRow]) -> tuple[Contract, ...]:
    """The contracts in these rows with everything recorded for them since."""
    changes: dict[str, list[ContractChangeRow]] = defaultdict(list)
    of, seq = col(ContractChangeRow.contract_id), col(ContractChangeRow.seq)
    for change in among(session, ContractChangeRow, of, [row.id for row in rows], seq):
        changes[change.contract_id].append(change)
    found = []
    for row in rows:
        lists: dict[str, list[Any]] = defaultdict(list)
        for change in changes[row.id]:
            stamped = {"id": change.id, **change.payload, "recorded_at": change.recorded_at}
            lists[CHANGES[change.kind]].append(stamped)
        whole = {**_whole(row), "recorded_at": row.created_at, **lists}
        found.append(parse(Contract, whole, context=PREVIEW))
    return tuple(found)


def product_ids(payload: Any) -> set[str]:
    """Every product that a payload names, wherever in it."""
    found: set[str] = set()
    waiting = [payload]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                if key == "product_id" and isinstance(item, str):
                    found.add(item)
                elif key in ("applicable_product_ids", "composite_product_ids") and isinstance(item, list | tuple):
                    found.update(i for i in item if isinstance(i, str))
                else:
                    waiting.append(item)
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return found
