"""The timeline without a screen: time on cells, and who takes what in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.names import contract_names
from screens.timeline.scale import Scale
from screens.timeline.words import Paragraph, paragraph, verdict
from store.terms.routing import Seen, Usage, contracts_in
from tests.store.terms.test_routing import APAC, CHANGE, EU, EU_ENDED, US, regional, told

START, END = datetime(2024, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {"US": "US region", "EU": "EU region", "APAC": "APAC region", "all": "All"}
DAY = datetime(2025, 2, 3, tzinfo=UTC)


def words(found: Paragraph) -> list[str]:
    """The sentences with their counts."""
    return [said.text + said.count for said in found.said]


def test_the_regions_of_the_guide_in_words() -> None:
    before, after = (paragraph(s, NAMES) for s in told(regional(US, EU_ENDED, APAC)))
    assert before.title == "2024-10-01 → 2025-01-01"
    assert words(before)[:3] == ["region US → US region", "region EU → EU region", "region APAC → APAC region"]
    assert after.title == "From 2025-01-01 on"
    assert words(after)[:2] == ["region US and EU → US region", "region APAC → APAC region"]
    assert words(after)[-1] == "Any other value, and events without region, would go to no contract."


def test_what_is_billed_twice_and_what_nobody_takes() -> None:
    usage = Usage(("region",), (Seen(DAY, ("LATAM",), 139), Seen(DAY, (None,), 6), Seen(DAY, ("EU",), 5)))
    _, after = told(regional(US, EU, APAC), usage)
    assert words(paragraph(after, NAMES)) == [
        "region US → US region",
        "region APAC → APAC region",
        "region EU → US region and EU region: billed twice · 5 events",
        "region LATAM → no contract · 139 events",
        "events without region → no contract · 6 events",
        "Any other value would go to no contract.",
    ]
    assert verdict(after) == ("▲ twice: EU ○ untaken: LATAM, without", "warn")


def test_a_contract_without_filter_takes_everything_else() -> None:
    (stretch,) = told(regional({"id": "all"}))
    assert words(paragraph(stretch, NAMES)) == ["Everything → All, without a filter"]


def test_a_change_is_told_by_what_is_new_and_what_was() -> None:
    unchanged = {**US}
    unchanged.pop("usage_filter_updates")
    _, before = told(regional(unchanged, EU_ENDED))
    _, after = told(regional(US, EU_ENDED))
    assert [(s.text, s.was) for s in paragraph(after, NAMES, before).said[:-1]] == [
        ("region US → US region", ""),
        ("region EU → US region", "no contract"),
    ]


def test_contracts_of_one_name_are_told_apart() -> None:
    twins = [{**US, "id": "a", "name": "Maps"}, {**EU, "id": "b", "name": "Maps"}]
    later = {**APAC, "id": "c", "name": "Maps", "starting_at": "2025-02-01T00:00:00Z"}
    book = regional(*twins, later)
    names = contract_names(contracts_in(book, "maps"), book)
    assert names == {"a": "Maps (2024-10-01) a", "b": "Maps (2024-10-01) b", "c": "Maps (2025-02-01)"}


def test_an_instant_stands_in_one_cell() -> None:
    scale = Scale(START, END, 100)
    assert scale.x(START) == 0 and scale.x(END) == 100 and scale.x(START - timedelta(days=1)) < 0


@pytest.mark.parametrize(
    ("days", "labels"),
    [(10, ["Oct 01"]), (60, ["Oct 14", "Oct 21"]), (450, ["2024-10", "2025-01"]), (4000, ["2025", "2026"])],
)
def test_the_axis_says_what_can_be_read(days: int, labels: list[str]) -> None:
    found = [label for _, label in Scale(START, START + timedelta(days=days), 80).ticks()]
    assert all(label in found or label.replace("Oct 01", "2024-10") in found for label in labels)


@given(st.integers(2, 60_000), st.integers(10, 300), st.integers(-500, 500))
def test_axis_labels_never_touch(days: int, cells: int, offset: int) -> None:
    scale = Scale(START + timedelta(days=offset), START + timedelta(days=offset + days), cells)
    ticks = scale.ticks()
    assert all(0 <= x < cells for x, _ in ticks)
    assert all(x + len(label) < after for (x, label), (after, _) in pairwise(ticks))


@given(st.floats(0.01, 10), st.integers(0, 450))
def test_zooming_keeps_the_place_of_what_it_zooms_around(factor: float, day: int) -> None:
    scale, around = Scale(START, END, 100), START + timedelta(days=day)
    assert abs(scale.zoom(factor, around).x(around) - scale.x(around)) <= 1


def test_moving_goes_no_further_than_needed() -> None:
    scale = Scale(START, END, 100)
    assert scale.showing(CHANGE, END) == scale
    moved = scale.showing(END + timedelta(days=400), END + timedelta(days=500))
    assert 0 <= moved.x(END + timedelta(days=400)) < 100
