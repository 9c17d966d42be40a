"""The SQLModel tables: columns for what is queried, validated JSON of a `terms` value for the rest.

Rows never leave the store; queries turn them into frozen values.
"""
