"""Texts that only terms have: what they mean, and that they come back as they were typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.demo import TODAY
from screens.terms.history import History
from screens.terms.kinds import MultiplierField, PercentField, WordsField, multiplier, off
from screens.terms.line_kinds import InstalmentsField, SegmentsField, TierMultipliersField, TiersField


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("5%", "0.95"), ("5% off", "0.95"), ("5 % off", "0.95"), ("-5%", "0.95"), ("+10%", "1.1"), ("10% more", "1.1"),
        ("x0.95", "0.95"), ("×0.95", "0.95"), ("*1.2", "1.2"), ("0.95", "0.95"), ("x5", "5"), ("free", "0"),
        ("100% off", "0"), ("12.5% off", "0.875"),
    ],
)  # fmt: skip
def test_a_discount_is_understood(text: str, factor: str) -> None:
    assert multiplier(text) == Decimal(factor)


@pytest.mark.parametrize(
    ("text", "words"), [("5", "must say 5% off or x5"), ("110% off", "100 %"), ("cheap", "such as")]
)
def test_a_doubtful_discount_is_asked_about(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        multiplier(text)


@given(st.decimals(min_value=0, max_value=10, places=4))
def test_a_factor_comes_back_as_it_is_shown(factor: Decimal) -> None:
    assert multiplier(off(factor)) == factor
    field = MultiplierField(path="m", label="M")
    assert field.parse(field.text(factor)) == factor
    percent = PercentField(path="p", label="P")
    assert percent.parse(percent.text(factor)) == factor


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("10k 2025", [(1_000_000, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]),
        ("10,000.00 2025-01-01 → 2025-07-01", [(1_000_000, "2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z")]),
        ("5 2025-q1\n\n6 2025-q2", [
            (500, "2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z"),
            (600, "2025-04-01T00:00:00Z", "2025-07-01T00:00:00Z"),
        ]),
        ("1 2025-01-01 06:00 2025-01-02 07:00", [(100, "2025-01-01T06:00:00Z", "2025-01-02T07:00:00Z")]),
    ],
)  # fmt: skip
def test_segments_are_lines(text: str, items: list[tuple[int, str, str]]) -> None:
    field = SegmentsField(path="s", label="S", now=TODAY)
    read = field.parse(text)
    assert [(i["amount"], i["starting_at"], i["ending_before"]) for i in read] == items
    assert field.parse(field.text(read)) == read


def test_dated_amounts_are_lines() -> None:
    field = InstalmentsField(path="d", label="D", now=TODAY)
    read = field.parse("5,000 2025-01-01\n2,500 x 2 2025-07-01 12:30")
    assert [(i["unit_price"], i["quantity"], i["timestamp"]) for i in read] == [
        (500_000, 1, "2025-01-01T00:00:00Z"),
        (250_000, 2, "2025-07-01T12:30:00Z"),
    ]
    assert field.parse(field.text(read)) == read
    assert field.echo(read) == "= 2 dates, $10,000.00 in all"


def test_the_line_that_cannot_be_read_is_named() -> None:
    for field, text in (
        (SegmentsField(path="s", label="S", now=TODAY), "5 2025\n5"),
        (InstalmentsField(path="d", label="D", now=TODAY), "5 2025-01-01\n5 soon"),
        (TiersField(path="t", label="T", now=TODAY), "100 0.10\n100 much"),
    ):
        with pytest.raises(ValueError, match=r"^line 2 must be"):
            field.parse(text)


def test_tiers_are_widths_and_prices() -> None:
    field = TiersField(path="t", label="T", now=TODAY)
    read: Any = field.parse("1,000 0.10\n500 7c\nrest 0.05")
    assert read == [{"size": 1000, "price": 10}, {"size": 500, "price": 7}, {"price": 5}]
    assert field.parse(field.text(read)) == read
    assert field.echo(read) == "= first 1,000: $0.10, next 500: $0.07, rest: $0.05"
    with pytest.raises(ValueError, match="line 1 must say how many units"):
        field.parse("rest 1\n100 2")


def test_tiered_discounts_are_widths_and_factors() -> None:
    field = TierMultipliersField(path="t", label="T", now=TODAY)
    read = field.parse("1000 x1\nrest 10% off")
    assert read == [{"size": 1000, "multiplier": 1}, {"multiplier": Decimal("0.9")}]
    assert field.echo(read) == "= first 1,000: no change, rest: 10 % off"


def test_words_are_separated_by_commas() -> None:
    field = WordsField(path="w", label="W")
    assert field.parse("US, EU ,US,") == ["US", "EU"]
    assert field.text(["US", "EU"]) == "US, EU"


@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from(["undo", "redo"]))))
def test_undo_and_redo_walk_along_what_was_done(steps: list[int | str]) -> None:
    history: History[int] = History(-1)
    line, at = [-1], 0
    for step in steps:
        if step == "undo":
            assert (history.undo() is not None) == (at > 0)
            at = max(0, at - 1)
        elif step == "redo":
            assert (history.redo() is not None) == (at < len(line) - 1)
            at = min(len(line) - 1, at + 1)
        elif isinstance(step, int) and step != line[at]:
            history.do(str(step), step)
            del line[at + 1 :]
            line.append(step)
            at += 1
        assert history.present == line[at]


def test_typing_in_one_field_is_one_step() -> None:
    history = History("")
    for text in ("A", "Ac", "Acme"):
        history.merge("Name changed", text)
    history.merge("Starts changed", "Acme!")
    assert history.undo() == "Starts changed"
    assert history.undo() == "Name changed"
    assert history.present == ""
