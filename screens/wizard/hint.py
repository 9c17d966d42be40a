"""One line that says what a step is for, for those who have never seen it."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.widgets.bars import OneLine

HINTS = (
    "What the customer pays by, and from when. * has to be filled in.",
    "Money set aside for usage. None is needed: F8 goes on.",
    "Charges, other prices, subscriptions. None is needed.",
    "Enter on a finding leads to its field. ^S creates the contract.",
)


class StepHint(OneLine):
    """The sentence of the step that is shown."""

    DEFAULT_CSS = """
    StepHint { padding: 0 1; }
    """

    step: reactive[int] = reactive(0)
    """Which step."""

    def draw(self, columns: int) -> Content:
        """The sentence."""
        return Content.styled(safe.fit(HINTS[self.step], columns - 2), "$text-muted")
