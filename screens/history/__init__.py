"""What was done to a customer or to the whole book: who, when, from where and why, with before and after.

The audit is only read here; it is written by `store.commands`.
"""
