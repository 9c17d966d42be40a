"""The schema, step by step (Alembic). A released step is never edited; the next one is added."""
