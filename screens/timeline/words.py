"""Who takes what, in plain words; each sentence with a tone, so that the screen needs no rule of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from screens.widgets import when
from store.terms.routing import Route, Stretch, Usage, Values
from store.terms.time import DISTANT_FUTURE, Span

SHOWN = 6
"""Values named in one sentence; the others are counted."""


@dataclass(frozen=True)
class Said:
    """A sentence: what it is about (to find it again after a change), its tone, and its text."""

    key: str
    tone: str
    text: str
    count: str = ""
    """How much usage that is, where it was seen."""
    change: str = ""
    """`+` new by the proposed change, `−` true no longer."""


@dataclass(frozen=True)
class Paragraph:
    """What holds during one stretch of time."""

    span: Span
    said: tuple[Said, ...]

    @property
    def title(self) -> str:
        """`From 2025-01-01 on`, or the range."""
        if self.span.end == DISTANT_FUTURE:
            return f"From {when.shown(self.span.start)} on"
        return f"{when.shown(self.span.start)} → {when.shown(self.span.end)}"


def paragraph(stretch: Stretch, names: Mapping[str, str]) -> Paragraph:
    """The sentences of a stretch: what is taken once, what twice, what by nobody, and what becomes of anything else."""
    groups: dict[tuple[tuple[str, ...], bool], list[Route]] = {}
    for route in stretch.routes:
        if route.contracts:
            groups.setdefault((route.contracts, route.twice), []).append(route)
    ordered = sorted(groups.items(), key=lambda item: (item[0][1], _missing_only(item[1])))
    said = [_taken(stretch, routes, takers, twice, names) for (takers, twice), routes in ordered]
    lacking = [r for r in stretch.untaken if _missing_only([r])]
    named = [r for r in stretch.untaken if r not in lacking]
    said += [_untaken(stretch, routes) for routes in (named, lacking) if routes]
    said.append(_rest(stretch, names))
    return Paragraph(stretch.span, tuple(said))


def _missing_only(routes: Iterable[Route]) -> bool:
    return all(all(value is None for value in route.values) for route in routes)


def _taken(
    stretch: Stretch, routes: list[Route], takers: tuple[str, ...], twice: bool, names: Mapping[str, str]
) -> Said:
    whose = [names[c] for c in takers]
    values, count = _values(stretch.keys, routes), _events(routes)
    if twice:
        text = f"{values} → {_and(whose)}: billed {_times(len(takers))}"
        return Said(f"twice|{values}|{'|'.join(takers)}", "warn", text, count)
    if len(takers) > 1:
        text = f"{values} → {_and(whose)}, which price no product in common"
        return Said(f"shared|{values}|{'|'.join(takers)}", "good", text, count)
    return Said(f"taken|{values}|{takers[0]}", "good", f"{values} → {whose[0]}", count)


def _untaken(stretch: Stretch, routes: Sequence[Route]) -> Said:
    values = _values(stretch.keys, routes)
    now = sum(r.events for r in routes)
    ever = sum(r.ever for r in routes)
    count = f" · {counted(now)}" if now else f" (seen at other times: {counted(ever)})"
    return Said(f"none|{values}", "bad" if now else "info", f"{values} → no contract", count)


def _rest(stretch: Stretch, names: Mapping[str, str]) -> Said:
    """What becomes of usage that no sentence names."""
    if not stretch.active:
        return Said("rest|", "info", "No contract runs: whatever comes in is billed by nobody.")
    if stretch.open:
        whose = _and([names[c] for c in stretch.open])
        text = f"Everything{' else' if stretch.keys else ''} → {whose}, without a filter"
        return Said(f"rest|{'|'.join(stretch.open)}", "warn" if len(stretch.open) > 1 else "good", text)
    missing = {
        key for key, at in zip(stretch.keys, range(len(stretch.keys)), strict=True) if _says_missing(stretch, at)
    }
    lacking = _and([f"events without {key}" for key in stretch.keys if key not in missing])
    text = "Any other value" + (f", and {lacking}," if lacking else "") + " would go to no contract."
    return Said("rest|none", "info", text)


def _says_missing(stretch: Stretch, at: int) -> bool:
    return any(r.values[at] is None and r.ever for r in stretch.routes)


def _values(keys: Sequence[str], routes: Sequence[Route]) -> str:
    """`region US and EU`, `events without region`, `region US with team A`."""
    if not keys:
        return "All usage"
    if len(keys) == 1:
        named = [route.values[0] for route in routes if route.values[0] is not None]
        parts = [f"{keys[0]} {_and(_few(named))}"] if named else []
        if len(named) < len(routes):
            parts.append(f"events without {keys[0]}")
        return _and(parts)
    return "; ".join(_few([_combined(keys, route.values) for route in routes]))


def _combined(keys: Sequence[str], values: Values) -> str:
    pairs = zip(keys, values, strict=True)
    return " with ".join(f"{key} {value}" if value is not None else f"no {key}" for key, value in pairs)


def _few(values: Sequence[str]) -> list[str]:
    shown = [value if value.strip() else f"“{value}”" for value in values[:SHOWN]]
    return shown if len(values) <= SHOWN else [*shown, f"{len(values) - SHOWN} more"]


def _events(routes: Iterable[Route]) -> str:
    total = sum(route.events for route in routes)
    return f" · {counted(total)}" if total else ""


def counted(events: int) -> str:
    """`1 event`, `1,204 events`."""
    return f"{events:,} event" + ("" if events == 1 else "s")


def _times(n: int) -> str:
    return {2: "twice", 3: "three times"}.get(n, f"{n} times")


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + (f" and {parts[-1]}" if parts else "")


def compared(after: Sequence[Paragraph], before: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The paragraphs after a change, each sentence marked that is new, followed by those that are no longer true."""
    marked = []
    for new in after:
        old = next((p for p in before if p.span.holds(new.span.start)), None)
        if old is None:
            marked.append(new)
            continue
        was, became = {s.key for s in old.said}, {s.key for s in new.said}
        said = [s if s.key in was else replace(s, change="+") for s in new.said]
        said += [replace(s, change="−", tone="info", count="") for s in old.said if s.key not in became]
        marked.append(Paragraph(new.span, tuple(said)))
    return tuple(marked)


def verdict(stretch: Stretch) -> tuple[str, str]:
    """A stretch in two words for its place on the line: text and tone."""
    if not stretch.active:
        return "no contract", "bad" if stretch.untaken else "muted"
    parts = []
    if stretch.twice:
        parts.append("▲ twice: " + _short(stretch.twice))
    lost = [r for r in stretch.untaken if r.events]
    if lost:
        parts.append("○ untaken: " + _short(lost))
    if parts:
        return " ".join(parts), "warn" if stretch.twice else "bad"
    return "✓ each once", "good"


def _short(routes: Sequence[Route]) -> str:
    words = ["/".join("without" if v is None else v for v in r.values) or "all" for r in routes]
    return ", ".join(words[:3]) + (f" +{len(words) - 3}" if len(words) > 3 else "")


def summary(found: Sequence[Stretch], usage: Usage) -> tuple[str, str]:
    """The whole line in one sentence for the notice line: text and tone."""
    twice = [s for s in found if s.twice]
    lost = sum(r.events for s in found for r in s.untaken)
    if twice:
        more = f" (and {len(twice) - 1} more times)" if len(twice) > 1 else ""
        return f"Some usage is billed twice from {when.shown(twice[0].span.start)} on{more}.", "warn"
    if lost:
        return f"No contract takes {counted(lost)} of those that were seen.", "warn"
    total = sum(s.events for s in usage.seen)
    return (f"Each of the {counted(total)} seen goes to one contract.", "good") if total else ("", "")
