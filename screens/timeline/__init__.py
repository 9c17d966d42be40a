"""The usage-filter timeline: which contract takes which usage over time, and what a change would do.

Who takes what is decided in `store.terms.routing`; here it is drawn and said.
"""
