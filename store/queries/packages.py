"""Packages as screens and the API read them, and the contracts made from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

import store.queries.loading as loading
from store.database import Store
from store.queries.contracts import ContractView, views
from store.queries.rows import among, by_name, known
from store.tables.catalog import ProductRow
from store.tables.contracts import ContractRow
from store.tables.packages import PackageRow
from store.terms.package import Package


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package, and how many contracts that are not archived were made from it."""

    id: str
    name: str
    package: Package
    created_at: datetime
    archived_at: datetime | None
    contracts: int


def packages(store: Store) -> tuple[PackageView, ...]:
    """All packages, by name; archived ones carry `archived_at`."""
    with store.read() as session:
        return _views(session, by_name(session, PackageRow))


def package(store: Store, package_id: str) -> PackageView:
    """The package with this id; raises `NotFound`."""
    with store.read() as session:
        return _views(session, [known(session, PackageRow, package_id, "package")])[0]


def product_names(store: Store, found: Iterable[Package]) -> dict[str, str]:
    """Product id → name, of every product that these packages name."""
    ids = set[str]().union(*(loading.product_ids(package.payload()) for package in found))
    with store.read() as session:
        return {row.id: row.name for row in among(session, ProductRow, col(ProductRow.id), ids)}


def contracts_made_from(store: Store, package_id: str, *, archived: bool = False) -> tuple[ContractView, ...]:
    """The contracts made from a package, by start; archived ones only if asked for. Raises `NotFound`."""
    wanted = select(ContractRow).where(col(ContractRow.package_id) == package_id)
    if not archived:
        wanted = wanted.where(col(ContractRow.archived_at).is_(None))
    with store.read() as session:
        known(session, PackageRow, package_id, "package")
        rows = session.scalars(wanted.order_by(col(ContractRow.starting_at), col(ContractRow.seq))).all()
        return views(session, rows)


def _views(session: Session, rows: Sequence[PackageRow]) -> tuple[PackageView, ...]:
    used = col(ContractRow.package_id)
    live = select(used, func.count()).where(col(ContractRow.archived_at).is_(None), used.is_not(None)).group_by(used)
    counts = dict(session.execute(live).all())
    return tuple(
        PackageView(row.id, row.name, found, row.created_at, row.archived_at, counts.get(row.id, 0))
        for row, found in zip(rows, loading.packages(session, rows), strict=True)
    )
