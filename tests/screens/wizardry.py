"""The guide's contract, and the keys that provision it in the wizard."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from screens.services import Services
from screens.wizard import keeping, previewing
from screens.wizard.screen import WizardScreen
from store.terms import document
from tests.screens.demo_store import WIDGETS
from tests.screens.typing_keys import press, rest

GUIDE = document.read("""
{
  "customer_id": "aa58107d-162f-407e-9f09-940f16adbb1c",
  "rate_card_alias": "base_usage_products",
  "starting_at": "2024-11-01T00:00:00.000Z",
  "commits": [
    {
      "type": "prepaid",
      "name": "Contract Prepaid Commit",
      "product_id": "a1f4e40b-f8c4-496b-b687-0a103396b479",
      "access_schedule": {
        "schedule_items": [
          {
            "amount": 1000000,
            "starting_at": "2024-11-01T00:00:00.000Z",
            "ending_before": "2025-11-01T00:00:00.000Z"
          }
        ]
      },
      "invoice_schedule": {
        "schedule_items": [
          {"unit_price": 1000000, "quantity": 1, "timestamp": "2024-11-01T00:00:00.000Z"}
        ]
      },
      "applicable_product_tags": ["cloud"],
      "description": "Usage Commit"
    }
  ],
  "scheduled_charges": [
    {
      "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
      "name": "Platform Charge",
      "schedule": {
        "recurring_schedule": {
          "starting_at": "2024-11-01T00:00:00.000Z",
          "ending_before": "2025-11-01T00:00:00.000Z",
          "frequency": "quarterly",
          "unit_price": 100000,
          "quantity": 1,
          "amount_distribution": "each"
        }
      }
    }
  ],
  "usage_statement_schedule": {"frequency": "monthly", "day": "contract_start"}
}
""")
"""The provisioning guide's create request."""

BASICS = ("down", "b", "enter", "down", " 2024-11-01", "down", "down", "down", "c")
"""Card by its first letter, start, statements from the contract's start."""
COMMIT = (
    "c", "down", "down", " Contract Prepaid Commit", "down", " 10000", "down", "down", "down", "down", "right", "down",
    "space", " cloud", "enter", "f4", "down", " Usage Commit", "ctrl+s",
)  # fmt: skip
"""A prepaid commit: name, amount, tag, description."""
CHARGE = ("s", "down", " Platform Charge", "down", "down", " 1000", "ctrl+s")
"""A charge each quarter."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview follows at once; drafts are written when a test says so."""
    monkeypatch.setattr(previewing, "PREVIEW_AFTER", 0.001)
    monkeypatch.setattr(keeping, "KEEP_AFTER", 3600.0)


async def opened(pilot: Pilot[Any], services: Services, customer_id: str = WIDGETS, draft: Any = None) -> WizardScreen:
    """The wizard, with everything read and rated."""
    screen = WizardScreen(services, customer_id, draft)
    await pilot.app.push_screen(screen)
    await rest(pilot)
    return screen


async def provision(pilot: Pilot[Any]) -> None:
    """Everything the guide asks for, up to the review."""
    await press(pilot, *BASICS, "f8")
    await rest(pilot)
    await press(pilot, *COMMIT, "f8", *CHARGE, "f8")
    await rest(pilot)
