"""The directory of customers: pages of a million in order, and those that match what is being typed.

The one way to read the store that waits for no import: SQLite is asked directly, so that a list is on the screen before
SQLModel could be loaded. It reads only; any other store is asked through `store.database`.
"""
