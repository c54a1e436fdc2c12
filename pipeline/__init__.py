"""Countyfacts: a database of facts out of Chinese county education reports."""
