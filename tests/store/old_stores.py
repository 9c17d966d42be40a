"""Stores as older programs left them."""

from __future__ import annotations

from pathlib import Path

from store import schema
from store.engine import connect, writing
from store.location import Location, locate


def old_store(path: Path, revision: str) -> Path:
    """A store as an older program left it."""
    path.touch(0o600)
    engine = connect(locate(str(path)), read_only=False, wait=1.0)
    schema.migrate(engine, target=revision)
    engine.dispose()
    return path


def downgrade(location: Location, revision: str) -> None:
    """Takes a store back to an older schema; what that had no place for is lost."""
    from alembic import command
    from alembic.config import Config

    engine, config = connect(location, read_only=False, wait=1.0), Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with writing(engine).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()
