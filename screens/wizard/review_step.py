"""The last step: what must be put right, what the contract comes to, and the request that creates it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from screens import safe
from screens.widgets.table import Column, RowList
from screens.widgets.text_modal import as_shown
from screens.wizard.draft import ordered
from screens.wizard.findings import FindingsList, Told
from screens.wizard.known import Look
from screens.wizard.preview_pane import show_from_top
from screens.wizard.sections import rows

READY = Told("✓", "Ready: ^S creates the contract.")
"""The finding that nothing stands in the way."""


def request_text(draft: Mapping[str, Any]) -> str:
    """The body of the create request, as it will be sent."""
    return as_shown(ordered(draft))


class ReviewStep(Vertical):
    """The findings, each leading to its field, over everything the draft comes to."""

    DEFAULT_CSS = """
    ReviewStep { height: 1fr; }
    ReviewStep #review-rows { margin: 0 1; }
    ReviewStep FindingsList { margin: 0 1 1 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="review")

    def compose(self) -> ComposeResult:
        """The two lists."""
        columns = (Column("", flex=1), Column("", align="right"))
        yield FindingsList()
        yield RowList(columns, header=False, empty="Rating…", id="review-rows")

    @property
    def rows(self) -> RowList:
        """What it comes to."""
        return self.query_one("#review-rows", RowList)

    @property
    def first(self) -> RowList:
        """Where work on the review begins: the findings, where there are any."""
        findings = self.query_one(FindingsList)
        return findings if findings.rows else self.rows

    def show(self, look: Look, told: tuple[Told, ...]) -> None:
        """What the draft comes to."""
        sound = not look.errors and look.refusal is None
        findings = self.query_one(FindingsList)
        first = not findings.rows and self.rows.has_focus
        findings.tell((*((READY,) if sound else ()), *told))
        if first:
            self.call_after_refresh(findings.focus)
        show_from_top(self.rows, rows(look))

    def fail(self, text: str) -> None:
        """It could not be rated, and this is why."""
        self.query_one(FindingsList).tell(())
        self.rows.empty = text
        self.rows.show(())


class RequestPane(VerticalScroll):
    """The exact API request beside the review."""

    DEFAULT_CSS = """
    RequestPane { height: 1fr; background: $surface; padding: 0 1; scrollbar-size-vertical: 1; }
    RequestPane .title { color: $text-primary; text-style: bold; height: 1; }
    RequestPane Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__(id="request")
        self._text = ""

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield Static("POST /v1/contracts/create   F2 to copy it", markup=False, classes="title")
        yield Static("", markup=False, id="request-text")

    def show(self, draft: Mapping[str, Any]) -> None:
        """The request of this state of the draft."""
        text = request_text(draft)
        if text != self._text:
            self._text = text
            self.query_one("#request-text", Static).update(safe.block(text))
