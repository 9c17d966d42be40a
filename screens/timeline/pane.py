"""What stands under the lanes, as one text: what was found, what it does to money, who takes what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens import safe
from screens.amendment import effect
from screens.timeline.words import Paragraph, Said
from store.terms.review import Finding

if TYPE_CHECKING:
    from store.preview import WhatIf

GLYPHS = {
    "good": ("✓", "$text-success"), "warn": ("▲", "$text-warning"), "bad": ("○", "$text-error"),
    "info": ("·", "$text-muted"), "": (" ", ""),
}  # fmt: skip


def paragraphs(found: Sequence[Paragraph]) -> list[Content]:
    """Who takes what, a paragraph per stretch of time."""
    lines: list[Content] = []
    for one in found:
        lines.append(Content.styled(one.title, "bold $text-primary"))
        lines += map(_sentence, one.said)
        lines.append(Content(""))
    return lines


def _sentence(said: Said) -> Content:
    glyph, style = GLYPHS[said.tone]
    return Content.assemble(
        Content.styled("+ " if said.was else "  ", "bold $text-accent"),
        Content.styled(glyph + " ", style),
        Content.styled("New: " if said.was else "", "$text-accent"),
        Content.styled(safe.literal(said.text), "" if said.tone == "good" else style),
        Content.styled(said.count, "$text-muted"),
        Content.styled(f"  (until now {safe.literal(said.was)})" if said.was else "", "$text-muted"),
    )


def findings(found: Iterable[Finding]) -> list[Content]:
    """What the review says: errors refuse, warnings are said."""
    lines = []
    for one in found:
        wrong = one.severity == "error"
        text = safe.literal(effect.finding(one))
        lines.append(Content.styled(("✗ " if wrong else "▲ ") + text, "$text-error" if wrong else "$text-warning"))
    return lines


def remark(text: str, tone: str = "warn") -> list[Content]:
    """One sentence."""
    glyph, style = GLYPHS[tone]
    return [Content.styled(f"{glyph} {safe.literal(text)}", style)] if text else []


def money(found: WhatIf, names: Mapping[str, str], width: int, *, note: str = "") -> list[Content]:
    """The statements that change, before and after, in columns of text; then what is final by now."""
    lines = [Content.styled("Statements", "bold $text-primary"), Content(safe.literal(effect.summary(found)))]
    if note:
        lines.insert(1, Content.styled(note, "$text-warning"))
    if found.refusal is not None:
        return lines
    rows = list(effect.affected(found, names))
    names_of_columns = ("title", "before", "after", "delta")
    sizes = [max((safe.width(getattr(r, n)) for r in rows), default=0) for n in names_of_columns]
    room = max(6, width - sum(sizes) - 11 - (6 if any(r.closed for r in rows) else 0))
    for row in rows:
        text = (
            f"{row.mark} {safe.fit(safe.literal(row.title), sizes[0])}  {safe.fit(safe.literal(row.contract), room)}  "
            f"{row.before:>{sizes[1]}} → {row.after:>{sizes[2]}}  {row.delta:>{sizes[3]}}"
        )
        lines.append(Content.assemble(Content(text), Content.styled(" final" if row.closed else "", "$text-warning")))
    return [*lines, *remark(effect.final(found)), Content("")]


def legend() -> list[Content]:
    """How to read the lanes."""
    marks = "├ begins   ◆ filter changes   ┴ statement ends   ┤ ends   ▶ goes on"
    keys = "↑ ↓ contract   ← → change   ⏎ or n changes a filter (seen before saved)"
    return [Content.styled(text, "$text-muted") for text in (marks, keys)]


def joined(lines: Iterable[Content]) -> Content:
    """Lines as one text."""
    return Content("\n").join(list(lines))
