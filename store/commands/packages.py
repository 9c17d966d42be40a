"""Packages: create and archive; nothing about one ever changes."""

from __future__ import annotations

import store.commands.lookups as lookups
from store.commands.catalog import place, take_alias
from store.database import Work
from store.errors import Invalid
from store.queries import loading
from store.queries.book import around
from store.tables.packages import PackageAliasRow, PackageRow
from store.terms import review
from store.terms.package import Package


def create_package(work: Work, *, request: Package) -> str:
    """Makes a package and returns its id; an alias that another package has is taken over from its start on.

    Raises Invalid, NotFound, or Conflict for a used uniqueness key.
    """
    book = around(
        work.session,
        card_ids=[request.rate_card_id] if request.rate_card_id else [],
        card_alias=request.rate_card_alias,
        product_ids=loading.product_ids(request.payload()),
    )
    review.refuse(review.package(request, book))
    return place_package(work, request)


def place_package(work: Work, reviewed: Package) -> str:
    """Writes a package that was reviewed, with its aliases."""
    id = place(work, PackageRow, "package", reviewed, {})
    lookups.claim_key(work, "package", reviewed.uniqueness_key, id)
    for alias in reviewed.aliases:
        take_alias(work, PackageAliasRow, "package_id", alias.name, alias.starting_at, id)
        window = {"starting_at": alias.starting_at, "ending_before": alias.ending_before}
        work.insert(PackageAliasRow, {"name": alias.name, "package_id": id, **window})
    return id


def archive_package(work: Work, *, package_id: str) -> str:
    """Archives a package: no contract is made from it any more, those there are stay as they are."""
    row = lookups.find(work, PackageRow, package_id, what="package", path="/package_id")
    if row.archived_at is not None:
        raise Invalid("the package is archived already", path="/package_id")
    row.archived_at = work.now
    work.audit(
        action="archive",
        entity="package",
        entity_id=package_id,
        before={"archived_at": None},
        after={"archived_at": work.now, "name": row.name},
    )
    return package_id
