"""Customers that match what is being typed: by the start of a name, of any of its words, of an alias, of an id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from store.directory.asking import Ask
from store.directory.listing import LINE, PAGE, CustomerLine, Order, line

MOST = 2000
"""Matches looked at; where there are more, those found are ordered among themselves and the list says `2000+`."""

_ACCENTS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~]+")
"""What the database's `termsheet_words` takes out and what it takes for the space between words."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+")
_LAST = "\U0010ffff"


class Hits:
    """The matches of a text: exact ids and aliases first, then names that start so, then all others, each in order."""

    def __init__(self, ask: Ask, draw: Ask, text: str, *, order: Order, archived: bool, file: bool) -> None:
        """`draw` is asked for the pages. `file`: words are asked of SQLite's indexes, else of PostgreSQL's."""
        self._ask, self._draw = ask, draw
        self._live = "" if archived else " AND c.archived_at IS NULL"
        found: dict[str, tuple[int, Any, str]] = {}
        self.more = False
        for rank, rows in self._ranked(text.strip(), file):
            self.more = self.more or len(rows) > MOST
            for identity, name_key, created in rows:
                found.setdefault(identity, (rank, name_key if order is Order.NAME else created, identity))
        hits = sorted(found.values(), key=lambda hit: (hit[0], hit[1], hit[2]))
        if order is Order.NEWEST:
            hits.sort(key=lambda hit: str(hit[1]), reverse=True)
            hits.sort(key=lambda hit: hit[0])
        self.more = self.more or len(hits) > MOST
        self._ids = [hit[2] for hit in hits[:MOST]]

    @property
    def total(self) -> int:
        """How many matches are listed."""
        return len(self._ids)

    def page(self, number: int) -> list[CustomerLine]:
        """Matches `number * PAGE` and following."""
        ids = self._ids[number * PAGE : (number + 1) * PAGE]
        if not ids:
            return []
        names = {f"i{n}": identity for n, identity in enumerate(ids)}
        marks = ", ".join(f":{name}" for name in names)
        rows = {
            row[0]: line(row) for row in self._draw(f"SELECT {LINE} FROM customer c WHERE c.id IN ({marks})", names)
        }
        return [rows[identity] for identity in ids if identity in rows]

    def _ranked(self, text: str, file: bool) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        if not text or _NO_TEXT.search(text):
            return
        yield 0, self._customers("c.id = :a OR c.id = :b", a=text, b=text.lower())
        yield 0, self._aliases("a.alias = :a", a=text)
        key = text.casefold()
        begins = self._customers("c.name_key >= :a AND c.name_key < :b", a=key, b=key + _LAST, ordered=True)
        yield 1, begins
        if len(begins) > MOST:
            return  # the list is full of better matches than any that could follow
        yield 2, self._customers("c.id >= :a AND c.id < :b", a=text.lower(), b=text.lower() + _LAST)
        yield from self._by_words(text, _WORD.findall(text)) if file else self._by_trigrams(text)

    def _by_words(self, text: str, words: list[str]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        begins = self._aliases("a.alias >= :a AND a.alias < :b", a=text, b=text + _LAST)
        yield 2, begins
        if not words or (len(words) == 1 and len(words[0]) < 2 and words[0].isascii()):
            return  # one letter: half the customers have such a word, and none would be looking for them so
        match = " AND ".join(f'"{word}"*' for word in words)
        yield (
            2,
            self._ask(
                "SELECT c.id, c.name_key, c.created_at FROM customer_find f CROSS JOIN customer c ON c.seq = f.rowid "
                f"WHERE customer_find MATCH :match{self._live} LIMIT :limit",
                {"match": match, "limit": MOST + 1},
            ),
        )
        if begins:
            return  # an alias is being typed from its start: its words would only find the same again, slowly
        yield (
            2,
            self._ask(
                "SELECT c.id, c.name_key, c.created_at FROM alias_find f CROSS JOIN alias_seq s ON s.seq = f.rowid "
                "CROSS JOIN ingest_alias a ON a.alias = s.alias CROSS JOIN customer c ON c.id = a.customer_id "
                f"WHERE alias_find MATCH :match{self._live} LIMIT :limit",
                {"match": match, "limit": MOST + 1},
            ),
        )

    def _by_trigrams(self, text: str) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        begins = self._aliases("a.alias >= :a AND a.alias < :b", a=text, b=text + _LAST)
        yield 2, begins
        words = _BETWEEN.sub(" ", _ACCENTS.sub("", normalize("NFKD", text.casefold()))).split()
        if not words or (len(words) == 1 and len(words[0]) < 2 and words[0].isascii()):
            return  # as above
        like = {f"w{n}": f"% {_escaped(word)}%" for n, word in enumerate(words)}
        holds = "termsheet_words({0}) LIKE :{1} ESCAPE '!'"
        yield 2, self._customers(" AND ".join(holds.format("c.name_key", name) for name in like), **like)
        if not begins:
            yield 2, self._aliases(" AND ".join(holds.format("lower(a.alias)", name) for name in like), **like)

    def _customers(self, where: str, *, ordered: Any = False, **values: Any) -> list[tuple[Any, ...]]:
        order = " ORDER BY c.name_key, c.id" if ordered else ""
        return self._ask(
            f"SELECT c.id, c.name_key, c.created_at FROM customer c WHERE ({where}){self._live}{order} LIMIT :limit",
            {**values, "limit": MOST + 1},
        )

    def _aliases(self, where: str, **values: Any) -> list[tuple[Any, ...]]:
        return self._ask(
            "SELECT c.id, c.name_key, c.created_at FROM ingest_alias a JOIN customer c ON c.id = a.customer_id "
            f"WHERE ({where}){self._live} LIMIT :limit",
            {**values, "limit": MOST + 1},
        )


def _escaped(word: str) -> str:
    """A word for LIKE: its own wildcards mean themselves."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
