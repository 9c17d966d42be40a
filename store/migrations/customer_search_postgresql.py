"""The same on PostgreSQL: customers found by the words of their name or of an alias, and how many there are.

`termsheet_words` is a text as its words, without accents, each after a space; a trigram index (pg_trgm) over it finds
words by their start. Where the extension cannot be had, everything works the same, only slower on a large book.
Keys sort by code point (collation C), as they do on SQLite, whatever the database was made with.
"""

from __future__ import annotations

CODE_POINTS = """
DO $$ DECLARE c record; BEGIN
  FOR c IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'character varying' AND table_name <> 'alembic_version'
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE varchar COLLATE "C"', c.table_name, c.column_name);
  END LOOP;
END $$"""

WORDS = r"""
CREATE FUNCTION termsheet_words(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN
  RETURN ' ' || regexp_replace(
    regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]+', '', 'g'), '[\s!-/:-@\[-`{-~]+', ' ', 'g');
END $$"""
"""Not in plain SQL, which would be inlined in queries, and the index not found any more."""

TRIGRAMS = """
DO $$ BEGIN
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'pg_trgm cannot be had: searching reads every customer';
  END;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE INDEX ix_customer_words ON customer USING gin (termsheet_words(name_key) gin_trgm_ops);
    CREATE INDEX ix_ingest_alias_words ON ingest_alias USING gin (termsheet_words(lower(alias)) gin_trgm_ops);
  END IF;
END $$"""

TALLY = """
CREATE FUNCTION termsheet_tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live_more bigint := 0; archived_more bigint := 0; l bigint; a bigint;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT count(*) - count(archived_at), count(archived_at) INTO live_more, archived_more FROM added;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT count(*) - count(archived_at), count(archived_at) INTO l, a FROM gone;
    live_more := live_more - l;
    archived_more := archived_more - a;
  END IF;
  IF live_more <> 0 OR archived_more <> 0 THEN
    UPDATE customer_tally SET live = live + live_more, archived = archived + archived_more;
  END IF;
  RETURN NULL;
END $$"""

UPGRADE: tuple[str, ...] = (
    CODE_POINTS,
    "CREATE INDEX ix_customer_live ON customer (name_key, id) WHERE archived_at IS NULL",
    "CREATE INDEX ix_customer_created ON customer (created_at, id)",
    "CREATE INDEX ix_ingest_alias_customer_id_position ON ingest_alias (customer_id, position)",
    WORDS,
    TRIGRAMS,
    "CREATE TABLE customer_tally (live bigint NOT NULL, archived bigint NOT NULL)",
    "INSERT INTO customer_tally SELECT count(*) - count(archived_at), count(archived_at) FROM customer",
    TALLY,
    "CREATE TRIGGER customer_tally_added AFTER INSERT ON customer REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION termsheet_tally()",
    "CREATE TRIGGER customer_tally_gone AFTER DELETE ON customer REFERENCING OLD TABLE AS gone "
    "FOR EACH STATEMENT EXECUTE FUNCTION termsheet_tally()",
    "CREATE TRIGGER customer_tally_changed AFTER UPDATE ON customer "
    "REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION termsheet_tally()",
)

DOWNGRADE: tuple[str, ...] = (
    "DROP TRIGGER customer_tally_changed ON customer",
    "DROP TRIGGER customer_tally_gone ON customer",
    "DROP TRIGGER customer_tally_added ON customer",
    "DROP FUNCTION termsheet_tally()",
    "DROP TABLE customer_tally",
    "DROP INDEX IF EXISTS ix_ingest_alias_words",
    "DROP INDEX IF EXISTS ix_customer_words",
    "DROP FUNCTION termsheet_words(text)",
    "DROP INDEX ix_ingest_alias_customer_id_position",
    "DROP INDEX ix_customer_created",
    "DROP INDEX ix_customer_live",
)
