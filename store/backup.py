"""A copy of a book while others use it, and putting such a copy back.

A backup is itself a store: a SQLite file with its usage files in a folder beside it, whatever kind of store it was made
from. So it can be opened, checked, upgraded, and put back into a store of either kind.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, update

from store import copying, schema, turns
from store.chain import BEGINNING
from store.database import Store, make_private
from store.engine import connect, writing
from store.errors import Conflict, StoreUnavailable
from store.faults import clear_faults
from store.location import Location, locate
from store.modes import file_mode
from store.queries.audit import changes
from store.revisions import REVISIONS
from store.tables import table
from store.tables.audit import AuditEntry, AuditHead
from store.tables.usage import UsageLedgerRow
from store.terms import time
from store.usage.ledger.copying import copy_files, leave_to
from store.usage.ledger.ledger import default_folder, ledger_at
from store.usage.ledger.writing import new_mark

TRIES = 3
"""How often a copy is begun anew because usage files were merged away under it."""


def backup(store: Store, target: str) -> None:
    """Writes a consistent copy of a store with its usage, also while others write; never over anything.

    Raises `Conflict` for a name that is taken, `StoreUnavailable` where the copy cannot be written.
    """
    path = Path(target).expanduser().absolute()
    for taken in (path, default_folder(locate(str(path)))):
        if os.path.lexists(taken):
            raise Conflict(f"{taken} exists already; name another file")
    if not path.parent.is_dir():
        raise StoreUnavailable(f"{target} cannot be written: there is no folder {path.parent}")
    for attempt in range(1, TRIES + 1):
        try:
            copy_store(store.location, path, usage=store.ledger.folder)
            return
        except FileNotFoundError as error:
            _discard(path)
            if attempt == TRIES:
                raise StoreUnavailable(
                    f"a usage file is missing: {error.filename}", hint="termsheet db check"
                ) from None
        except (OSError, sqlite3.Error) as error:
            _discard(path)
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StoreUnavailable(f"{target} cannot be written: {reason}") from None


def restore(url: str, source: str, *, force: bool = False, usage: str = "") -> str:
    """Puts a backup where a store is wanted; returns a sentence on what was done.

    A store that is there is replaced only with `force`, and kept in a copy. Raises `Conflict`, saying how it differs.
    What is put back gets a mark of its own, so that nothing measured in what it replaces is taken for it later.
    """
    location = locate(url)
    with _current(source) as copy:
        assert copy.location.path is not None
        there = _there(url, location, copy, force=force)
        kept = None if there is None else _keep(there, usage)
        folder, wanted = ledger_at(usage, location).folder, _counted(copy.location.path)
        try:
            copy_files(wanted, copy.ledger.folder, folder)
        except OSError as error:
            raise StoreUnavailable(f"{error.filename} cannot be put back: {error.strerror}") from None
        with clear_faults(location):
            _put_back(copy.location, location)
        with suppress(sqlite3.Error):  # a damaged store was moved away whole: all its files stay
            if kept is not None:
                leave_to(default_folder(locate(str(kept))), set(_counted(kept)) - set(wanted), folder)
    told = "" if kept is None else f"; what was there is kept in {kept}"
    return f"the store {location.shown} was restored from {source}{told}"


@contextmanager
def _current(source: str) -> Iterator[Store]:
    """The backup, opened; of one with an older schema a copy that is upgraded. The backup itself stays as it is."""
    with TemporaryDirectory(prefix="termsheet-restore-") as folder:
        backed = locate(source)
        if backed.path is not None and backed.path.is_file():
            engine = connect(backed, read_only=True, wait=5.0)
            try:
                with clear_faults(backed), engine.connect() as connection:
                    found = schema.version(connection)
            finally:
                engine.dispose()
            if found in REVISIONS[:-1]:
                source = str(Path(folder) / "older.db")
                copy_store(backed, Path(source), usage=default_folder(backed))
                schema.upgrade(source)
        copy = Store.open(source, read_only=True)
        try:
            yield copy
        finally:
            copy.close()


def _there(url: str, location: Location, copy: Store, *, force: bool) -> Location | None:
    """The place itself if a book is there that would be lost; raises `Conflict` without `force`."""
    if location.path is not None and not location.path.exists():
        make_private(location.path.parent)
        return None
    try:
        present = Store.open(url, read_only=location.path is not None)
    except StoreUnavailable:
        if not force or location.path is None:
            raise
        return location  # damaged, or of another version: that is what a backup is for
    try:
        if location.path is None and not changes(present, limit=1):
            return None
        if not force:
            hint = "with --force it is kept in a copy and replaced"
            raise Conflict(f"there is a store at {location.shown} already: {_compared(present, copy)}", hint=hint)
    finally:
        present.close()
    return location


def _compared(present: Store, copy: Store) -> str:
    """How the book that is there differs from the backup."""
    made, last = _end(present)
    kept, end = _end(copy)
    if (made, last) == (kept, end):
        return "it is the same as the backup"
    if made > kept and _hash_of(present, kept) == end:
        newest = changes(present, limit=1)[0]
        return (
            f"it is newer than the backup by {made - kept} change{'s' if made - kept > 1 else ''}, "
            f"the last by {newest.who} at {time.stamp(newest.at)} ({newest.summary})"
        )
    if kept > made and _hash_of(copy, made) == last:
        return f"it is older than the backup by {kept - made} change{'s' if kept - made > 1 else ''}"
    return "it is another book than that of the backup"


def _end(store: Store) -> tuple[int, str]:
    head = table(AuditHead)
    with store.read() as session:
        row = session.execute(select(head.c.entries, head.c.hash)).first()
    return (0, "") if row is None else (row.entries, row.hash)


def _hash_of(store: Store, number: int) -> str:
    """The hash of the entry that was made as number so-and-so."""
    if number == 0:
        return BEGINNING
    entry = table(AuditEntry)
    with store.read() as session:
        return session.scalar(select(entry.c.hash).order_by(entry.c.seq).offset(number - 1).limit(1)) or ""


def _keep(location: Location, usage: str) -> Path:
    """Copies, or where that cannot be done moves away, the store that will be replaced."""
    kept = free_name(location, "replaced")
    try:
        return copy_store(location, kept, usage=ledger_at(usage, location).folder)
    except (OSError, sqlite3.Error):
        if location.path is None:
            raise
        _discard(kept)
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                location.path.with_name(location.path.name + end).rename(kept.with_name(kept.name + end))
        return kept


def _put_back(copy: Location, location: Location) -> None:
    assert copy.path is not None
    if location.path is not None:
        if not location.path.exists():
            location.path.touch(0o600)
            location.path.chmod(file_mode(location.path.parent))
        with (
            closing(sqlite3.connect(copy.path)) as source,
            closing(sqlite3.connect(location.path, timeout=5)) as target,
        ):
            source.backup(target)
            target.execute("UPDATE usage_ledger SET mark = ?", (new_mark(),))
            target.commit()
        return
    file, server = connect(copy, read_only=True, wait=5.0), connect(location, read_only=False, wait=5.0)
    try:
        with file.connect() as rows, writing(server).connect() as into, into.begin():
            copying.copy_rows(rows, into)
            into.execute(update(table(UsageLedgerRow)).values(mark=new_mark()))
    finally:
        file.dispose()
        server.dispose()


def free_name(location: Location, what: str) -> Path:
    """A free name for a copy: `book.db.0001.bak`, `book.db.0001-2.bak` … beside it, or in the user's data folder."""
    if location.path is not None:
        base = location.path
    else:
        from platformdirs import user_data_path

        server = location.server
        assert server is not None
        base = user_data_path("termsheet") / "backups" / f"{server.host or 'local'}-{server.database}".replace("/", "-")
        make_private(base.parent)
    candidate, n = base.with_name(f"{base.name}.{what}.bak"), 1
    while os.path.lexists(candidate):
        n += 1
        candidate = base.with_name(f"{base.name}.{what}-{n}.bak")
    return candidate


def copy_store(location: Location, path: Path, *, usage: Path, revision: str = "head") -> Path:
    """The copy itself, of a store of that schema version, readable by its owner alone; returns its path.

    It gets its name once it is whole: whatever is killed on the way leaves a `.part`. Raises OSError or sqlite3.Error
    for what stands in the way, `FileNotFoundError` for a usage file that went away.
    """
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if location.path is not None:
            with closing(sqlite3.connect(location.path)) as source, closing(sqlite3.connect(half)) as copy:
                source.backup(copy)
        else:
            _copy_server(location, half, revision)
        files, named = (default_folder(locate(str(each))) for each in (half, path))
        copy_files(_counted(half), usage, files)
        if files.exists():
            files.rename(named)
        _name(half, path)
    except BaseException:
        _discard(half)
        raise
    return path


def _name(half: Path, path: Path) -> None:
    """Gives a file its name, which must be free."""
    try:
        os.link(half, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links
        if os.path.lexists(path):
            raise
        half.rename(path)
    else:
        half.unlink()


def _copy_server(location: Location, path: Path, revision: str) -> None:
    server = connect(location, read_only=True, wait=5.0)
    file = connect(locate(str(path)), read_only=False, wait=5.0)
    try:
        schema.migrate(file, target=revision, usage=str(path.with_name(path.name + ".none")))
        with (
            clear_faults(location),
            clear_faults(locate(str(path))),
            server.connect() as source,
            writing(file).connect() as target,
            target.begin(),
        ):
            copying.copy_rows(source, target)
    finally:
        server.dispose()
        file.dispose()
        path.with_name(path.name + turns.END).unlink(missing_ok=True)


def _counted(path: Path) -> list[str]:
    """The usage files that a store counts, whatever its version."""
    with closing(sqlite3.connect(path)) as store:
        if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'usage_file'").fetchone():
            return []
        return [name for (name,) in store.execute("SELECT path FROM usage_file WHERE retired_at IS NULL")]


def _discard(path: Path) -> None:
    for end in turns.BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.rmtree(default_folder(locate(str(path))), ignore_errors=True)
