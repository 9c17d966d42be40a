"""One customer at a glance: contracts, balances, the current statement, invoices, what needs attention, who did what.

Everything that changes a customer starts here; each piece of work has a screen of its own.
"""
