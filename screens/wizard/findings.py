"""What must be put right and what ought to be looked at, in whole sentences; each leads to its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from textual.message import Message

from screens.statement.attention import named
from screens.widgets.facts import broken
from screens.widgets.table import Cell, Column, Row, RowList
from screens.wizard.known import Look
from store.errors import Problem

Name = Callable[[str], str]
"""A path of the request as operators know it: `Commit “Prepaid”: rate type`."""
TONES = {"✗": "bad", "▲": "warn", "✓": "good"}


@dataclass(frozen=True)
class Told:
    """A sentence with its glyph, and the problem it tells."""

    glyph: str
    text: str
    problem: Problem | None = None


def told(look: Look, name: Name, contracts: Mapping[str, str]) -> Iterator[Told]:
    """What is wrong, why it cannot be rated, what is doubtful; contracts are called by name."""
    for problem in look.errors:
        yield Told("✗", _about(problem, name), problem)
    if look.refusal is not None:
        yield Told("✗", f"{look.refusal.title}: {look.refusal}", Problem(look.refusal.path, look.refusal.message))
    for problem in look.doubts:
        yield Told("▲", named(_about(problem, name), contracts), problem)
    for warning in look.warnings:
        yield Told("▲", named(warning.message, contracts), Problem(warning.path, warning.message))


def _about(problem: Problem, name: Name) -> str:
    where = name(problem.path)
    return f"{where} {problem.message}" if where else problem.message[:1].upper() + problem.message[1:]


class FindingsList(RowList):
    """As high as it needs to be, up to what the style allows; not there where there is nothing to tell."""

    DEFAULT_CSS = """
    FindingsList {
        height: auto; margin: 0 1;
        & .list--cursor-blurred { background: transparent; color: $text-warning; }
    }
    """

    @dataclass
    class Asked(Message):
        """A finding was chosen: go where it can be put right."""

        problem: Problem

    def __init__(self) -> None:
        super().__init__((Column("", flex=1),), header=False, empty="")
        self._told: tuple[Told, ...] = ()

    def tell(self, told: Iterator[Told] | tuple[Told, ...]) -> None:
        """Other sentences."""
        self._told = tuple(told)
        self._break()

    def on_resize(self) -> None:
        """Break the sentences anew."""
        self._break()
        super().on_resize()

    def _break(self) -> None:
        width = self.scrollable_content_region.width or self.app.size.width // 2 - 4
        found = list(self._rows(max(20, width)))
        self.display = bool(found)
        self.styles.height = max(1, min(len(found), max(3, self.app.size.height // 3)))
        self.show(found)

    def _rows(self, width: int) -> Iterator[Row]:
        for k, each in enumerate(self._told):
            first, *rest = broken(each.text, width - 2)
            yield Row(k, (Cell(f"{each.glyph} {first}", TONES[each.glyph]),), value=each)
            for text in rest:
                yield Row(None, ("  " + text,), TONES[each.glyph], selectable=False)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Lead to the field."""
        event.stop()
        if isinstance(event.row.value, Told) and event.row.value.problem is not None:
            self.post_message(self.Asked(event.row.value.problem))
