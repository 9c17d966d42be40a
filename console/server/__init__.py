"""The API over HTTP: who may ask, how much at once, and bytes on either side of `console.api`. It holds no rule.

FastAPI and uvicorn come with the extra `server`; nothing else of the program imports this.
"""

from console.server.app import make_app
from console.server.listening import Listener, listen

__all__ = ["Listener", "listen", "make_app"]
