"""The amendment editor: terms added to a contract from a date on, with the statements before and after beside it.

Also the words for what a proposed change does to money, which every screen that proposes one says alike.
"""
