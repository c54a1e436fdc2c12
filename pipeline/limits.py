"""The limits that keep one source from harming the rest, in one place."""

from __future__ import annotations

MAX_SOURCE_BYTES = 64 * 1024 * 1024
"""Larger files are refused. 64 MiB holds a report of twenty million characters; nothing real comes near it."""
