"""What can be done on a customer's overview."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("overview.add_contract", "c", "add_contract", "Contract", "Add a contract with the wizard.", writes=True),
    Command("overview.amend", "a", "amend", "Amend", "Add terms to a contract from a date on.", writes=True),
    Command("overview.filters", "f", "filters", "Filters", "Which usage goes to which contract, over time."),
    Command("overview.statements", "s", "statements", "Statements", "Every statement, balances with their ledger."),
    Command("overview.resume", "r", "resume", "Resume", "Go on with a draft of yours.", writes=True),
    Command("overview.aliases", "l", "aliases", "Aliases", "The names under which usage arrives.", writes=True),
    Command("overview.fields", "u", "fields", "Fields", "The customer's custom fields.", writes=True),
    Command("overview.catalog", "p", "catalog", "Prices", "Metrics, products, rate cards and their prices."),
    Command("overview.pane", "1,2,3,4,5,6", "pane", "", "Go to that pane.", show=False, palette=False),
    Command("overview.next_statement", "right_square_bracket", "step(1)", "", "The next contract's statement.",
            show=False),
    Command("overview.previous_statement", "left_square_bracket", "step(-1)", "", "The contract's statement before.",
            show=False),
    Command("overview.reload", "ctrl+r", "reload", "Reload", "Read and rate everything again.", show=False),
)  # fmt: skip
