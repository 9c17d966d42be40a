"""Text from data is shown, never obeyed."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from screens import safe
from tests.screens.reading import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_survives_and_nothing_harmless_is_lost(text: str) -> None:
    shown = safe.literal(text)
    assert shown.isprintable()
    assert "\n" not in shown
    assert safe.literal(shown) == shown, "making it literal twice changes nothing"
    if text.isprintable() and text.isascii():
        assert shown == text


def test_controls_are_shown_as_what_they_are() -> None:
    assert safe.literal("\x1b]0;t\x07") == "␛]0;t␇"
    assert safe.literal("a\u202eb\x9bc\x7f") == "a\ufffdb\ufffdc\u2421"
    assert safe.literal("Zoë 株式会社 – €") == "Zoë 株式会社 – €"


def test_markup_stays_text() -> None:
    assert safe.label("[red]x[/]").plain == "[red]x[/]"
    assert safe.cell("[/]").plain == "[/]"


@pytest.mark.parametrize("cells", range(1, 12))
@pytest.mark.parametrize("text", ["", "Acme", "株式会社", "a株b式c", "longer than that"])
def test_fitted_text_has_exactly_the_width_asked_for(text: str, cells: int) -> None:
    for align in ("left", "right", "center"):
        assert safe.width(safe.fit(text, cells, align)) == cells


def test_the_backstop_drops_what_somebody_forgot() -> None:
    clean = [Segment("fine")]
    assert safe.SafeText().apply(clean, Color(0, 0, 0)) is clean
    dirty = safe.SafeText().apply([Segment("a\x1b[31mb"), Segment("ok")], Color(0, 0, 0))
    assert "".join(s.text for s in dirty) == "a[31mbok"
