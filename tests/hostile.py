"""A book in which everything that has a name has a hostile one, and texts that no screen may obey or be bent by."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from store import bundle, drafts
from store.commands import create_customer, set_name
from store.database import Actor, Store
from store.terms.customer import Customer
from tests.screens.reading import NOW

PAYLOADS = {
    "markup": "Q01[bold red]x[/bold red]Q",
    "markup_unbalanced": "Q02[/red]Q",
    "markup_action": "Q03[@click=app.quit]go[/]Q",
    "markup_link": "Q04[link=https://evil.example/]here[/link]Q",
    "osc_title": "Q05\x1b]0;pwnQ05\x07Q",
    "osc_title_st": "Q06\x1b]2;pwnQ06\x1b\\Q",
    "osc_clipboard": "Q07\x1b]52;c;cHduUTA3\x07Q",
    "osc_link": "Q08\x1b]8;;https://evil.example/Q08\x1b\\lnk\x1b]8;;\x1b\\Q",
    "csi_clear": "Q09\x1b[2J\x1b[HQ",
    "csi_report": "Q10\x1b[6n\x1b[cQ",
    "csi_window": "Q11\x1b[21t\x1b[3;0;0tQ",
    "dcs": "Q12\x1bP+q544e\x1b\\Q",
    "apc": "Q13\x1b_Gpwn\x1b\\Q",
    "c1_csi": "Q14\x9b31mQ",
    "c1_osc": "Q15\x9d0;pwnQ15\x9cQ",
    "bell": "Q16\x07Q",
    "backspaces": "Q17AB\b\bZZQ",
    "carriage_return": "Q18AAAA\rZZQ",
    "line_feed": "Q19a\nbQ",
    "tab": "Q20a\tbQ",
    "delete": "Q21\x7fQ",
    "shift_out": "Q22\x0e\x0fQ",
    "reset": "Q23\x1bcQ",
    "alternate_screen_off": "Q24\x1b[?1049lQ",
    "mouse_off": "Q25\x1b[?1000lQ",
    "bidi_override": "Q26abc\u202ed\u202cQ",
    "bidi_isolate": "Q27\u2066abc\u2069Q",
    "zero_width": "Q28a\u200bb\u200dc\ufeffdQ",
    "combining": "Q29e\u0301\u0316\u0317Q",
    "wide": "Q30\u5ba2\u6237Q",
    "family": "Q31\U0001f469\u200d\U0001f469\u200d\U0001f467Q",
    "heart": "Q32\u2764\ufe0fQ",
    "tones_and_flags": "Q33\U0001f44d\U0001f3fd\U0001f1e9\U0001f1eaQ",
    "line_separators": "Q34a\u2028b\u0085cQ",
    "tag_characters": "Q35\U000e0041\U000e0042Q",
    "backslash": "Q36\\[red]\\\\Q",
    "formula": "=HYPERLINK(\"Q37\")Q",
    "marks_by_the_hundred": "Q38" + "e" + "\u0301" * 100 + "Q",
    "mark_first": "\u0301Q39Q",
    "fillers": "Q40\u3164\u115f\u2800\xad\u00a0\u3000Q",
}  # fmt: skip
"""By name: each holds a number of its own, so that it can be told on a screen. (No store keeps NUL or half a pair.)"""
LONG = (
    "L1" + "x" * 9_998,
    "L2" + "株" * 9_998,
    "L3" + "e\u0301" * 4_999,
    "L4" + "\x1b[31m" * 1_999,
    "L5 " + "ab " * 3_332,
)
"""Names of some 10,000 characters."""
OPERATOR = PAYLOADS["osc_title"]
"""Who works here."""
MAIN = "aaaaaaaa-0000-4000-8000-000000000001"
"""The customer who has everything, each under every payload."""
MARKS = re.compile(r"Q\d\d")


def shown(text: str) -> set[str]:
    """Which payloads a text tells of."""
    return {mark for mark in MARKS.findall(text) if mark[1:] <= f"{len(PAYLOADS):02}"}


def obeyed(text: str) -> list[str]:
    """What of a text a terminal would obey, hide, or draw over the wrong cells; line ends aside."""
    kinds = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
    return [c for c in text if c != "\n" and unicodedata.category(c) in kinds]


def _id(kind: str, n: int) -> str:
    return str(uuid5(UUID(int=0), f"{kind} {n}"))


def book(names: list[str]) -> dict[str, Any]:
    """The book: the k-th of everything is named by the k-th name, and what it refers to by its neighbours."""
    count = len(names)
    start, middle, end = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z"

    def name(k: int) -> str:
        return names[k % count]

    def word(k: int) -> str:
        """A name short enough for an alias, a field or a group."""
        return name(k)[:100]

    def window(amount: int) -> dict[str, Any]:
        return {"schedule_items": [{"amount": Decimal(amount), "starting_at": start, "ending_before": end}]}

    def contract(k: int, customer: str, kind: str) -> dict[str, Any]:
        return {
            "id": _id(kind, k), "customer_id": customer, "name": name(k), "rate_card_id": _id("card", k),
            "starting_at": start, "custom_fields": {word(k): word(k + 7)},
            "usage_filter": {"group_key": "region", "group_values": [word(k), word(k + 1)]},
            "usage_filter_updates": [
                {"id": _id(kind + " filter", k), "recorded_at": middle, "group_key": "region",
                 "group_values": [word(k), word(k + 2)], "starting_at": middle}],
            "commits": [
                {"id": _id(kind + " commit", k), "type": "PREPAID", "name": name(k + 1), "description": name(k + 2),
                 "product_id": _id("fixed", k), "applicable_product_tags": [word(k + 3)],
                 "access_schedule": window(40)}],
            "credits": [
                {"id": _id(kind + " credit", k), "name": name(k + 2), "product_id": _id("fixed", k),
                 "access_schedule": window(3)}],
            "scheduled_charges": [
                {"id": _id(kind + " charge", k), "name": name(k + 2), "product_id": _id("fixed", k),
                 "schedule": {"schedule_items": [{"timestamp": start, "amount": Decimal(9)}]}}],
            "overrides": [
                {"id": _id(kind + " override", k), "type": "MULTIPLIER", "multiplier": Decimal("0.9"),
                 "starting_at": start, "override_specifiers": [{"product_id": _id("usage", k)}]}],
        }  # fmt: skip

    def rate(k: int, at: str, price: int) -> dict[str, Any]:
        return {"product_id": _id("usage", k % count), "starting_at": at, "entitled": True, "rate_type": "FLAT",
                "price": price}  # fmt: skip

    every = range(count)
    customers = [{"id": _id("customer", k), "name": name(k), "ingest_aliases": ["c" + word(k)]} for k in every]
    main = {
        "id": MAIN, "name": "0main " + name(0), "ingest_aliases": ["al" + word(k) for k in every],
        "custom_fields": {word(k): word(k + 1) for k in every},
    }  # fmt: skip
    return {
        "custom_field_keys": [{"entity": e, "key": key} for e in ("customer", "contract") for key in map(word, every)],
        "billable_metrics": [
            {"id": _id("metric", k), "name": name(k), "aggregation_type": "SUM", "aggregation_key": "n",
             "event_type_filter": {"in_values": [word(k + 1)]}, "group_keys": [[word(k + 2)], ["region"]],
             "property_filters": [{"name": p, "exists": True} for p in ("n", "region", word(k + 2))]}
            for k in every],
        "products": [
            {"id": _id("usage", k), "name": name(k), "type": "USAGE", "billable_metric_id": _id("metric", k),
             "tags": [word(k + 3)], "presentation_group_key": ["region"]} for k in every
        ] + [{"id": _id("fixed", k), "name": name(k), "type": "FIXED", "tags": [word(k + 5)]} for k in every],
        "rate_cards": [
            {"id": _id("card", k), "name": name(k), "description": name(k + 4),
             "aliases": [{"name": "A" + word(k + 9)}],
             "rates": [*(rate(k + j, start, 5) for j in range(min(count, 12))), rate(k, middle, 7)]}
            for k in every],
        "customers": [main, *customers],
        "contracts": [contract(k, MAIN, "main") for k in every[::3]]
        + [contract(k, _id("customer", k), "other") for k in every[::3]],
        "events": [
            {"transaction_id": f"{k}-{m}-{h}", "customer_id": MAIN, "event_type": word(k + 1),
             "timestamp": f"2026-{m:02}-01T0{h}:00:00Z",
             "properties": {"n": 7, "region": word(k + h), word(k + 2): word(k + 6)}}
            for k in every for m in (1, 2, 3) for h in (0, 1)
        ] + [
            {"transaction_id": f"lost {k}", "customer_id": ref, "event_type": word(k + 1),
             "timestamp": "2026-02-02T00:00:00Z", "properties": {"n": 1}}
            for k in every for ref in (MAIN, word(k))],
    }  # fmt: skip


def filled(path: Path, names: list[str] | None = None) -> Path:
    """A store with that book, its history told by hostile operators for hostile reasons, and drafts that are as bad."""
    texts = names or list(PAYLOADS.values())
    store = Store.open(str(path))
    by = Actor(OPERATOR, "import", source=PAYLOADS["dcs"], reason=PAYLOADS["osc_link"])
    with store.work(by=by, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(book(texts), stored=True))
    for k, text in enumerate(texts):
        with store.work(by=Actor(text[:100], "console", source=text[:100], reason=text), now=NOW) as work:
            set_name(work, customer_id=_id("customer", k), name=text + " ")
            create_customer(work, request=Customer(name=text))
        kept: dict[str, Any] = {"request": {"name": text}, "texts": {"name": text}}
        drafts.save(store, draft=drafts.Draft(_id("draft", k), OPERATOR, "contract", text, kept, NOW, MAIN))
    with store.read() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def as_file(path: Path, names: list[str] | None = None) -> Path:
    """The book as a bundle in a file."""
    path.write_text(json.dumps(book(names or list(PAYLOADS.values())), default=float), "utf-8")
    return path
