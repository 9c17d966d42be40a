"""Packages, and which contracts were made from one or are children of another.

Revision ID: 0003
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import instant, ref, seq, text
from store.migrations.columns import json as exact_json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the packages; finds the children among the contracts there are."""
    op.create_table(
        "package",
        seq(),
        text("id", unique=True),
        text("name"),
        instant("created_at"),
        instant("archived_at", nullable=True),
        exact_json("terms"),
    )
    op.create_table(
        "package_alias",
        seq(),
        text("name"),
        ref("package_id", "package.id"),
        instant("starting_at", nullable=True),
        instant("ending_before", nullable=True),
    )
    op.create_index("ix_package_alias_name", "package_alias", ["name"])
    op.create_index("ix_package_alias_package_id", "package_alias", ["package_id"])
    for column in ("package_id", "parent_id"):
        op.add_column("contract", text(column, nullable=True))
        op.create_index(f"ix_contract_{column}", "contract", [column])
    _note_parents()


def _note_parents() -> None:
    if op.get_context().as_sql:  # only the statements are wanted, there is nothing to read
        return
    contract = sa.table("contract", sa.column("id"), sa.column("parent_id"), sa.column("terms"))
    connection = op.get_bind()
    children = sa.select(contract.c.id, contract.c.terms).where(contract.c.terms.contains("hierarchy_configuration"))
    for id, terms in connection.execute(children).all():
        parent = (json.loads(terms).get("hierarchy_configuration") or {}).get("parent") or {}
        if parent.get("contract_id"):
            changed = contract.update().where(contract.c.id == id).values(parent_id=parent["contract_id"])
            connection.execute(changed)


def downgrade() -> None:
    """Drops them, and everything in them."""
    for column in ("parent_id", "package_id"):
        op.drop_index(f"ix_contract_{column}", "contract")
        op.drop_column("contract", column)
    op.drop_table("package_alias")
    op.drop_table("package")
