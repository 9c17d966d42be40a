"""The only way from data to a widget: text is shown literally, control sequences and markup included.

Textual passes ESC, C1 and bidi characters from data straight to the terminal and parses `[...]` in most of its widgets.
So every value that comes from data is made visible here and handed over as `Text` or `Content`, which parse nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import StyleType
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from store.text import marked as marked
from store.text import unseen as unseen
from store.text import visible

ELLIPSIS = "…"
COPY_LIMIT = 74_000
"""Bytes; terminals cut or refuse longer clipboard writes (OSC 52)."""


def literal(text: str, limit: int = 0) -> str:
    """The text on one line with nothing in it that a terminal obeys; cut to `limit` characters if given.

    C0 controls become control pictures (`␛`), C1, bidi, zero-width and unassigned characters become `�`, so that a
    hostile name is seen for what it is. `marked` does the same one for one, for what is edited.
    """
    if limit and len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    return visible(text, limit=len(text) + 1)


def lines(text: str) -> str:
    """As `literal`, line by line: the line breaks of a longer text are kept, everything else is made visible."""
    return "\n".join(literal(line) for line in text.replace("\r\n", "\n").split("\n"))


def cell(text: str, style: StyleType = "") -> Text:
    """Data as a Rich cell: `Text` parses no markup."""
    return Text(literal(text), style=style, no_wrap=True, end="")


def label(text: str, style: str = "") -> Content:
    """Data as Textual content, for `Static`, `Button`, `border_title`, `tooltip` … : `Content` parses no markup."""
    return Content.styled(literal(text), style) if style else Content(literal(text))


def block(text: str) -> Content:
    """A longer text of several lines as content."""
    return Content(lines(text))


def width(text: str) -> int:
    """How many terminal cells a literal text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int, align: str = "left") -> str:
    """A literal text cut (with an ellipsis) or padded to exactly that many terminal cells, wide characters counted."""
    if cells <= 0:
        return ""
    taken = width(text)
    if taken > cells:
        text = set_cell_size(text, cells - 1).rstrip() + ELLIPSIS
        taken = width(text)
    room = " " * (cells - taken)
    if align == "right":
        return room + text
    if align == "center":
        return room[: len(room) // 2] + text + room[len(room) // 2 :]
    return text + room


class SafeText(LineFilter):
    """The backstop for what somebody forgot: it is drawn with stand-ins, and as wide as it would have been."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments themselves where all is well, else copies without what a terminal obeys or nobody sees."""
        for segment in segments:
            if not segment.control and unseen(segment.text):
                return [_seen(s) for s in segments]
        return segments


def _seen(segment: Segment) -> Segment:
    if segment.control or not unseen(segment.text):
        return segment
    text = "".join(marked(c) if cell_len(c) else "" for c in segment.text)
    return Segment(set_cell_size(text, segment.cell_length), segment.style)


def sentence(parts: Sequence[str], sep: str = " · ") -> str:
    """Those parts that are not empty, joined."""
    return sep.join(part for part in parts if part)
