"""How long a scrolling view is, changed without laying out the whole screen again where that makes no difference."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


def set_length(view: ScrollView, rows: int) -> None:
    """The view has so many rows now. Only a scrollbar that comes or goes needs a new layout; who calls repaints."""
    size, height = Size(0, rows), view.size.height
    if size == view.virtual_size:
        return
    toggles = view.styles.overflow_y != "scroll" and (view.virtual_size.height > height) != (rows > height)
    if not height or toggles:
        view.virtual_size = size
        return
    view.set_reactive(ScrollView.virtual_size, size)
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = rows
        if view.scroll_y > max(0, rows - height):
            view.scroll_to(y=max(0, rows - height), animate=False, force=True, immediate=True)
