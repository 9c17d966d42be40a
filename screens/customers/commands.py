"""What can be done on the customer list."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("customers.open", "enter", "open", "Open", "Open the selected customer: contracts, balances, statements."),
    Command(
        "customers.search", "slash", "search", "Search", "Search names, ids and aliases; results follow every letter."
    ),
    Command(
        "customers.add", "n", "add", "New customer", "Add a customer with its aliases and custom fields.", writes=True
    ),
    Command("customers.drafts", "d", "drafts", "Drafts", "Go on with what you left unfinished."),
    Command("customers.sort", "s", "sort", "Sort", "Sort by name or by newest first."),
    Command("customers.archived", "a", "archived", "Archived", "Show archived customers too, or hide them."),
    Command("customers.catalog", "p", "catalog", "Catalog", "Metrics, products, rate cards and prices."),
    Command(
        "customers.usage", "u", "usage", "Usage", "Usage events by month, and what reaches no statement.", show=False
    ),
    Command("customers.request", "f2", "request", "Request", "The selected customer as API requests.", show=False),
    Command(
        "customers.take",
        "ctrl+o",
        "take",
        "Take request",
        "Take a request from elsewhere as a draft: paste it, or open its file.",
        show=False,
    ),
    Command("customers.reload", "r", "reload", "Reload", "Read the list again.", show=False),
)
