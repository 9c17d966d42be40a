"""What screens, the command line and the API read: frozen values, in pages where lists can be long, never rows.

Functions for outsiders take the store and open their own read transaction; none of them writes.
"""

from store.done import Change
from store.queries.audit import changes, changes_of, last_audit, last_change
from store.queries.book import customer_book, whole_book
from store.queries.catalog import (
    CardContract,
    PricedProduct,
    RateCardView,
    card_for_alias,
    contracts_on,
    custom_field_keys,
    metric,
    metric_users,
    metrics,
    product,
    product_users,
    products,
    rate_card,
    rate_cards,
    rates,
)
from store.queries.company import Company, contract_shown, contracts_shown
from store.queries.contracts import ContractView, children_of, contract, contracts_of
from store.queries.customers import (
    CustomerPage,
    CustomerView,
    alias_holders,
    count_customers,
    customer,
    customers_with_contracts,
    find_customer,
    list_customers,
)
from store.queries.events import count_events, events_of, ledger_now
from store.queries.history import Entry, Sought, all_history, history, narrowed
from store.queries.making import Made, last_touched, made
from store.queries.packages import PackageView, contracts_made_from, package, packages, product_names
from store.queries.tokens import Token, token_with, tokens

__all__ = [
    "CardContract",
    "Change",
    "Company",
    "ContractView",
    "CustomerPage",
    "CustomerView",
    "Entry",
    "Made",
    "PackageView",
    "PricedProduct",
    "RateCardView",
    "Sought",
    "Token",
    "alias_holders",
    "all_history",
    "card_for_alias",
    "changes",
    "changes_of",
    "children_of",
    "contract",
    "contract_shown",
    "contracts_made_from",
    "contracts_of",
    "contracts_on",
    "contracts_shown",
    "count_customers",
    "count_events",
    "custom_field_keys",
    "customer",
    "customer_book",
    "customers_with_contracts",
    "events_of",
    "find_customer",
    "history",
    "last_audit",
    "last_change",
    "last_touched",
    "ledger_now",
    "list_customers",
    "made",
    "metric",
    "metric_users",
    "metrics",
    "narrowed",
    "package",
    "packages",
    "product",
    "product_names",
    "product_users",
    "products",
    "rate_card",
    "rate_cards",
    "rates",
    "token_with",
    "tokens",
    "whole_book",
]
