"""The store's schema: which version a store has, making a new one, and upgrading an older one after a copy of it.

Opening an up-to-date store reads one row; Alembic is imported only when there is something to migrate.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from store.engine import connect, writing
from store.errors import StoreUnavailable
from store.faults import clear_faults
from store.location import Location, locate
from store.revisions import REVISIONS

MIGRATIONS = Path(__file__).parent / "migrations"


def version(connection: Connection) -> str | None:
    """The schema version of a store, None for a database without any table; raises for one that is not a store."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        if found:
            return str(found[0])
    if tables - {"alembic_version"}:
        raise StoreUnavailable("the database holds something else than a Termsheet store")
    return None


def check(connection: Connection, location: Location) -> bool:
    """Whether the store is there and up to date; False for an empty database; raises for any other version."""
    found = version(connection)
    if found is None:
        return False
    if found not in REVISIONS:
        raise StoreUnavailable(
            f"the store {location.shown} was written by a newer Termsheet: "
            f"its schema is {found}, this one knows {REVISIONS[-1]}",
            hint="update Termsheet; the store was left as it is",
        )
    if found != REVISIONS[-1]:
        raise StoreUnavailable(
            f"the store {location.shown} was written by an older Termsheet: "
            f"its schema is {found}, this one needs {REVISIONS[-1]}",
            hint="run: termsheet db upgrade, which makes a backup first",
        )
    return True


def migrate(engine: Engine, *, target: str = "head", usage: str = "") -> None:
    """Brings a database to a version, in one transaction; a second program doing the same waits and finds it done.

    `usage` is where usage events live; "": in the folder that goes with the store.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # outside a transaction: readers and one writer at the same time, for good
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
    with writing(engine).connect() as connection, connection.begin():
        config.attributes |= {"connection": connection, "usage": usage}
        command.upgrade(config, target)


def upgrade(url: str, *, usage: str = "") -> str:
    """Upgrades an older store to this program's schema in one transaction; returns a sentence on what was done.

    Before that it is copied, beside a file or into the user's data folder. Raises `StoreUnavailable` for a store that
    is missing, locked or newer; it is left as it was then.
    """
    from store.backup import copy_store, free_name
    from store.usage.ledger.ledger import ledger_at

    location = locate(url)
    if location.path is not None and not location.path.is_file():
        raise StoreUnavailable(f"there is no store at {location.shown}")
    engine = connect(location, read_only=False, wait=5.0)
    try:
        with clear_faults(location):
            with engine.connect() as connection:
                found = version(connection)
            if found == REVISIONS[-1]:
                return f"the store {location.shown} is up to date"
            if found is not None and found not in REVISIONS:
                with engine.connect() as connection:
                    check(connection, location)
            kept = ""
            if found is not None:
                folder = ledger_at(usage, location).folder
                copy = copy_store(location, free_name(location, found), usage=folder, revision=found)
                kept = f"; the store as it was is kept in {copy}"
            migrate(engine, usage=usage)
            return f"the store {location.shown} was upgraded to schema {REVISIONS[-1]}{kept}"
    except OSError as error:
        raise StoreUnavailable(f"the store {location.shown} cannot be copied first: {error.strerror}") from None
    finally:
        engine.dispose()
