"""Ids of what is made, not stored: the same name gives the same id, in every process and at every time."""

from __future__ import annotations

from hashlib import sha1
from uuid import NAMESPACE_URL

_SPACE = NAMESPACE_URL.bytes


def uuid_of(name: str) -> str:
    """What `str(uuid5(NAMESPACE_URL, name))` gives, without an object in between."""
    digest = sha1(_SPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
