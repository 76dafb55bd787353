"""The version of the package, for people and for `run.json`."""

from __future__ import annotations

__version__ = "0.1.0"
