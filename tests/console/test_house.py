"""Rules of the house that a type checker does not know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((*ROOT.glob("screens/**/*.py"), *ROOT.glob("console/*.py")))

STOCK = re.compile(
    r"^from textual\.widgets import .*\b(DataTable|OptionList|Footer|Header|Markdown|RichLog|Log|Select)\b", re.M
)
"""Widgets that repaint themselves whole, blink, or parse what data says."""

RAW = re.compile(r"\b(Static|Label|Button|Checkbox|notify)\(\s*f[\"'](?!.*markup=False)")
"""An f-string as the content of a widget that parses markup."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_widgets_are_ours_and_text_is_literal(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not STOCK.search(source), "use screens.widgets"
    for line in source.split("\n"):
        assert not RAW.search(line), f"text from data goes through screens.safe: {line.strip()}"
    assert "escape(" not in source, "escaping markup is not enough; Content and Text parse none"
    assert len(source.split("\n")) <= 500, "find the two things it has become"


def test_the_application_is_no_god() -> None:
    assert len((ROOT / "console" / "app.py").read_text("utf-8").split("\n")) <= 250
