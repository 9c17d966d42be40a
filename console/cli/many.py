"""Previews of many customers, written one after the other: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, TextIO, TypeVar

from console.cli.progress import Progress
from console.cli.telling import as_json, seen
from store.rating import report
from store.rating.selection import select
from store.rating.statement import Preview

T = TypeVar("T")
Lists = dict[str, str]
"""By name, the elements of a JSON list as text, separated; "" for an empty one."""
_LEFT = "    "
NOTHING = Preview((), ())


def as_lists(preview: Preview, *, day: datetime | None) -> Lists:
    """The statements of one period, and the customer's other lists, as JSON."""
    found = report.as_json(select(preview, day=day))
    return {name: ",\n".join(map(_element, elements)) for name, elements in found.items()}


def _element(value: object) -> str:
    return _LEFT + as_json(value, indent=2).replace("\n", "\n" + _LEFT)


def as_rows(preview: Preview, *, day: datetime | None) -> str:
    """The statements of one period as CSV, without the header."""
    return report.as_csv(select(preview, day=day)).partition("\n")[2]


def as_told(preview: Preview, *, day: datetime | None) -> Preview:
    """The statements of one period without their explanations, to be shown."""
    found = select(preview, day=day)
    plain = (s._replace(lines=tuple(line._replace(explanation=()) for line in s.lines)) for s in found.statements)
    return Preview(tuple(plain), found.balances, found.unmatched, found.warnings)


def counted(parts: Iterable[T], progress: Progress, total: int, *, done: int = 0) -> Iterator[T]:
    """The parts, the progress told of each once it is dealt with; so many were `done` before."""
    for count, part in enumerate(parts, done + 1):
        yield part
        progress.advance(count, total)


@contextmanager
def held_back(out: TextIO) -> Iterator[TextIO]:
    """A file whose text reaches `out` if all goes well, and not at all if it does not."""
    with TemporaryFile("w+", encoding="utf-8", newline="") as waiting:
        yield waiting
        waiting.seek(0)
        if out.isatty():
            out.writelines(map(seen, waiting))
        else:
            copyfileobj(waiting, out)


def write_json(parts: Iterable[Lists], out: TextIO, more: Mapping[str, Iterable[Any]]) -> None:
    """One document of all: the first list is written as it comes, the others wait in temporary files; then `more`."""
    first, *others = report.as_json(NOTHING)
    with ExitStack() as stack:
        waiting = {name: stack.enter_context(TemporaryFile("w+", encoding="utf-8")) for name in others}
        lists = {name: _List(file) for name, file in {first: out, **waiting}.items()}
        out.write(f'{{\n  "{first}": [')
        for part in parts:
            for name, elements in part.items():
                lists[name].add(elements)
        out.write(lists[first].end)
        for name, file in waiting.items():
            out.write(f',\n  "{name}": [')
            file.seek(0)
            copyfileobj(file, out)
            out.write(lists[name].end)
        for name, values in more.items():
            out.write(f',\n  "{name}": [')
            listed = _List(out)
            for value in values:
                listed.add(_element(value))
            out.write(listed.end)
        out.write("\n}\n")


class _List:
    """A list in the making: a comma before every element but the first."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._begun = False

    def add(self, elements: str) -> None:
        """Add some elements, or none."""
        if elements:
            self._out.write((",\n" if self._begun else "\n") + elements)
            self._begun = True

    @property
    def end(self) -> str:
        """What closes it."""
        return "\n  ]" if self._begun else "]"


def write_csv(parts: Iterable[str], out: TextIO) -> None:
    """A header, and everybody's rows."""
    out.write(report.as_csv(NOTHING))
    out.writelines(parts)
