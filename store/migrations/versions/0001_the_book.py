"""Customers, catalog, contracts and the audit trail.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations import customer_search
from store.migrations.columns import instant, json, ref, seq, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables of the book."""
    _customers()
    _catalog()
    _contracts()
    _audit()
    if op.get_bind().dialect.name == "sqlite":
        for statement in customer_search.SQLITE_UPGRADE:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drops them, and everything in them."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in customer_search.SQLITE_DOWNGRADE:
            op.get_bind().exec_driver_sql(statement)
    for table in (
        "audit_entry", "uniqueness_key", "term", "customer_balance", "contract_change", "contract",
        "rate", "rate_card_alias", "rate_card", "product", "billable_metric",
        "custom_field_value", "custom_field_key", "ingest_alias", "customer",
    ):  # fmt: skip
        op.drop_table(table)


def _customers() -> None:
    op.create_table(
        "customer",
        seq(),
        text("id", unique=True),
        text("name"),
        text("name_key"),
        instant("created_at"),
        instant("archived_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        json("terms"),
    )
    op.create_index("ix_customer_name_key_id", "customer", ["name_key", "id"])
    op.create_table(
        "ingest_alias",
        sa.Column("alias", sa.String(), primary_key=True),
        ref("customer_id", "customer.id"),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_index("ix_ingest_alias_customer_id", "ingest_alias", ["customer_id"])
    op.create_table(
        "custom_field_key",
        seq(),
        text("entity"),
        text("key"),
        sa.Column("enforce_uniqueness", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("entity", "key", name="uq_custom_field_key"),
    )
    op.create_table(
        "custom_field_value",
        sa.Column("entity", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("entity_id", sa.String(), primary_key=True),
        text("value"),
        text("unique_value", nullable=True),
        sa.UniqueConstraint("entity", "key", "unique_value", name="uq_custom_field_value"),
    )


def _catalog() -> None:
    for name, extra in {
        "billable_metric": [],
        "product": [text("type"), ref("billable_metric_id", "billable_metric.id", nullable=True)],
        "rate_card": [],
    }.items():
        op.create_table(
            name,
            seq(),
            text("id", unique=True),
            text("name"),
            *extra,
            instant("created_at"),
            instant("archived_at", nullable=True),
            json("terms"),
        )
    op.create_index("ix_product_billable_metric_id", "product", ["billable_metric_id"])
    op.create_table(
        "rate_card_alias",
        seq(),
        text("name"),
        ref("rate_card_id", "rate_card.id"),
        instant("starting_at", nullable=True),
        instant("ending_before", nullable=True),
    )
    op.create_index("ix_rate_card_alias_name", "rate_card_alias", ["name"])
    op.create_index("ix_rate_card_alias_rate_card_id", "rate_card_alias", ["rate_card_id"])
    op.create_table(
        "rate",
        seq(),
        ref("rate_card_id", "rate_card.id"),
        ref("product_id", "product.id"),
        text("key"),
        instant("starting_at"),
        instant("ending_before", nullable=True),
        instant("created_at"),
        sa.Column("price", sa.Text(), nullable=True),
        json("terms"),
        sa.UniqueConstraint("rate_card_id", "product_id", "key", "starting_at", name="uq_rate_card_product_key_start"),
    )
    op.create_index("ix_rate_product_id", "rate", ["product_id"])


def _contracts() -> None:
    op.create_table(
        "contract",
        seq(),
        text("id", unique=True),
        ref("customer_id", "customer.id"),
        ref("rate_card_id", "rate_card.id", nullable=True),
        text("name", nullable=True),
        instant("starting_at"),
        instant("ending_before", nullable=True),
        instant("created_at"),
        instant("archived_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        json("terms"),
    )
    op.create_index("ix_contract_customer_id", "contract", ["customer_id"])
    op.create_index("ix_contract_rate_card_id_archived_at", "contract", ["rate_card_id", "archived_at"])
    op.create_table(
        "contract_change",
        seq(),
        text("id", unique=True),
        ref("contract_id", "contract.id"),
        text("kind"),
        instant("recorded_at"),
        json("payload"),
    )
    op.create_index("ix_contract_change_contract_id_seq", "contract_change", ["contract_id", "seq"])
    op.create_table(
        "customer_balance",
        seq(),
        text("id", unique=True),
        ref("customer_id", "customer.id"),
        text("kind"),
        instant("created_at"),
        instant("archived_at", nullable=True),
        json("terms"),
    )
    op.create_index("ix_customer_balance_customer_id", "customer_balance", ["customer_id"])
    op.create_table(
        "term",
        sa.Column("id", sa.String(), primary_key=True),
        text("kind"),
        ref("customer_id", "customer.id"),
        ref("contract_id", "contract.id", nullable=True),
    )
    op.create_index("ix_term_customer_id", "term", ["customer_id"])
    op.create_index("ix_term_contract_id", "term", ["contract_id"])
    op.create_table(
        "uniqueness_key",
        sa.Column("scope", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        text("entity_id"),
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        seq(),
        instant("at"),
        text("who"),
        text("origin"),
        text("action"),
        text("entity"),
        text("entity_id"),
        text("customer_id", nullable=True),
        json("before", nullable=True),
        json("after", nullable=True),
    )
    op.create_index("ix_audit_entry_customer_id_seq", "audit_entry", ["customer_id", "seq"])
    op.create_index("ix_audit_entry_entity_id_seq", "audit_entry", ["entity_id", "seq"])
