"""A generated book of any size beside the demo's, the same for the same seed: many small customers, a few big."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from store.terms import time

if TYPE_CHECKING:
    from store.database import Actor, Store

SEED = 7
CHUNK = 2000
_FIRST = """
Amber Apex Arbor Atlas Aurora Basalt Beacon Birch Bright Canyon Cedar Cinder Clear Cobalt Copper Coral Crest
Delta Drift Dune Echo Elm Ember Falcon Fern Field Flint Forge Frost Garnet Glacier Granite Grove Harbor Hazel
Heron Horizon Indigo Iron Ivory Jade Juniper Kestrel Lake Lark Laurel Linden Lumen Maple Marble Meadow Mercury
Mesa Mint
"""
_SECOND = """
Analytics Apparel Automotive Bakery Biotech Capital Cargo Clinics Cloud Commerce Data Dental Devices Dynamics
Energy Exchange Farms Films Foods Freight Games Health Hotels Imaging Instruments Insurance Interactive Labs
Legal Lighting Logistics Mapping Marine Media Metals Mobility Motors Networks Optics Outdoor Payments Pharma
Print
"""
_KIND = ("Inc", "GmbH", "Ltd", "SA", "LLC", "AB", "BV", "Oy")


def generate(
    store: Store,
    *,
    customers: int,
    events: int,
    by: Actor,
    now: datetime,
    seed: int = SEED,
    progress: Callable[[int, int | None], None],
) -> None:
    """Add that many customers, each with a contract on the demo's card, and spread the events over their last year.

    `progress` is told how many customers and events there are of how many together.
    """
    from console.demo import feed
    from store import bundle
    from store.usage.ingest import take_in

    random = Random(seed)
    done = 0
    for chunk in _batched(customers):
        made = [_customer(n, random, now) for n in chunk]
        book = {"customers": [c for c, _ in made], "contracts": [k for _, k in made]}
        with store.work(by=by, now=now) as work:
            bundle.import_bundle(work, bundle.parse_bundle(book, stored=True))
        done += len(made)
        progress(done, customers + events)
    start = time.first_of_month(now - timedelta(days=365))
    parts = feed.parts(seed=seed, customers=customers, events=events, start=start, end=now)
    for sent in take_in(store, feed.make, parts, source="generated", by=by, now=now):
        done += sent
        progress(done, customers + events)


def _batched(total: int) -> Iterator[range]:
    return (range(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _customer(n: int, random: Random, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    from console.demo import feed

    name = f"{random.choice(_FIRST.split())} {random.choice(_SECOND.split())} {random.choice(_KIND)}"
    customer_id, start = _id(random), time.first_of_month(now - timedelta(days=365))
    contract: dict[str, Any] = {
        "id": _id(random),
        "customer_id": customer_id,
        "rate_card_alias": "base_usage_products",
        "starting_at": time.stamp(start),
    }
    if random.random() < 0.3:
        amount, end = random.choice((100_000, 250_000, 1_000_000)), time.step(start, time.Frequency.ANNUAL, 1)
        contract["commits"] = [
            {
                "type": "PREPAID",
                "product_id": "a1f4e40b-f8c4-496b-b687-0a103396b479",
                "access_schedule": {
                    "schedule_items": [
                        {"amount": amount, "starting_at": time.stamp(start), "ending_before": time.stamp(end)}
                    ]
                },
                "invoice_schedule": {"schedule_items": [{"amount": amount, "timestamp": time.stamp(start)}]},
            }
        ]
    aliases = [feed.alias(n, k) for k in range(feed.aliases(n))]
    return {"id": customer_id, "name": name, "ingest_aliases": aliases}, contract
