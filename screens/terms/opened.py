"""The term that is open in its editor, as far as it is typed: plain data, which a draft keeps and goes on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screens.terms.shape import Payload


@dataclass(frozen=True, slots=True)
class Opened:
    """A new term of a kind (maybe begun as a copy of another), or the one at `index`, with the texts of its fields."""

    kind: str
    index: int | None = None
    copy: Payload | None = None
    texts: Mapping[str, str] | None = None

    def kept(self) -> Payload:
        """As a draft stores it."""
        return {"kind": self.kind, "index": self.index, "copy": self.copy, "texts": dict(self.texts or {})}


def resumed(stored: Any, terms: Mapping[str, Sequence[Payload]]) -> Opened | None:
    """What a draft stored of one of these terms; None where it stored none, or none that is there."""
    given = stored if isinstance(stored, Mapping) else {}
    kind, index, copy, texts = (given.get(name) for name in ("kind", "index", "copy", "texts"))
    if not isinstance(kind, str) or kind not in terms:
        return None
    if index is not None and not (isinstance(index, int) and 0 <= index < len(terms[kind])):
        return None
    typed = {str(k): str(v) for k, v in texts.items()} if isinstance(texts, Mapping) else {}
    return Opened(kind, index, dict(copy) if isinstance(copy, Mapping) else None, typed)
