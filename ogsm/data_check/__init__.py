"""Proof that the data keeps every rule the product relies on: `manage.py check_data`, after a restore or a crash.

It only reads, asks a number of queries that does not grow with the rows, and looks at one state of the data while
others write. A rule is a small function that yields what breaks it; its docstring names where the rule comes from. What
is stored twice for speed is computed again by the code that stores it, never by a second definition.
"""

from .core import RULES, Finding, check_data

__all__ = ["RULES", "Finding", "check_data"]
