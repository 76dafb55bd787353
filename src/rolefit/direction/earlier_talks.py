"""Earlier runs in which all that an `out` conversation asks for held, read off their gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.direction.gates import OUT_GATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from rolefit.schema.arrays import Bools

HISTORY = "history"
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


def _literal(name: str) -> str:
    """A name inside a regular expression."""
    return "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in name)
