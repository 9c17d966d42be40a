"""Roles of a PostgreSQL store: what one may not do is refused by the database itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from store import integrity, queries
from store.backup import backup
from store.commands import create_customer, set_name
from store.database import Store
from store.engine import connect, writing
from store.errors import Invalid, ReadOnly
from store.roles import Role, grants
from store.terms.customer import Customer
from tests.store.conftest import ALICE, NOW, Working
from tests.store.sample import ACME


@contextmanager
def as_role(store: Store, role: Role) -> Iterator[str]:
    """The address of the store for a login that was granted this role, and nothing else."""
    name = f"{role}_{uuid.uuid4().hex[:8]}"
    engine = connect(store.location, read_only=False, wait=5.0)
    with writing(engine).connect() as admin:
        admin.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'"))
        admin.exec_driver_sql(grants(role, name=name))
        admin.commit()
        yield make_url(store.url).set(username=name, password="secret").render_as_string(hide_password=False)
        admin.execute(text(f"DROP OWNED BY {name}"))
        admin.execute(text(f"DROP ROLE {name}"))
        admin.commit()
    engine.dispose()


def refused(url: str, statement: str) -> str:
    """The sentence with which a store opened at an address refuses a statement."""
    opened = Store.open(url)
    with pytest.raises(ReadOnly) as caught, opened.aside(now=NOW) as session:
        session.connection().exec_driver_sql(statement)
    opened.close()
    assert "secret" not in str(caught.value)
    return str(caught.value)


@pytest.mark.postgresql
def test_a_viewer_reads_and_writes_nothing(book: Store) -> None:
    with as_role(book, Role.VIEWER) as url:
        looking = Store.open(url)
        assert queries.customer(looking, ACME).name == "Acme"
        assert integrity.check(looking) == ()
        with pytest.raises(ReadOnly), looking.work(by=ALICE, now=NOW) as work:
            set_name(work, customer_id=ACME, name="Mine")
        looking.close()
        for statement in ("DELETE FROM customer", "SELECT digest FROM api_token", "CREATE TABLE mine (x int)"):
            refused(url, f"SET TRANSACTION READ WRITE; {statement}")


@pytest.mark.postgresql
def test_an_operator_works_and_cannot_touch_what_was_recorded(book: Store) -> None:
    with as_role(book, Role.OPERATOR) as url:
        working = Store.open(url)
        with working.work(by=ALICE, now=NOW) as work:
            create_customer(work, request=Customer(name="Widgets", ingest_aliases=("w",)))
            set_name(work, customer_id=ACME, name="Acme II")
        assert integrity.check(working) == ()
        working.close()
        for statement in (
            "DELETE FROM audit_entry",
            "UPDATE audit_entry SET who = 'mallory'",
            "TRUNCATE audit_entry",
            "UPDATE alembic_version SET version_num = '9999'",
            "DROP TABLE customer",
            "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        ):
            assert "does not let this login do that" in refused(url, statement), statement


@pytest.mark.postgresql
def test_read_only_is_kept_by_the_database(book: Store, working: Working) -> None:
    looking = Store.open(book.url, read_only=True)
    assert queries.customer(looking, ACME).name == "Acme"
    for statement in ("DELETE FROM draft", "CREATE TABLE mine (x int)", "TRUNCATE audit_entry"):
        with pytest.raises(ReadOnly, match="not writable"), looking.read() as session:
            session.connection().exec_driver_sql(statement)
    looking.close()


def test_names_are_quoted_whatever_they_hold() -> None:
    assert 'TO "a""; DROP TABLE customer; --";' in grants(Role.VIEWER, name='a"; DROP TABLE customer; --')
    for name in ("", "x" * 64, "a\0b"):
        with pytest.raises(Invalid):
            grants(Role.VIEWER, name=name)


@pytest.mark.postgresql
def test_a_backup_takes_a_login_that_may_read_everything(book: Store, tmp_path: Path) -> None:
    with as_role(book, Role.VIEWER) as url, closing(Store.open(url)) as looking:
        with pytest.raises(ReadOnly, match="does not let this login do that"):
            backup(looking, str(tmp_path / "viewer.db"))
        assert list(tmp_path.glob("viewer*")) == []
    with as_role(book, Role.OPERATOR) as url, closing(Store.open(url)) as working:
        backup(working, str(tmp_path / "operator.db"))
        assert [path.name for path in tmp_path.glob("operator*")] == ["operator.db"]
