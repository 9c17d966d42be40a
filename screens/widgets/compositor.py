"""What is painted for a key lies where something changed: the stock compositor asks every widget for every line.

Where two rows of one list change, Textual renders all lines of all widgets on the screen and throws all but two away,
which costs more than all else that a key does. This file alone knows that method (`_get_renders`); what is shown is the
same, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class CroppedCompositor(Compositor):
    """The stock compositor, which renders only the lines that lie within the crop."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Region, clip and strips of each widget; of those that reach into the crop, only the lines within it."""
        if not crop:
            yield from super()._get_renders(crop)
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if not shown.overlaps(crop):
                continue
            within = shown.intersection(rows)
            if within.width and within.height:
                yield region, clip.intersection(rows), widget.render_lines(within.translate((-region.x, -region.y)))
