"""What a database role may do on a PostgreSQL store, as the statements that an administrator runs.

The database refuses what a role may not do, whatever a program asks of it: a viewer reads; an operator also writes the
book, but never changes or removes an entry of the audit; an admin owns the tables, and so upgrades and restores.
"""

from __future__ import annotations

from enum import StrEnum

from store.errors import Invalid


class Role(StrEnum):
    """Who one is to the database."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


SECRET = ("api_token",)
"""Tables that a viewer does not even read."""
APPENDED = ("audit_entry",)
"""Tables whose rows an operator adds, and never changes."""
FIXED = ("alembic_version",)
"""Tables that only an admin writes."""


def grants(role: Role, *, name: str, schema: str = "public") -> str:
    """SQL that makes the role `name` a viewer, operator or admin of the tables in a schema. Raises `Invalid`."""
    for word in (name, schema):
        if not word or not word.isprintable() or len(word.encode()) > 63:
            raise Invalid(f"{word!r} cannot be the name of a role or schema")
    who, where = _quoted(name), _quoted(schema)
    lines = [f"GRANT USAGE ON SCHEMA {where} TO {who};"]
    if role is Role.ADMIN:
        lines = [
            f"GRANT ALL ON SCHEMA {where} TO {who};",
            f"GRANT ALL ON ALL TABLES IN SCHEMA {where} TO {who};",
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {where} TO {who};",
            "-- Only the owner of the tables may upgrade them; to hand them over, for each table:",
            f"--   ALTER TABLE {where}.customer OWNER TO {who};",
        ]
    else:
        lines.append(f"GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO {who};")
    if role is Role.VIEWER:
        lines += [f"REVOKE ALL ON {where}.{table} FROM {who};" for table in SECRET]
        lines.append(f"ALTER ROLE {who} SET default_transaction_read_only = on;")
    if role is Role.OPERATOR:
        lines.append(f"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {where} TO {who};")
        lines.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {where} TO {who};")
        lines += [f"REVOKE UPDATE, DELETE, TRUNCATE ON {where}.{table} FROM {who};" for table in APPENDED]
        lines += [f"REVOKE INSERT, UPDATE, DELETE ON {where}.{table} FROM {who};" for table in FIXED]
    return "\n".join([f"-- {name}: {role} of the Termsheet store in schema {schema}", *lines])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
