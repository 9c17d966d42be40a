"""Finding customers while typing, on PostgreSQL; SQLite has had it from the first schema on.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

from store.migrations import customer_search_postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the indexes, and the tally of customers."""
    _on_postgresql(customer_search_postgresql.UPGRADE)


def downgrade() -> None:
    """Drops them."""
    _on_postgresql(customer_search_postgresql.DOWNGRADE)


def _on_postgresql(statements: tuple[str, ...]) -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in statements:
            op.execute(statement)
