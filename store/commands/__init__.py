"""The only writers: one keyword-only function per operation, one transaction, one audit entry.

Nothing outside this folder inserts, updates or deletes.
"""
