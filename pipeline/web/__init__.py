"""The facts database in the browser: Datasette with pages of our own. Read-only, and for this machine by default."""

from pipeline.web.application import make_application
from pipeline.web.serving import Address, bind, serve

__all__ = ["Address", "bind", "make_application", "serve"]
