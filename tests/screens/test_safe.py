"""Text from data is shown, never obeyed."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color
from wcwidth import wcwidth

from screens import safe
from store.text import unseen
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


@pytest.mark.parametrize("text", HOSTILE)
def test_cells_are_counted_as_terminals_do_that_go_character_by_character(text: str) -> None:
    shown = safe.literal(text)
    assert safe.width(shown) == sum(map(wcwidth, shown))
    assert safe.width(safe.marked(text)) == sum(map(wcwidth, safe.marked(text)))
    assert len(safe.marked(text)) == len(text), "an editor's cursor stands where it seems to"


def test_what_terminals_disagree_about_is_told_apart() -> None:
    assert safe.literal("\U0001f1e9\U0001f1ea") == "DE", "a flag is two letters, and one, two or four cells"
    assert safe.literal("\U0001f44d\U0001f3fd") == "\U0001f44d\ufffd", "a skin's tone is a cell of its own, or none"
    assert safe.literal("東京\u3000支店 12\xa0000") == "東京  支店 12 000", "blanks of other widths are blanks"
    assert safe.literal("a\u2800b\u034fc\u17b4") == "a\ufffdb\ufffdc\ufffd", "blank or nothing at all to see"


def test_marks_stand_on_something_and_not_by_the_hundred() -> None:
    assert safe.literal("\u0301e\u0301") == "\u25cc\u0301e\u0301", "a mark without a letter would go to the cell before"
    assert safe.literal("e" + "\u0301" * 5_000) == "e" + "\u0301" * 8 + "\ufffd"
    assert safe.literal("\u1112" + "\u1161" * 99 + "x") == "\u1112" + "\u1161" * 8 + "\ufffdx"
    for name in ("Việt Nam", "Vie\u0323\u0302t", "नमस्ते", "ภาษาไทย", "မြန်မာ", "한국", "שָׁלוֹם", "தமிழ்"):
        assert safe.literal(name) == name, "what people are called stays as it is written"


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


@pytest.mark.parametrize("text", HOSTILE)
def test_the_backstop_moves_nothing_sideways(text: str) -> None:
    before = Segment(text.replace("\n", " "))
    (after,) = safe.SafeText().apply([before], Color(0, 0, 0))
    assert after.cell_length == before.cell_length
    assert not unseen(after.text)
