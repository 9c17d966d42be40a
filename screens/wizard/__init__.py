"""The contract wizard: a draft in the API's words, completed step by step beside a live preview, then sent.

No rule of money or of the API lives here; the draft's problems are the models' and the review's own sentences.
"""
