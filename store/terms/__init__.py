"""The vocabulary: frozen values in the words of the API, with every rule that needs no look-up.

Requests, drafts, bundles and the rating service's input are these same models. Nothing here does I/O.
"""
