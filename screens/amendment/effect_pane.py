"""What the amendment does, in sentences: whether it would be taken, the sum of all statements, the balances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from screens import safe
from screens.amendment import effect
from screens.widgets.text_pane import TextPane
from store.errors import Problem
from store.terms.review import Finding

if TYPE_CHECKING:
    from store.preview import WhatIf

STYLES = {"bad": ("✗", "$text-error"), "warn": ("▲", "$text-warning"), "good": ("✓", "$text-success"), "": ("", "")}


class EffectPane(TextPane):
    """Sentences that scroll."""

    DEFAULT_CSS = """
    EffectPane { height: 1fr; padding: 0 1; background: $surface; }
    """

    def say(self, lines: Iterable[tuple[str, str]]) -> None:
        """Sentences with their tones; a heading has the tone `title`."""
        self.tell(Content("\n").join([_line(text, tone) for text, tone in lines]))


def _line(text: str, tone: str) -> Content:
    if tone == "title":
        return Content.styled(safe.literal(text), "bold $text-primary")
    if tone == "muted":
        return Content.styled(safe.literal(text), "$text-muted")
    glyph, style = STYLES[tone]
    return Content.styled((glyph + " " if glyph else "") + safe.literal(text), style)


def sentences(
    found: WhatIf | None,
    *,
    problems: Iterable[Problem],
    findings: Iterable[Finding],
    empty: bool,
    added: Iterable[str],
    paged: bool,
    note: str,
) -> list[tuple[str, str]]:
    """What there is to say, the most urgent first."""
    lines: list[tuple[str, str]] = [("What it does", "title")]
    lines += [(str(problem), "bad") for problem in problems]
    lines += [(effect.finding(f), "bad" if f.severity == "error" else "warn") for f in findings]
    if empty:
        lines.append(("Nothing yet. Add a term: o override, c commit, r credit, s charge; f custom fields.", ""))
        where = "Keys 2, 3 and 4 show a statement: what changes in it, as it is, and as it would be."
        beside = "Below is the statement as it is now; what a term changes will stand beside it."
        lines.append((where if paged else beside, "muted"))
        return lines
    if found is None:
        return lines
    if found.refusal is not None:
        return [*lines, (f"This cannot be rated: {found.refusal}", "bad")]
    lines += [(f"≈ {note}:", "muted")] if note else []
    lines.append((effect.summary(found), ""))
    lines += [(text, tone if tone != "good" else "") for text, tone in effect.balances(found.comparison)]
    closed = effect.final(found)
    lines += [(closed, "warn")] if closed else []
    lines += [(text, "muted") for text in added]
    return lines
