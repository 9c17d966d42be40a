"""The only writers: one keyword-only function per operation, in one transaction, leaving one audit entry.

Each reviews its request against what is stored (`store.terms.review`, and look-ups that only the store can answer),
writes its rows in the unit of work it is given, and returns the new id or the value that is now stored.
"""

from store.commands.balances import create_customer_commit, create_customer_credit
from store.commands.custom_fields import register_custom_field_key, set_custom_fields
from store.commands.customers import archive_customer, create_customer, set_ingest_aliases, set_name

__all__ = [
    "archive_customer",
    "create_customer",
    "create_customer_commit",
    "create_customer_credit",
    "register_custom_field_key",
    "set_custom_fields",
    "set_ingest_aliases",
    "set_name",
]
