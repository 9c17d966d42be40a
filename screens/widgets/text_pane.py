"""A text that scrolls and changes often: only the lines that differ are painted again, and nothing is laid out anew."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class TextPane(ScrollView, can_focus=True):
    """`tell(content)` puts another text there; it is wrapped to the width, the arrows scroll."""

    DEFAULT_CSS = """
    TextPane { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = Content("")
        """What is shown."""
        self._strips: list[Strip] = []
        self._wrapped_to = 0

    def tell(self, text: Content) -> None:
        """Another text; the view stays where it is if it can."""
        self.text = text
        self._wrap()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        if self.scrollable_content_region.width != self._wrapped_to:
            self._wrap()

    def notify_style_update(self) -> None:
        """Other colours: every line is another one."""
        super().notify_style_update()
        if self.is_mounted:
            self._wrap()

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        old, top, height = self._strips, self.scroll_offset.y, self.size.height
        self._strips = Visual.to_strips(self, self.text, width, None, self.visual_style)
        if len(old) != len(self._strips) or self._wrapped_to != width:
            self._wrapped_to = width
            if self.virtual_size.height != len(self._strips) and max(len(old), len(self._strips)) > height:
                self.virtual_size = Size(0, len(self._strips))
            else:
                self.set_reactive(TextPane.virtual_size, Size(0, len(self._strips)))
        for y in range(height):
            if self._at(old, top + y) != self._at(self._strips, self.scroll_offset.y + y):
                self.refresh(Region(0, y, self.size.width, 1))

    @staticmethod
    def _at(strips: list[Strip], index: int) -> Strip | None:
        return strips[index] if index < len(strips) else None

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        strip = self._at(self._strips, y + self.scroll_offset.y)
        return Strip.blank(self.size.width, self.rich_style) if strip is None else strip
