"""What can be done on the statement screen."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("statement.earlier", "left_square_bracket", "step(-1)", "Earlier", "The statement before this one."),
    Command("statement.later", "right_square_bracket", "step(1)", "Later", "The statement after this one."),
    Command("statement.zero", "z", "zero", "Zero lines", "Hide lines that come to nothing, or show them."),
    Command(
        "statement.usage", "u,f5", "usage", "Usage", "Rate stored, assumed, projected or another customer's usage."
    ),
    Command("statement.contract", "o", "contract", "Contract", "Show one contract's statements, or all."),
    Command("statement.further", "plus", "look(1)", "Further", "One more of the months to come (projected usage)."),
    Command("statement.nearer", "minus", "look(-1)", "Nearer", "One fewer of the months to come (projected usage)."),
    Command("statement.json", "x", "json", "JSON", "The statement as JSON, to read and copy."),
    Command("statement.csv", "v", "csv", "CSV", "The statement's lines as CSV, to read and copy."),
    Command("statement.request", "f2", "request", "Request", "The API request that reads what is shown.", show=False),
    Command("statement.view_1", "1", "view(1)", "Statements", "Statements, line by line.", show=False),
    Command("statement.view_2", "2", "view(2)", "Balances", "Balances and what moved them.", show=False),
    Command("statement.view_3", "3", "view(3)", "Attention", "Warnings, and usage on no line.", show=False),
    Command("statement.reload", "ctrl+r", "reload", "Reload", "Read and rate everything again.", show=False),
)
