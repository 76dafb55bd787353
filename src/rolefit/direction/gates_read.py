"""Gates of earlier runs, read off the JSON text in which a history keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.direction.gates import OUT_GATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Bools, Floats

HISTORY = "history"
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
"""As JSON writes it; anything else tells nothing."""
ASKED = (*(gate for gate in OUT_GATES if gate != HISTORY), "wish", "tenure", "contest")


def conditions_held(gates: pa.ChunkedArray, outward: Sequence[str]) -> Bools:
    """Whether every gate of the conversation but `history` passed in an earlier run.

    The direction of that run does not tell: without two runs before it, it had to be `stay`.

    Args:
        gates: the `gates` column of earlier suggestions as JSON text; null where not kept.
        outward: outward role ids.

    Returns:
        One entry a row; False where the gates are missing or say otherwise.
    """
    held = np.ones(len(gates), bool)
    roles = "|".join(map(_literal, outward))
    for gate in ASKED:
        pattern = rf'\{{"gate":\s*"{gate}",\s*"role":\s*"(?:{roles})",[^{{}}]*"passed":\s*true\}}'
        found = pc.fill_null(pc.match_substring_regex(gates, pattern), fill_value=False)
        held &= np.asarray(found, bool)
    return held if len(outward) else np.zeros(len(gates), bool)


def values_of(gates: pa.ChunkedArray, gate: str, role: str) -> Floats:
    """What one gate of one role was found to be worth in earlier runs.

    Args:
        gates: the `gates` column of earlier suggestions as JSON text.
        gate: name in GATES.
        role: role id.

    Returns:
        One number a row; NaN where the gate was not looked at, or the gates were not kept.

    Example:
        >>> import pyarrow as pa
        >>> kept = pa.chunked_array([['[{"gate":"wish","role":"mentor","value":0.75}]', None]])
        >>> values_of(kept, "wish", "mentor").tolist()
        [0.75, nan]
    """
    head = rf'\{{"gate":\s*"{gate}",\s*"role":\s*"{_literal(role)}",\s*"value":\s*'
    pattern = rf"{head}(?P<v>{NUMBER})\s*[,}}]"
    found = pc.extract_regex(gates.cast(pa.string()), pattern)
    text = pc.struct_field(found, "v")
    return np.asarray(pc.fill_null(text.cast(pa.float64()), np.nan), np.float64)


def _literal(name: str) -> str:
    """A name inside a regular expression."""
    return "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in name)
