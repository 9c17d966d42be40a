"""What is on the screen as a request of the API, to read, copy or keep; and a request from elsewhere as a draft.

Makers and readers of text are free of widgets; two dialogs show and take them.
"""
