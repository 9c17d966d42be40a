"""The usage ledger: taking events in, and measuring metrics over them.

Prices are none of its business.
"""
