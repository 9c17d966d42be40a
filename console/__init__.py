"""The program: how it starts, what it is told, the faces it has (terminal console, command line, API).

Nothing here decides what is true or what it costs; that is the store's.
"""
