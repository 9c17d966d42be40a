"""The only writers: one keyword-only function per operation, in one transaction, leaving one audit entry.

Each reviews its request against what is stored (`store.terms.review`, and look-ups that only the store can answer),
writes its rows in the unit of work it is given, and returns the new id or the value that is now stored. What is refused
raises `Invalid` (400), `NotFound` (404) or `Conflict` (409: taken, or not what was seen) with the path of every field
that is wrong, and the work is undone as a whole.
"""

from store.commands.balances import add_ledger_entry, create_customer_commit, create_customer_credit
from store.commands.catalog import add_rates, create_metric, create_product, create_rate_card
from store.commands.contract_changes import amend_contract, edit_contract, set_usage_filter, update_end_date
from store.commands.contracts import archive_contract, create_contract
from store.commands.custom_fields import register_custom_field_key, set_custom_fields
from store.commands.customers import archive_customer, create_customer, set_ingest_aliases, set_name
from store.commands.packages import archive_package, create_package
from store.commands.tokens import create_token, revoke_token
from store.commands.undo import undo_last

__all__ = [
    "add_ledger_entry",
    "add_rates",
    "amend_contract",
    "archive_contract",
    "archive_customer",
    "archive_package",
    "create_contract",
    "create_customer",
    "create_customer_commit",
    "create_customer_credit",
    "create_metric",
    "create_package",
    "create_product",
    "create_rate_card",
    "create_token",
    "edit_contract",
    "register_custom_field_key",
    "revoke_token",
    "set_custom_fields",
    "set_ingest_aliases",
    "set_name",
    "set_usage_filter",
    "undo_last",
    "update_end_date",
]
