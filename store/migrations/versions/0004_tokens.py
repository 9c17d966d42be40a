"""Bearer tokens of the server.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

from store.migrations.columns import instant, seq, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the tokens."""
    op.create_table(
        "api_token",
        seq(),
        text("id", unique=True),
        text("name"),
        text("digest", unique=True),
        text("scope"),
        text("created_by"),
        instant("created_at"),
        instant("expires_at", nullable=True),
        instant("revoked_at", nullable=True),
    )
    op.create_index("ix_api_token_name", "api_token", ["name"])


def downgrade() -> None:
    """Drops them: every client is locked out."""
    op.drop_table("api_token")
