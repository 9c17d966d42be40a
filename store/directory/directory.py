"""The directory itself: open it on a store, list, search, and look up what a new customer must not clash with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from store.directory.asking import Ask, NotReady, Sqlite, sqlite_path, through
from store.directory.listing import Listing, Order
from store.directory.search import Hits
from store.directory.server import Postgres, server_address

if TYPE_CHECKING:
    from store.database import Store


class Directory:
    """A reader of customers. `ask` answers at once (the list's pages); `slow` may be asked by workers meanwhile.

    `file`: it is a SQLite store, whose word indexes are asked in another way than those of PostgreSQL.
    """

    def __init__(self, ask: Ask, slow: Ask, *, file: bool) -> None:
        self._ask, self._slow, self._file = ask, slow, file
        self._told: int | None = None

    @property
    def far(self) -> bool:
        """Whether an answer may be long in coming, so that only workers ask: the store is on a server."""
        return not self._file

    @property
    def looking(self) -> str:
        """Why whoever asks can look but write nothing, in a few words; empty where they can write."""
        return self._ask.looking if isinstance(self._ask, Sqlite | Postgres) else ""

    @classmethod
    def open(cls, url: str) -> Directory:
        """A directory of a store, read directly; raises NotReady where that cannot be done or no store is there."""
        address = server_address(url)
        if address is not None:
            return cls(Postgres(address), Postgres(address), file=False)
        path = sqlite_path(url)
        if path is None:
            raise NotReady("neither a SQLite nor a PostgreSQL store")
        if not path.is_file():
            raise NotReady(f"there is no store at {path}")
        return cls(Sqlite(path), Sqlite(path), file=True)

    @classmethod
    def over(cls, store: Store) -> Directory:
        """A directory of an open store of any kind."""
        try:
            return cls.open(store.url)
        except NotReady:
            ask = through(store)
            return cls(ask, ask, file=store.location.path is not None)

    def everyone(self, *, order: Order = Order.NAME, archived: bool = False) -> Listing:
        """Every customer, in order."""
        return Listing(self._ask, self._slow, order=order, archived=archived)

    def search(self, text: str, *, order: Order = Order.NAME, archived: bool = False) -> Hits:
        """The customers that match a text; milliseconds, but ask in a worker."""
        return Hits(self._slow, self._ask, text, order=order, archived=archived, file=self._file)

    def holders(self, aliases: Iterable[str]) -> dict[str, tuple[str, str, bool]]:
        """Of these aliases, those that are taken → (customer id, name, whether archived)."""
        found = {}
        for alias in aliases:
            rows = self._slow(
                "SELECT c.id, c.name, c.archived_at FROM ingest_alias a JOIN customer c ON c.id = a.customer_id "
                "WHERE a.alias = :alias",
                {"alias": alias},
            )
            if rows:
                found[alias] = (rows[0][0], rows[0][1], rows[0][2] is not None)
        return found

    def namesakes(self, name: str) -> int:
        """How many customers have this very name, upper and lower case alike (100 at most)."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM customer WHERE name_key = :key LIMIT 100) AS same"
        return int(self._slow(sql, {"key": name.strip().casefold()})[0][0])

    def field_keys(self) -> list[str]:
        """The custom-field keys registered for customers."""
        sql = "SELECT key FROM custom_field_key WHERE entity = 'customer' ORDER BY key"
        return [row[0] for row in self._slow(sql, {})]

    def drafts(self, operator: str) -> list[tuple[Any, ...]]:
        """What the operator left unfinished: id, kind, title, customer id, contract id, when it was kept."""
        sql = "SELECT id, kind, title, customer_id, contract_id, saved_at FROM draft WHERE operator = :operator"
        return self._slow(sql, {"operator": operator})

    def changed(self) -> bool:
        """Whether another connection has written since this was last asked."""
        return self._ask.changed() if isinstance(self._ask, Sqlite | Postgres) else True

    def news(self) -> frozenset[str | None]:
        """Whose book was written to since this was last asked, by anybody; None stands for the catalog and usage.

        Nothing the first time, and while nobody writes; drafts are nobody's news.
        """
        if self._told is not None and not self.changed():
            return frozenset()
        seen = self._told
        rows = self._slow("SELECT coalesce(max(seq), 0) FROM audit_entry", {})
        self._told = int(rows[0][0])
        if seen is None or seen == self._told:
            return frozenset()
        since = "SELECT DISTINCT customer_id FROM audit_entry WHERE seq > :seen LIMIT 1000"
        return frozenset(row[0] for row in self._slow(since, {"seen": seen}))

    def close(self) -> None:
        """Let the store go."""
        for ask in (self._ask, self._slow):
            if isinstance(ask, Sqlite | Postgres):
                ask.close()
