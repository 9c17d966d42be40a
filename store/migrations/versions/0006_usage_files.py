"""Usage events in files: what the store keeps of them, and the events that it held itself, carried over.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from store.migrations import usage_files
from store.migrations.columns import SEQUENCE, instant, json, seq, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables of the ledger, writes every event into its files, drops the table that held them."""
    op.create_table(
        "usage_ledger",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.BigInteger(), nullable=False),
        text("mark"),
    )
    op.create_table(
        "usage_file",
        sa.Column("id", SEQUENCE, primary_key=True),
        text("path", unique=True),
        text("month"),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        text("digest"),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        instant("min_timestamp"),
        instant("max_timestamp"),
        instant("created_at"),
        instant("retired_at", nullable=True),
    )
    op.create_index("ix_usage_file_month", "usage_file", ["month"])
    op.create_table(
        "usage_seen",
        sa.Column("bucket", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_month",
        sa.Column("month", sa.String(), primary_key=True),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.BigInteger(), nullable=False),
    )
    if not op.get_context().as_sql:  # else only the statements are wanted, there is nothing to carry over
        usage_files.carry_over(op.get_bind(), context.config.attributes.get("usage", ""))
    op.drop_table("usage_event")


def downgrade() -> None:
    """Forgets every event: the files are left where they are."""
    op.create_table(
        "usage_event",
        seq(),
        text("transaction_id"),
        text("customer_ref"),
        text("event_type"),
        instant("timestamp"),
        json("properties"),
        instant("accepted_at"),
    )
    op.create_index("ix_usage_event_customer_ref_timestamp", "usage_event", ["customer_ref", "timestamp"])
    op.create_index("ix_usage_event_transaction_id", "usage_event", ["transaction_id"])
    for name in ("usage_month", "usage_seen", "usage_file", "usage_ledger"):
        op.drop_table(name)
