"""What stands in the list's place where there is nothing to list, and what to do next."""

from __future__ import annotations

NEW_STORE = """
 No customers yet.

 This store is new. What to do next:

   n       add the first customer
   ^Q      leave, then load a book:  termsheet import FILE
           or look at one that is complete:  termsheet demo

 F1 explains every key.
"""
NOTHING_FOUND = """
 Nobody is called that.

 Names are found by the start of any of their words, aliases and ids by their start.

   Esc     back to everybody
   a       look among archived customers too
"""
UNREADABLE = """
 The store cannot be shown:

{reason}

   r       try again
   ^Q      leave
"""
PREPARING = """
 Preparing the store …
"""
READING = "Reading the list …"
