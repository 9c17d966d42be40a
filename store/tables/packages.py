"""Packages, with the names they are found by."""

from __future__ import annotations

from sqlmodel import Field

from store.tables.catalog import AliasRow, CatalogRow


class PackageRow(CatalogRow, table=True):
    """A package without its aliases; what is in `terms` never changes."""

    __tablename__ = "package"


class PackageAliasRow(AliasRow, table=True):
    """An alias of a package."""

    __tablename__ = "package_alias"

    package_id: str = Field(foreign_key="package.id", index=True)
