"""The live preview beside every step, and the two lines that stand for it where there is no room."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.statement.usage_words import UsageNote
from screens.widgets.bars import OneLine
from screens.widgets.table import Column, Row, RowList
from screens.wizard.findings import FindingsList, Told
from screens.wizard.known import Look
from screens.wizard.sections import rows, seen, summary


class PreviewTitle(OneLine):
    """`Preview, seen from 2025-02-01`, and whether it is being made anew."""

    DEFAULT_CSS = """
    PreviewTitle { padding: 0 1; }
    """

    said: reactive[tuple[str, bool]] = reactive(("", True))
    """The instant it is seen from, and whether an answer is awaited."""

    def draw(self, columns: int) -> Content:
        """The title."""
        when, busy = self.said
        text = "Preview" + (f", seen from {when}" if when else "")
        wait = Content.styled("  …", "$text-muted") if busy else Content("")
        return Content.assemble(Content.styled(safe.fit(text, min(columns - 5, len(text))), "bold $text-primary"), wait)


class PreviewPane(Vertical):
    """Title, which usage is rated, and everything the draft comes to."""

    DEFAULT_CSS = """
    PreviewPane { height: 1fr; background: $surface; }
    PreviewPane RowList, PreviewPane UsageNote { background: $surface; }
    PreviewPane RowList { height: 1fr; margin: 0 0 0 1; }
    PreviewPane PreviewTitle { background: $surface; }
    """

    def compose(self) -> ComposeResult:
        """The three."""
        yield PreviewTitle()
        yield UsageNote()
        yield FindingsList()
        yield RowList((Column("", flex=1), Column("", align="right")), header=False, empty="Reading…", id="look")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#look", RowList)

    @property
    def note(self) -> UsageNote:
        """Which usage is rated."""
        return self.query_one(UsageNote)

    def wait(self) -> None:
        """The draft changed; an answer is on its way. What is shown stays until it is there."""
        title = self.query_one(PreviewTitle)
        title.said = (title.said[0], True)

    def show(self, look: Look, told: tuple[Told, ...]) -> None:
        """The answer, and what is wrong or doubtful about it."""
        self.query_one(PreviewTitle).said = (seen(look), False)
        self.query_one(FindingsList).tell(told)
        show_from_top(self.rows, rows(look))

    def fail(self, text: str) -> None:
        """There is no answer, and this is why."""
        self.query_one(PreviewTitle).said = ("", False)
        self.query_one(FindingsList).tell(())
        self.rows.empty = text
        self.rows.show(())


def show_from_top(shown: RowList, made: Sequence[Row]) -> None:
    """Put rows into a list; unless someone is reading further down, it begins at its top."""
    shown.show(made)
    if not shown.has_focus:
        shown.cursor = next((k for k, row in enumerate(made) if row.selectable), 0)
        shown.scroll_home(animate=False, immediate=True)


class PreviewStrip(OneLine):
    """The preview in one line: `4 invoices, $14,000.00 · first statement 2024-11: $200.00 · ▲ 1 to look at`."""

    DEFAULT_CSS = """
    PreviewStrip { background: $surface; padding: 0 1; }
    """

    said: reactive[str] = reactive("")
    """The line."""

    review: reactive[bool] = reactive(False)
    """Whether everything is on the screen already."""

    def show(self, look: Look) -> None:
        """The answer."""
        self.said = summary(look)

    def draw(self, columns: int) -> Content:
        """The line, and the key that shows more."""
        hint = "F2 shows the request" if self.review else "F3 shows all"
        text = safe.fit(safe.literal(self.said), max(0, columns - 2 - len(hint) - 2))
        return Content.assemble(text, "  ", Content.styled(hint, "$text-muted"))
