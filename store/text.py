"""Text from data made harmless to look at: no control sequence, no direction trick, nothing invisible.

Whatever shows data (a screen, the command line, a log) passes it through `visible`; printable text stays as it is.
JSON that is shown passes through `escaped`, so that a copy of it is exact. An address that may hold a password passes
through `masked`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Controls, what is not seen, and what terminals take for different widths (flags, tones of skin)."""
_BLANKS = {"\t": "    ", "\r\n": " ", "\n": " ", "\u3000": "  ", "\xa0": " ", "\u2007": " ", "\u202f": " "}
_BLANK = re.compile("|".join(_BLANKS))
MARKS = 8
"""So many marks may stand on a letter; no script needs more, and a hundred paint over the lines around."""
_PERHAPS_MARKS = re.compile(f"[^\0-\u02ff\u2e80-\u3029\u3030-\u3098\u309b-\ua66e\uac00-\ud7a3]{{{MARKS + 1}}}")
"""A run of that many characters of scripts that have marks: only then each is looked at."""


def unseen(text: str) -> bool:
    """Whether there is anything in a text that a terminal obeys, hides, or takes for another width than the next."""
    return not text.isprintable() or (not text.isascii() and _UNSEEN.search(text) is not None)


def visible(text: str, *, limit: int = 10_000) -> str:
    """The text on one line with every control or invisible character replaced by a visible stand-in; cut at `limit`.

    A mark that stands on nothing gets a dotted circle to stand on, and what is stacked on a letter by the hundred ends
    in a stand-in too.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = _stood_in(_BLANK.sub(lambda found: _BLANKS[found[0]], text))
    if text and _is_mark(text[0]):
        text = "\u25cc" + text
    return _few_marks(text) if _PERHAPS_MARKS.search(text) else text


def marked(text: str) -> str:
    """The text with a stand-in for each character that is not seen, one for one: for editors, whose cursor counts."""
    return text if text.isascii() and text.isprintable() else _stood_in(text)


def _stood_in(text: str) -> str:
    text = _UNSEEN.sub(lambda found: _stand_in(found[0]), text)
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def _stand_in(char: str) -> str:
    if char < " ":
        return chr(0x2400 + ord(char))
    if "\U0001f1e6" <= char <= "\U0001f1ff":
        return chr(ord("A") + ord(char) - 0x1F1E6)
    return "\u2421" if char == "\x7f" else "\ufffd"


def _is_mark(char: str) -> bool:
    """Whether it takes no cell of its own; the vowels and finals of Korean syllables do so too."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"


def _few_marks(text: str, rest: Callable[[str], str] = lambda _: "\ufffd") -> str:
    runs = ((marks, "".join(run)) for marks, run in groupby(text, _is_mark))
    return "".join(run[:MARKS] + rest(run[MARKS:]) if marks and len(run) > MARKS else run for marks, run in runs)


_IN_JSON = re.compile(
    "[\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U0010ffff]"
)
"""What is not seen for what it is; below it, JSON escapes by itself."""


def escaped(json: str) -> str:
    """A JSON text that says the same with an escape for each character that is not seen for what it is."""
    if json.isascii() and "\x7f" not in json:
        return json
    text = _IN_JSON.sub(lambda found: _as_units(found[0]), json)
    return _few_marks(text, _as_units) if _PERHAPS_MARKS.search(text) else text


def _as_units(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k] << 8 | units[k + 1]:04x}" for k in range(0, len(units), 2))


def escaped_python(literal: str) -> str:
    """As `escaped`, for a string as Python writes it."""
    return _IN_JSON.sub(lambda found: _as_point(ord(found[0])), literal)


def _as_point(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_SECRET = re.compile(
    r"(?<=://)([^:/?#@]*):.*@|([?&][a-z]*password=)[^&#]*|(?<![\w?&])([a-z]*password\s*=\s*)(?:'[^']*'|\S+)"
    r"|(?<![^\s=])([\w.%+-]+):[^\s/@]+@(?=[^\s@]+/)",
    re.IGNORECASE,
)


def masked(url: str) -> str:
    """An address as it may be shown and logged: without the password, wherever in it that stands."""
    return _SECRET.sub(_without_secret, url)


def _without_secret(found: re.Match[str]) -> str:
    login = found[1] if found[1] is not None else found[4]
    return f"{found[2] or found[3]}***" if login is None else f"{login}:***@"
