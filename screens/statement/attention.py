"""What needs a look: warnings and usage that reaches no line, as whole sentences in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from screens.widgets.facts import broken
from screens.widgets.table import Cell, Column, Row, RowList
from store.rating.statement import Preview, Unmatched, Warning

NONE = "✓ All usage reaches a statement, none of it twice."


class AttentionList(RowList):
    """`tell(pairs)`; sentences are broken at the list's width, the cursor goes from one to the next."""

    def __init__(self) -> None:
        super().__init__((Column("", flex=1),), empty="Rating…", header=False)
        self._pairs: tuple[tuple[str, str], ...] | None = None

    def tell(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Other sentences, each with its heading."""
        self._pairs = tuple(pairs)
        self.empty = NONE
        self._break()

    def fail(self, reason: str) -> None:
        """Nothing is known: say why."""
        self._pairs, self.empty = None, reason
        self.show(())

    @property
    def told(self) -> int:
        """How many sentences there are."""
        return len(self._pairs or ())

    def on_resize(self) -> None:
        """Break the sentences anew."""
        if self._pairs is not None:
            self._break()
        super().on_resize()

    def _break(self) -> None:
        self.show(self._rows(max(20, self.scrollable_content_region.width)))

    def _rows(self, width: int) -> Iterator[Row]:
        for k, (title, sentence) in enumerate(self._pairs or ()):
            first, *rest = broken(f"{title}: {sentence}", width - 2)
            yield Row(k, (Cell("▲ " + first, "warn"),), value=(title, sentence))
            for text in rest:
                yield Row(None, ("  " + text,), selectable=False)


def sentences(preview: Preview, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What needs a look, each as a heading and a sentence; contracts are called by name."""
    for warning in gathered(preview.warnings):
        yield warning.code.replace("_", " "), named(warning.message, names)
    for usage in preview.unmatched:
        yield "usage on no line", named(unbilled(usage), names)


def gathered(warnings: Iterable[Warning]) -> tuple[Warning, ...]:
    """Those of one kind about one term in one sentence: what is made anew every month warns every month."""
    groups: dict[tuple[str, str], list[Warning]] = {}
    for number, warning in enumerate(warnings):
        groups.setdefault((warning.code, warning.path or str(number)), []).append(warning)
    return tuple(_together(*group) for group in groups.values())


def _together(first: Warning, *more: Warning) -> Warning:
    if not more:
        return first
    return replace(first, message=f"{first.message}; {len(more)} more like this {'follow' if more[1:] else 'follows'}")


def unbilled(usage: Unmatched) -> str:
    """`198 events (LATAM): no contract takes usage with region LATAM`."""
    month = usage.detail.get("month")
    count = f"{usage.events:,} event{'s' if usage.events != 1 else ''}" + (f" in {month}" if month else "")
    return f"{count}: {usage.message or usage.reason.replace('_', ' ')}"


def named(text: str, names: Mapping[str, str]) -> str:
    """A sentence with contracts called by their names in place of their ids."""
    for contract_id, name in names.items():
        text = text.replace(contract_id, f"“{name}”")
    return text
