"""The short way of reading a line gives what the long one gives: the same rows, and only the long one refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import Invalid
from store.terms import document
from store.terms.event import Event
from store.usage.ledger.batch import rows_of
from store.usage.lines import lines_of
from store.usage.preparing import event_of, prepare
from store.usage.rows import Cells, Given, Lines, Rows
from store.usage.spreadsheet import FIELDS, csv_row

NUMBERS = st.one_of(
    st.integers(-(10**26), 10**26).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,22})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["-0", "-0.0", "0.10", "1e5", "1E-20", "1e-21", "NaN", "Infinity", "-Infinity", "01", "1."]),
    st.sampled_from(["1e999999999", "-1e-999999999", "9" * 5000]),
)  # fmt: skip
TEXTS = st.text(max_size=6).map(lambda text: json.dumps(text))
RAW = st.sampled_from(
    ['"\\ud800"', '"\\u0000"', '"\\ud83d\\ude00"', '"a\tb"', "null", "true", "[1]", "{}", '" 7 "', '"\x7f"']
)
STAMPS = st.sampled_from(
    [
        "2025-03-01T00:00:00Z", "2025-03-01T00:00:00.5Z", "2025-03-01T00:00:00.123Z", "2025-03-01T00:00:00.123456Z",
        "2025-03-01t00:00:00z", "2025-03-01 00:00:00Z", "2025-03-01T01:00:00+01:00", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+01:00", "2025-02-30T00:00:00Z", "2025-W10-1T00:00:00Z",
        "2025-03-01T24:00:00Z", "2025-03-01T00:00:60Z", "2025-03-01T00:00:00", "2025-03-01", "٢025-03-01T00:00:00Z",
        "2025-03-01T00:00Z", "2025-03-01T00:00:00.1234567Z", "2025-03-01T00:00:00,123Z", "",
    ]
)  # fmt: skip


@st.composite
def sent(draw: st.DrawFn) -> str:
    """A line that is an event, or nearly one."""
    properties = draw(st.dictionaries(st.text(max_size=3), st.one_of(NUMBERS, TEXTS, RAW), max_size=3))
    fields = {
        "transaction_id": draw(st.one_of(st.sampled_from(['"t"', f'"{"x" * 128}"', f'"{"x" * 129}"']), TEXTS, RAW)),
        "customer_id": draw(st.one_of(st.just('"c"'), TEXTS, RAW)),
        "event_type": draw(st.one_of(st.just('"e"'), TEXTS)),
        "timestamp": json.dumps(draw(STAMPS)),
        "properties": "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in properties.items()) + "}",
    }  # fmt: skip
    if draw(st.integers(0, 9)) == 0:
        fields.pop(draw(st.sampled_from(sorted(fields))))
    if draw(st.integers(0, 9)) == 0:
        fields["more"] = "1"
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


def the_long_way(line: str) -> Any:
    """The row of a line by the vocabulary alone, or None."""
    try:
        event = event_of(document.read(line.encode(), name="the line"))
    except Invalid:
        return None
    return next(rows_of([event])) if isinstance(event, Event) else None


@settings(max_examples=400, deadline=None)
@given(sent())
def test_both_ways_take_the_same_lines_and_give_the_same_rows(line: str) -> None:
    expected = the_long_way(line)
    made = prepare(Lines(b"\n" + line.encode(), 1, 2))
    assert (made.events, len(made.refused)) == ((1, 0) if expected else (0, 1))
    if expected:
        assert json.loads(made.batch.lines) == {
            "n": 0, "alias": expected.alias, "moment": expected.moment, "event_type": expected.event_type,
            "transaction_id": expected.transaction_id, "properties": expected.properties,
        }  # fmt: skip
    else:
        assert made.refused[0].line == 2


@settings(max_examples=200, deadline=None)
@given(sent())
def test_rows_taken_apart_already_are_judged_alike(line: str) -> None:
    try:
        payload = document.read(line, name="the line")
    except Invalid:
        return
    expected = the_long_way(line)
    made = prepare(Rows((Given(7, payload),)))
    assert (made.events, [refused.line for refused in made.refused]) == ((1, []) if expected else (0, [7]))
    assert bool(made.batch.lines) == bool(expected)


CELLS = st.one_of(
    st.sampled_from(["", "t", "c", "x" * 128, "x" * 129, "é", "\udce9", "a\0", "7.10", " 7 "]), TEXTS.map(json.loads)
)  # fmt: skip
GIVEN = st.sampled_from(
    ['{"a":1.50}', '{"a":1,"a":2}', '{"a": 1, "b": null}', '{"a":"x\\":y"}', '{"a":"\\u0000"}', '{"a":"\\u00e9"}',
     '{"a":[1]}', '{"a":{"b":1}}', "[1]", "{", "1", "null", '{"a":NaN}', '{"a":1e999999999}', '{"c":"é"}', " {} "]
)  # fmt: skip
COLUMNS = (*FIELDS, "properties", "a", "properties.b", "properties.a")


@st.composite
def rows(draw: st.DrawFn) -> tuple[tuple[str, ...], list[str]]:
    """A header, and a row of cells beneath it that is an event, or nearly one."""
    header = draw(st.permutations([*COLUMNS[:4], *draw(st.sets(st.sampled_from(COLUMNS[4:])))]))
    made = {"timestamp": STAMPS, "properties": GIVEN | CELLS}
    cells = [draw(made.get(name, st.just("t") | CELLS if name in COLUMNS[:4] else CELLS)) for name in header]
    return tuple(header), cells[: draw(st.sampled_from([len(cells)] * 9 + [3]))]


@settings(max_examples=400, deadline=None)
@given(rows())
def test_cells_read_the_short_way_are_what_the_long_one_makes_of_them(row: tuple[tuple[str, ...], list[str]]) -> None:
    header, cells = row
    made = prepare(Cells(header, ((7, cells),)))
    assert made == prepare(Rows((csv_row(7, header, cells),)))


@pytest.mark.parametrize("size", [1, 7, 1000])
@given(st.lists(st.sampled_from(["", "a", "bb", "ccc" * 9, "d" * 40]), max_size=12), st.booleans())
def test_lines_are_cut_only_where_they_end_and_keep_their_numbers(size: int, lines: list[str], ended: bool) -> None:
    text = "\n".join(lines) + ("\n" if ended and lines else "")
    pieces = [text.encode()[k : k + size] for k in range(0, len(text), size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.usage.lines.PART_BYTES", 20)
        patch.setattr("store.usage.lines.MAX_LINE", 30)
        parts = list(lines_of(pieces))
    found: list[tuple[int, str]] = []
    for part in parts:
        if isinstance(part, Lines):
            assert part.data.count(b"\n") + (not part.data.endswith(b"\n")) == part.count
            split = part.data.decode().removesuffix("\n").split("\n")
            found += [(part.first + k, line) for k, line in enumerate(split)]
        else:
            assert isinstance(part, Rows)
            found += [(row.line, "too long") for row in part.rows]
    expected = [(k, line) for k, line in enumerate(text.removesuffix("\n").split("\n"), start=1)] if text else []
    told = [(k, line if line != "too long" else expected[k - 1][1]) for k, line in found]
    assert told == expected
