"""The audit chained by hash; why something was done, and from where.

Revision ID: 0007
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.migrations.columns import INSTANT, text

revision = "0007"
down_revision = "0006"

AT_ONCE = 1000


def upgrade() -> None:
    """Adds the columns, and chains the entries there are in the order they were made."""
    for name in ("source", "reason"):
        op.add_column("audit_entry", text(name, nullable=True))
    op.add_column("audit_entry", sa.Column("hash", sa.String(), nullable=False, server_default=""))
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        text("hash"),
    )
    entries, last = (0, "") if op.get_context().as_sql else _chain()
    op.bulk_insert(head, [{"id": 1, "entries": entries, "hash": last}])


def _chain() -> tuple[int, str]:
    texts = ("who", "origin", "action", "entity", "entity_id", "customer_id", "before", "after", "hash")
    entry = sa.table("audit_entry", sa.column("seq"), sa.column("at", INSTANT), *map(sa.column, texts))
    connection, count, last, seen = op.get_bind(), 0, "", -1
    wanted = sa.select(entry).order_by(entry.c.seq).limit(AT_ONCE)
    link = entry.update().where(entry.c.seq == sa.bindparam("this")).values(hash=sa.bindparam("link"))
    while rows := connection.execute(wanted.where(entry.c.seq > seen)).all():
        links = []
        for row in rows:
            last = _follow(last, row)
            links.append({"this": row.seq, "link": last})
        connection.execute(link, links)
        count, seen = count + len(rows), rows[-1].seq
    return count, last


def _follow(previous: str, row: Any) -> str:
    at = row.at
    if isinstance(at, datetime):
        at = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    content = [
        previous, at, row.who, row.origin, None, None, row.action, row.entity, row.entity_id, row.customer_id,
        row.before, row.after,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode("ascii")).hexdigest()


def downgrade() -> None:
    """Drops them."""
    op.drop_table("audit_head")
    for name in ("hash", "reason", "source"):
        op.drop_column("audit_entry", name)
