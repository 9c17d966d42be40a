"""Whole lines out of pieces of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from store.errors import Invalid
from store.usage.rows import MAX_LINE, PART_BYTES, Given, Lines, Part, Rows


def lines_of(pieces: Iterable[bytes]) -> Iterator[Part]:
    """The lines in parts of some megabytes; of one that is too long only that it is there.

    Where the pieces end with `Invalid`, the whole lines before are handed out first.
    """
    held: list[bytes] = []
    size, line = 0, 1
    overlong = False  # in the middle of a line that is no event for its length

    def part() -> Lines:
        nonlocal held, size, line
        data = b"".join(held)
        held, size = [], 0
        found = Lines(data, line, data.count(b"\n") + (not data.endswith(b"\n")))
        line += found.count
        return found

    try:
        for piece in pieces:
            rest = piece
            if overlong:
                _, ended, rest = piece.partition(b"\n")
                overlong = not ended
            end = rest.rfind(b"\n") + 1
            if end and size + end >= PART_BYTES:
                held.append(rest[:end])
                yield part()
                held, size = [rest[end:]], len(rest) - end
            elif rest:
                held.append(rest)
                size += len(rest)
            if size > PART_BYTES + MAX_LINE:
                data = b"".join(held)
                end = data.rfind(b"\n") + 1
                if end:
                    held = [data[:end]]
                    yield part()
                held, size = [data[end:]], len(data) - end
                if size > MAX_LINE:
                    yield Rows((Given(line, None, f"is longer than {MAX_LINE} bytes"),))
                    held, size, line, overlong = [], 0, line + 1, True
    except Invalid:
        data = b"".join(held)
        end = data.rfind(b"\n") + 1
        if end:
            held = [data[:end]]
            yield part()
        raise
    if size:
        yield part()
