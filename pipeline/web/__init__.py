"""The facts database in the browser: Datasette with pages of our own, for this machine by default.

Read-only, but for decisions where a :class:`Reviewing` is given: those are taken by :mod:`pipeline.review`.
"""

from pipeline.web.application import make_application
from pipeline.web.reviewing import Reviewing
from pipeline.web.serving import Address, bind, serve

__all__ = ["Address", "Reviewing", "bind", "make_application", "serve"]
