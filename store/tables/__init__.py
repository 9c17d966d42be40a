"""The rows of the store: columns for what is looked up, the terms as exact JSON for the rest.

Nothing outside `store.commands`, `store.queries` and their kin reads or writes these; no row leaves the store.
"""
