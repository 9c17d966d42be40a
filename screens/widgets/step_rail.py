"""The steps of a longer piece of work: which are done, where you are, what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from screens import safe
from screens.widgets.bars import OneLine


class StepRail(OneLine):
    """`✓ 1 Metadata  ▸ 2 Commits  ○ 3 Terms  ▲ 4 Review`; a click asks for a step."""

    DEFAULT_CSS = """
    StepRail { padding: 0 1; background: $surface; }
    """

    current: reactive[int] = reactive(0)
    """The step that is shown."""
    marks: reactive[tuple[str, ...]] = reactive(())
    """Per step: "done", "wrong" or "" (not looked at yet)."""

    @dataclass
    class Asked(Message):
        """A step was clicked."""

        rail: StepRail
        step: int

        @property
        def control(self) -> StepRail:
            """The rail, for selectors."""
            return self.rail

    def __init__(self, steps: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.steps = tuple(steps)
        self.set_reactive(StepRail.marks, ("",) * len(self.steps))
        self._spots: list[tuple[int, int, int]] = []

    def draw(self, columns: int) -> Content:
        """The steps side by side."""
        self._spots, parts, x = [], [], 1
        for k, name in enumerate(self.steps):
            mark = self.marks[k] if k < len(self.marks) else ""
            glyph = "▸" if k == self.current else {"done": "✓", "wrong": "▲"}.get(mark, "○")
            style = "bold $text-primary" if k == self.current else {"wrong": "$text-warning"}.get(mark, "$text-muted")
            text = f"{glyph} {k + 1} {safe.literal(name)}"
            parts += [Content.styled(text, style), Content("   ")]
            self._spots.append((x, x + safe.width(text), k))
            x += safe.width(text) + 3
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Ask for the step under the pointer."""
        for start, end, step in self._spots:
            if start <= event.x < end:
                self.post_message(self.Asked(self, step))
