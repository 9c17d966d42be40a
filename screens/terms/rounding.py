"""How a prorated amount is rounded, typed in two words: `up cents`, `half up 2`, `down -2` (README, §4.17)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from screens.widgets.fields import Field

_WAYS = {"half up": "HALF_UP", "half-up": "HALF_UP", "nearest": "HALF_UP", "down": "FLOOR", "up": "CEILING"}
_WORDS = {"HALF_UP": "half up", "FLOOR": "down", "CEILING": "up"}
_TYPED = re.compile(r"(?P<way>[a-z][a-z -]*?)\s+(?:to\s+)?(?P<places>[-−]?\d+|cents?|dollars?)(?:\s+places?)?")
_UNITS = {"cent": 0, "cents": 0, "dollar": -2, "dollars": -2}
"""In places of the stored unit, which is the cent."""
MOST = 5


@dataclass(frozen=True, kw_only=True)
class RoundingField(Field):
    """A way of rounding and its decimal places."""

    echoes: bool = True
    help: str = "such as half up cents; blank: not rounded"
    explains: str = (
        "Way and places of the stored unit, which is the cent: half up cents, down 2 (hundredths of a cent), "
        "up dollars. Blank: nothing is rounded."
    )

    def parse(self, text: str) -> dict[str, Any]:
        """Method and places."""
        match = _TYPED.fullmatch(text.strip().lower())
        way = _WAYS.get(match["way"]) if match else None
        if match is None or way is None:
            raise ValueError("must be half up, up or down, and how far, as in half up cents")
        word = match["places"].replace("−", "-")
        places = _UNITS[word] if word in _UNITS else int(word)
        if abs(places) > MOST:
            raise ValueError(f"must keep from -{MOST} to {MOST} places")
        return {"rounding_method": way, "decimal_places": places}

    def text(self, value: Any) -> str:
        """As one would have typed it."""
        return "" if value is None else said(value)

    def echo(self, value: Any) -> str:
        """Way and places in words."""
        return f"= rounded {said(value)}"


def said(value: Any) -> str:
    """`half up cents`, `down 2`."""
    way = _WORDS.get(str(value["rounding_method"]).upper(), str(value["rounding_method"]).lower())
    units = {0: "cents", -2: "dollars"}
    return f"{way} {units.get(value['decimal_places'], value['decimal_places'])}"
