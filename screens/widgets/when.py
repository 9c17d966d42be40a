"""Instants as operators type and read them: ISO, shorthand, whole months and quarters; always UTC, always echoed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

from store.terms import time

_OFFSET = re.compile(r"(?P<sign>[+-])(?P<n>\d{1,5})(?P<unit>h|d|w|m|mo|q|y)")
_QUARTER = re.compile(r"(?P<year>\d{4})-?[qQ](?P<quarter>[1-4])")
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_HOUR = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[ Tt](?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}))?\s*[zZ]?"
)

EXAMPLES = "2025-01-31, 2025-01, 2025-q1, today, +30d, eom"


def parse(text: str, *, now: datetime, end: bool = False, hourly: bool = True) -> datetime:
    """What was typed as a UTC instant; raises ValueError with the end of a sentence.

    A month, quarter or year means its first instant, or with `end` the first instant after it, as ends are exclusive.
    A date is always its own midnight. Shorthand: `now` (this hour), `today`, `tomorrow`, `yesterday`, `som`, `eom` (the
    first of next month), `soy`, `eoy`, `+30d` `-2w` `+3m` `+1y` from today, `+6h` from this hour. `hourly` asks for
    whole hours.
    """
    word = text.strip()
    moment = _named(word.lower(), now) or _period(word, end) or _exact(word)
    if moment is None:
        raise ValueError(f"must be a date such as {EXAMPLES}")
    if hourly and (moment.minute or moment.second or moment.microsecond):
        raise ValueError("must be on the hour (UTC)")
    return moment


def _named(word: str, now: datetime) -> datetime | None:
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    month = day.replace(day=1)
    year = month.replace(month=1)
    names = {
        "now": hour, "today": day, "tomorrow": day + timedelta(days=1), "yesterday": day - timedelta(days=1),
        "som": month, "eom": month + relativedelta(months=1), "soy": year, "eoy": year + relativedelta(years=1),
    }  # fmt: skip
    if word in names:
        return names[word]
    match = _OFFSET.fullmatch(word)
    if not match:
        return None
    n = int(match["sign"] + match["n"])
    try:
        match match["unit"]:
            case "h":
                return hour + timedelta(hours=n)
            case "d":
                return day + timedelta(days=n)
            case "w":
                return day + timedelta(weeks=n)
            case "q":
                return day + relativedelta(months=3 * n)
            case "y":
                return day + relativedelta(years=n)
            case _:
                return day + relativedelta(months=n)
    except (ValueError, OverflowError):
        raise ValueError("is not a date that exists") from None


def _period(word: str, end: bool) -> datetime | None:
    months, start = 0, (0, 1)
    if match := _QUARTER.fullmatch(word):
        months, start = 3, (int(match["year"]), int(match["quarter"]) * 3 - 2)
    elif match := _MONTH.fullmatch(word):
        months, start = 1, (int(match["year"]), int(match["month"]))
    elif _YEAR.fullmatch(word):
        months, start = 12, (int(word), 1)
    if not months:
        return None
    try:
        first = datetime(*start, 1, tzinfo=UTC)
        return first + relativedelta(months=months) if end else first
    except (ValueError, OverflowError):
        raise ValueError("is not a date that exists") from None


def _exact(word: str) -> datetime | None:
    try:
        if match := _DAY.fullmatch(word):
            return datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC)
        if match := _HOUR.fullmatch(word):
            day = datetime.fromisoformat(match["day"]).replace(tzinfo=UTC)
            return day.replace(
                hour=int(match["hour"]), minute=int(match["minute"] or 0), second=int(match["second"] or 0)
            )
    except ValueError:
        raise ValueError("is not a date that exists") from None
    try:
        return time.instant(word)
    except ValueError as error:
        if "exists" in str(error):
            raise
        return None


def shown(moment: datetime | None) -> str:
    """An instant for reading: `2025-01-01`, with the hour where it is not midnight, `–` for none. UTC."""
    if moment is None:
        return "–"
    moment = moment.astimezone(UTC)
    if not (moment.hour or moment.minute or moment.second):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M}" + (f":{moment:%S}" if moment.second else "")


def span(start: datetime, end: datetime | None) -> str:
    """A half-open range for reading: `2025-01-01 → 2026-01-01`, open where it has no end."""
    return f"{shown(start)} → {shown(end) if end else 'open'}"


def echo(moment: datetime, *, end: bool = False) -> str:
    """What was understood: `= Wed 2025-01-01 00:00 UTC`; an end says that it is not included."""
    moment = moment.astimezone(UTC)
    return f"{'= until' if end else '='} {moment:%a %Y-%m-%d %H:%M} UTC" + (" (not included)" if end else "")


def typed(moment: datetime) -> str:
    """An instant as an operator would have typed it."""
    return shown(moment)
