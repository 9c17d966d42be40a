"""Usage events, and operators' drafts.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import instant, json, seq, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the usage ledger and the drafts."""
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
    op.create_table(
        "draft",
        sa.Column("id", sa.String(), primary_key=True),
        text("operator"),
        text("kind"),
        text("customer_id", nullable=True),
        text("contract_id", nullable=True),
        text("title"),
        json("payload"),
        instant("saved_at"),
    )
    op.create_index("ix_draft_operator", "draft", ["operator"])


def downgrade() -> None:
    """Drops them, and everything in them."""
    op.drop_table("draft")
    op.drop_table("usage_event")
