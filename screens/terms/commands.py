"""What can be done in a list of terms and in a term's editor."""

from __future__ import annotations

from screens.command import Command

SAVE = Command("terms.save", "ctrl+s", "save", "Save", "Take the term into the draft.", priority=True)
MORE = Command("terms.more", "f4", "more", "More", "Show the fields that are rarely needed, or hide them again.")
CANCEL = Command("terms.cancel", "escape", "back", "Cancel", "Leave the editor; the draft stays as it was.")

EDITOR = (SAVE, MORE, CANCEL)
"""Of every term editor."""

ADD = (
    Command(
        "terms.commit", "c", "add('commits')", "Commit", "Add a commit: money set aside that usage draws down.",
        show=False,
    ),
    Command("terms.credit", "r", "add('credits')", "Credit", "Add a credit: usage given away.", show=False),
    Command(
        "terms.charge", "s", "add('scheduled_charges')", "Charge", "Add a charge: billed once, recurring, or on dates.",
        show=False,
    ),
    Command(
        "terms.override", "o", "add('overrides')", "Override", "Add an override: another price or entitlement.",
        show=False,
    ),
    Command(
        "terms.recurring_commit", "m", "add('recurring_commits')", "Recurring commit",
        "Add a recurring commit: a commit made anew every period.", show=False,
    ),
    Command(
        "terms.recurring_credit", "t", "add('recurring_credits')", "Recurring credit",
        "Add a recurring credit: a credit given anew every period.", show=False,
    ),
    Command(
        "terms.subscription", "b", "add('subscriptions')", "Subscription",
        "Add a subscription: a quantity or seats, charged every period.", show=False,
    ),
    Command(
        "terms.discount", "i", "add('discounts')", "Discount",
        "Add a discount: an amount taken off scheduled invoices.", show=False,
    ),
    Command(
        "terms.service", "v", "add('professional_services')", "Professional service",
        "Add a professional service: work, billed when it is invoiced.", show=False,
    ),
    Command(
        "terms.royalty", "y", "add('reseller_royalties')", "Reseller royalty",
        "Add a reseller royalty: a marketplace's share, noted on lines.", show=False,
    ),
)  # fmt: skip
"""One per kind of term; a list shows those of its kinds on its buttons, as far as there is room."""

OTHER = Command(
    "terms.other", "a", "add_other", "Add…", "Choose from every kind of term that can be added here.", show=False
)

LIST = (
    Command("terms.edit", "e", "edit", "Edit", "Change the selected term (Enter does it too)."),
    Command("terms.duplicate", "d", "duplicate", "Duplicate", "Add a copy of the selected term and edit it."),
    Command(
        "terms.remove", "x,delete", "remove", "Remove", "Take the selected term out of the draft; undo brings it back."
    ),
    Command("terms.undo", "u", "undo", "Undo", "Take back the last change of the draft."),
    Command("terms.redo", "U", "redo", "Redo", "Make the change that was undone again.", show=False),
)
"""Of every list of terms."""

COMMANDS = (*EDITOR, *ADD, OTHER, *LIST)
