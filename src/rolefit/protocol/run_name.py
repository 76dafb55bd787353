"""The name of a run, by which replies say which suggestion they are about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rolefit.protocol.chain import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED_BY = ("as_of", "config_hash", "norms_as_of", "norms_config_hash", "input_hashes")
SHORT = 8


def run_name(record: Mapping[str, Any]) -> str:
    """The day of a run and the start of a hash over what it read.

        run = as_of + "-" + first 8 digits of SHA-256(canonical JSON of the fields in NAMED_BY)

    The same tables, config and norms have the same name; anything else has another.

    Args:
        record: of the run, as in run.json.

    Raises:
        KeyError: the record lacks one of the fields.

    Example:
        >>> run_name(dict.fromkeys(NAMED_BY, "2026-06-30"))
        '2026-06-30-c6d93ccc'
    """
    told = canonical({name: record[name] for name in NAMED_BY})
    return f"{record['as_of']}-{hashlib.sha256(told.encode()).hexdigest()[:SHORT]}"
