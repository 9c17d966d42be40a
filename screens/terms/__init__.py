"""Editors of contract terms, shared by the wizard and the amendment editor.

They read and write payloads in the API's words and know nothing of drafts, stores or the screen they are opened from.
"""
