"""One thing that was done, by whom and when, and how it is said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

ACTIONS = {
    ("create", "customer"): "created the customer",
    ("set_name", "customer"): "renamed the customer",
    ("set_ingest_aliases", "customer"): "set the ingest aliases",
    ("archive", "customer"): "archived the customer with its contracts",
    ("create", "contract"): "created a contract",
    ("amend", "contract"): "amended a contract",
    ("set_usage_filter", "contract"): "changed a usage filter",
    ("edit", "contract"): "edited a contract",
    ("update_end_date", "contract"): "changed a contract's end",
    ("archive", "contract"): "archived a contract",
    ("invoice_services", "contract"): "made an invoice for professional services",
    ("add_ledger_entry", "contract"): "put a balance of a contract right by hand",
    ("add_ledger_entry", "customer"): "put a balance of the customer right by hand",
    ("disable_true_up", "contract"): "took the true-up of a postpaid commit away",
    ("set_custom_fields", "customer"): "set custom fields of the customer",
    ("set_custom_fields", "contract"): "set custom fields of a contract",
    ("create_commit", "commit"): "gave the customer a commit",
    ("create_credit", "credit"): "gave the customer a credit",
    ("register", "custom_field_key"): "registered a custom field",
    ("create", "billable_metric"): "created a billable metric",
    ("create", "product"): "created a product",
    ("create", "rate_card"): "created a rate card",
    ("add_rates", "rate_card"): "added rates to a rate card",
    ("create", "package"): "created a package",
    ("archive", "package"): "archived a package",
    ("create", "token"): "made a token of the server",
    ("revoke", "token"): "revoked a token of the server",
    ("ingest", "usage_event"): "took in usage events",
}


def in_words(action: str, entity: str) -> str:
    """An action as the end of a sentence that begins with who did it."""
    return ACTIONS.get((action, entity), f"{action} {entity}".replace("_", " "))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done; `before` and `after` are JSON values, numbers as exact decimals."""

    seq: int
    at: datetime
    who: str
    origin: str
    action: str
    entity: str
    entity_id: str
    customer_id: str | None
    before: Any
    after: Any
    source: str | None = None
    reason: str | None = None
    hash: str = ""
    """What chains it to the entry before."""

    @property
    def summary(self) -> str:
        """What was done and to what, as the end of a sentence that begins with who did it."""
        done = in_words(self.action, self.entity)
        name = self.after.get("name") if isinstance(self.after, dict) else None
        return f"{done}: {name}" if isinstance(name, str) and name else done
