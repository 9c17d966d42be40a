"""SQL metrics: what an operator may write, and running it where it can reach nothing but one customer's events.

Four gates, each enough by itself for what it is about: one SELECT (`gate`), an allow-list over its tree (`gate`), a
locked connection in memory that holds only those events (`sandbox`), a child process with limits (`child`).
"""
