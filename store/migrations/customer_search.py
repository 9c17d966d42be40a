"""What makes customers findable among a million: by the words of their name, of an alias, in any order, while typing.

Two word indexes (SQLite's FTS5) follow the tables by triggers: `customer_find` over names, whose rows are the
customers' `seq`, and `alias_find` over aliases, whose rows are numbered in `alias_seq` because an alias has no number
of its own. Neither keeps a copy of the text. The list itself is a walk along an index, one for each order it has, and
`customer_tally` knows its length, which would take longer to count than the list takes to appear.
"""

from __future__ import annotations

_WORDS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none, columnsize = 0"

SQLITE_UPGRADE: tuple[str, ...] = (
    "CREATE INDEX ix_customer_live ON customer (name_key, id) WHERE archived_at IS NULL",
    "CREATE INDEX ix_customer_created ON customer (created_at, id)",
    "CREATE TABLE customer_tally (live INTEGER NOT NULL, archived INTEGER NOT NULL)",
    """INSERT INTO customer_tally SELECT count(*) - count(archived_at), count(archived_at) FROM customer""",
    """CREATE TRIGGER customer_tally_added AFTER INSERT ON customer BEGIN
    UPDATE customer_tally SET live = live + (new.archived_at IS NULL), archived = archived + (new.archived_at NOT NULL);
    END""",
    """CREATE TRIGGER customer_tally_gone AFTER DELETE ON customer BEGIN
    UPDATE customer_tally SET live = live - (old.archived_at IS NULL), archived = archived - (old.archived_at NOT NULL);
    END""",
    """CREATE TRIGGER customer_tally_changed AFTER UPDATE OF archived_at ON customer BEGIN
    UPDATE customer_tally SET
    live = live + (new.archived_at IS NULL) - (old.archived_at IS NULL),
    archived = archived + (new.archived_at NOT NULL) - (old.archived_at NOT NULL);
    END""",
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
    "DROP TRIGGER customer_tally_changed",
    "DROP TRIGGER customer_tally_gone",
    "DROP TRIGGER customer_tally_added",
    "DROP TABLE customer_tally",
    "DROP INDEX ix_customer_created",
    "DROP INDEX ix_customer_live",
)
