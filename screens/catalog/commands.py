"""What can be done in the catalog."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("catalog.date", "d", "date", "Date", "See the prices in force at another date."),
    Command("catalog.earlier", "left_square_bracket", "change(-1)", "Earlier", "Back to the price change before."),
    Command("catalog.later", "right_square_bracket", "change(1)", "Later", "On to the next price change."),
    Command("catalog.impact", "i", "impact", "Impact", "What a change of this price touches, and what shields it."),
    Command("catalog.usage", "u", "usage", "Usage", "What this metric comes to over a customer's stored usage."),
    Command("catalog.search", "slash", "search", "Search", "Search the list by name, tag or id."),
    Command("catalog.request", "f2", "request", "Request", "What the list's cursor is on as API requests.", show=False),
    Command("catalog.json", "x", "json", "JSON", "What the cursor is on as the request that made it."),
    Command("catalog.view_1", "1", "view(1)", "Rate cards", "Rate cards and their prices.", show=False),
    Command("catalog.view_2", "2", "view(2)", "Products", "Products, their tags, metrics and groups.", show=False),
    Command("catalog.view_3", "3", "view(3)", "Metrics", "Billable metrics and what they count.", show=False),
    Command("catalog.reload", "ctrl+r", "reload", "Reload", "Read the catalog again.", show=False),
)
