"""What screens and the API read: frozen values, keyset pages, never ORM rows.

Nothing here writes.
"""
