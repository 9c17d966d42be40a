"""What can be done on a customer's overview."""

from __future__ import annotations

from screens.command import Command

PANES = tuple(
    Command(f"overview.pane_{n}", str(n), f"pane({n})", f"Pane {n}", f"Go to {title}.", show=False)
    for n, title in enumerate(
        ("the contracts", "the balances", "the invoices", "the current statement", "what needs attention",
         "the recent changes"), start=1,
    )
)  # fmt: skip
"""A digit goes to a pane."""

COMMANDS = (
    Command("overview.open", "enter", "open", "Open", "Open what the cursor is on.", palette=False),
    Command("overview.add_contract", "c", "add_contract", "Contract", "Add a contract with the wizard.", writes=True),
    Command("overview.amend", "a", "amend", "Amend", "Add terms to a contract from a date on.", writes=True),
    Command("overview.filters", "f", "filters", "Filters", "Which usage goes to which contract, over time."),
    Command("overview.statements", "s", "statements", "Statements", "Every statement, balances with their ledger."),
    Command("overview.resume", "r", "resume", "Resume", "Go on with a draft of yours.", writes=True),
    Command("overview.aliases", "l", "aliases", "Aliases", "The names under which usage arrives.", writes=True),
    Command("overview.fields", "e", "fields", "Fields", "The customer's custom fields.", writes=True),
    Command("overview.rename", "n", "rename", "Rename", "Give the customer another name.", writes=True, show=False),
    Command("overview.catalog", "p", "catalog", "Catalog", "Metrics, products, rate cards and prices."),
    Command("overview.next", "right_square_bracket", "step(1)", "Next", "The next contract's statement.", show=False),
    Command("overview.previous", "left_square_bracket", "step(-1)", "Previous", "The one before.", show=False),
    Command("overview.request", "f2", "request", "Request", "As API requests: the contract under the cursor, or the "
            "customer.", show=False),
    Command("overview.take", "ctrl+o", "take", "Take request", "Take a request from elsewhere as a draft: paste it, or "
            "open its file.", show=False),
    Command("overview.reload", "ctrl+r", "reload", "Reload", "Read and rate everything again.", show=False),
    Command("overview.archive", "x", "archive", "Archive", "Archive the customer for good.", writes=True, show=False),
    *PANES,
)  # fmt: skip
