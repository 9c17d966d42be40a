"""What contracts cost: (terms, measured usage, balances) → statements that explain themselves; pure, no I/O.

`engine.rate` is the whole of it. How usage is measured and where books are stored is nobody's business here.
"""
