"""API requests to store commands and queries, and their answers back to JSON.

No rule of money and no SQL lives here; an HTTP server would be a thin shell over it.
"""
