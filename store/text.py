"""Text from data made harmless to look at: no control sequence, no direction trick, nothing invisible.

Whatever shows data (a screen, the command line, a log) passes it through `visible`; printable text stays as it is. An
address that may hold a password passes through `masked`.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def visible(text: str, *, limit: int = 10_000) -> str:
    """The text on one line with every control or invisible character replaced by a visible stand-in; cut at `limit`."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    text = text.replace("\t", "    ").replace("\r\n", " ").replace("\n", " ")
    return text if text.isprintable() and not _UNSEEN.search(text) else _UNSEEN.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    char = match[0]
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"


_SECRET = re.compile(r"(?<=://)([^:/?#@]*):.*@|([?&]password=)[^&#]*", re.IGNORECASE)


def masked(url: str) -> str:
    """An address as it may be shown and logged: without the password, wherever in it that stands."""
    return _SECRET.sub(lambda found: f"{found[1]}:***@" if found[1] is not None else f"{found[2]}***", url)
