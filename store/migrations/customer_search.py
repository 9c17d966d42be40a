"""What makes customers findable among a million: by the words of their name, of an alias, in any order, while typing.

Two word indexes (SQLite's FTS5) follow the tables by triggers: `customer_find` over names, whose rows are the
customers' `seq`, and `alias_find` over aliases, whose rows are numbered in `alias_seq` because an alias has no number
of its own. Neither keeps a copy of the text. The list itself is a walk along an index, one for each order it has.
"""

from __future__ import annotations

_WORDS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none, columnsize = 0"

SQLITE_UPGRADE: tuple[str, ...] = (
    "CREATE INDEX ix_customer_live ON customer (name_key, id) WHERE archived_at IS NULL",
    "CREATE INDEX ix_customer_archived ON customer (archived_at) WHERE archived_at IS NOT NULL",
    "CREATE INDEX ix_customer_created ON customer (created_at, id)",
    f"CREATE VIRTUAL TABLE customer_find USING fts5 (name, content = 'customer', content_rowid = 'seq', {_WORDS})",
    """CREATE TRIGGER customer_find_added AFTER INSERT ON customer BEGIN
    INSERT INTO customer_find (rowid, name) VALUES (new.seq, new.name);
    END""",
    """CREATE TRIGGER customer_find_renamed AFTER UPDATE OF name ON customer BEGIN
    INSERT INTO customer_find (customer_find, rowid, name) VALUES ('delete', old.seq, old.name);
    INSERT INTO customer_find (rowid, name) VALUES (new.seq, new.name);
    END""",
    """CREATE TRIGGER customer_find_gone AFTER DELETE ON customer BEGIN
    INSERT INTO customer_find (customer_find, rowid, name) VALUES ('delete', old.seq, old.name);
    END""",
    "CREATE TABLE alias_seq (seq INTEGER PRIMARY KEY, alias TEXT NOT NULL UNIQUE)",
    f"CREATE VIRTUAL TABLE alias_find USING fts5 (alias, content = 'alias_seq', content_rowid = 'seq', {_WORDS})",
    """CREATE TRIGGER alias_find_added AFTER INSERT ON ingest_alias BEGIN
    INSERT INTO alias_seq (alias) VALUES (new.alias);
    INSERT INTO alias_find (rowid, alias) SELECT seq, alias FROM alias_seq WHERE alias = new.alias;
    END""",
    """CREATE TRIGGER alias_find_gone AFTER DELETE ON ingest_alias BEGIN
    INSERT INTO alias_find (alias_find, rowid, alias)
    SELECT 'delete', seq, alias FROM alias_seq WHERE alias = old.alias;
    DELETE FROM alias_seq WHERE alias = old.alias;
    END""",
    """CREATE TRIGGER alias_find_changed AFTER UPDATE OF alias ON ingest_alias WHEN old.alias <> new.alias BEGIN
    INSERT INTO alias_find (alias_find, rowid, alias)
    SELECT 'delete', seq, alias FROM alias_seq WHERE alias = old.alias;
    UPDATE alias_seq SET alias = new.alias WHERE alias = old.alias;
    INSERT INTO alias_find (rowid, alias) SELECT seq, alias FROM alias_seq WHERE alias = new.alias;
    END""",
)

SQLITE_DOWNGRADE: tuple[str, ...] = (
    "DROP TRIGGER alias_find_changed",
    "DROP TRIGGER alias_find_gone",
    "DROP TRIGGER alias_find_added",
    "DROP TABLE alias_find",
    "DROP TABLE alias_seq",
    "DROP TRIGGER customer_find_gone",
    "DROP TRIGGER customer_find_renamed",
    "DROP TRIGGER customer_find_added",
    "DROP TABLE customer_find",
    "DROP INDEX ix_customer_created",
    "DROP INDEX ix_customer_archived",
    "DROP INDEX ix_customer_live",
)
