"""Pure: (contracts, rates, measured usage, balances) to statements with their explanation.

No I/O, no clock, no database; the same inputs always give the same cents.
"""
