"""Lines drawn in the theme's tones: what is muted, good, bad or under the cursor."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.scroll_view import ScrollView

TONES = {
    "header": ("text-muted", "bold"),
    "muted": ("text-muted", ""),
    "good": ("text-success", ""),
    "warn": ("text-warning", ""),
    "bad": ("text-error", ""),
    "strong": ("foreground", "bold"),
    "accent": ("text-primary", ""),
}
"""Tone → the theme's colour and how it is set; component classes would take twice as long to the first frame."""


class Toned(ScrollView):
    """A scrolling widget that draws its lines itself, in styles that follow the theme."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tones: dict[str, Style] = {}

    def tone(self, name: str) -> Style:
        """The style of a tone (`TONES`, "", or a subclass's own `list--` component class)."""
        style = self._tones.get(name)
        if style is None:
            style = self._tones[name] = self._tone(name)
        return style

    def _tone(self, name: str) -> Style:
        if not name:
            return self.rich_style
        theme = self.app.theme_variables
        if name in TONES:
            colour, how = TONES[name]
            return self.tone("") + Style(color=_colour(theme[colour]), bold=True if how else None)
        if name == "cursor":
            front, back = theme["block-cursor-foreground"], theme["block-cursor-background"]
            return Style(color=_colour(front), bgcolor=_colour(back))
        if name == "cursor-blurred":
            return self.tone("") + Style(bgcolor=_colour(theme["block-cursor-blurred-background"]))
        return self.get_component_rich_style(f"list--{name}")

    def notify_style_update(self) -> None:
        """Another theme, or another background: look the styles up again."""
        self._tones = {}
        super().notify_style_update()


def _colour(name: str) -> str | None:
    """A theme's colour as Rich takes it; None (the list's own) for one that depends on its background."""
    return None if name.startswith("auto") else Color.parse(name).hex6
