"""The API: one request in, one response out, as the server and `termsheet api` give it; no HTTP and no Textual here.

An endpoint reads a body into `store.terms`, calls one store command or query, and shapes the answer. It holds no rule.
"""

from console.api.answering import answer
from console.api.call import Response

__all__ = ["Response", "answer"]
