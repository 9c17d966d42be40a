"""The schema versions there have been; in a file of its own because a list is shown before SQLAlchemy is imported."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every schema version there has been, oldest first; the last is the one this program works with."""
