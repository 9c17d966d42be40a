"""The shared furniture: lists, forms, money, dates, dialogs, empty states.

Widgets know nothing of a particular screen and talk back with messages.
"""
