"""What stands there while the window is too small for anything else."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static


class TooSmall(ModalScreen[None]):
    """Covers the screen; everything under it is kept as it was."""

    DEFAULT_CSS = """
    TooSmall { align: center middle; background: $background; }
    TooSmall Static { width: auto; text-align: center; }
    """

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__()
        self.need = f"{columns}x{rows}"

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(f"Window too small\n{self.need} at least", markup=False)
