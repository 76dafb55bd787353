"""What sources of one family have in common beside the attribute: the shared part of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.agreement import AGENTS, LEAST_AGENTS, covariance
from rolefit.evidence.trust import Method, odds
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.evidence.agreement import Agreement, Unit
    from rolefit.evidence.trust import Validity

SHARE_SD = 0.15
"""How far the shared part of a family's method is thought to lie from its default."""
MOST_SHARED = 0.9


def learn_methods(
    agreement: Agreement,
    found: Mapping[Unit, Validity],
    kinds: Mapping[str, float],
    method_variance: Mapping[str, float],
) -> dict[str, Method]:
    """The shared part of each family's method, from pairs of its own sources.

        c_kl = rho_k rho_l + m sqrt((1 - rho_k^2)(1 - rho_l^2)),  m ~ N(default, SHARE_SD^2)

    Args:
        agreement: of `measure_agreement`, over all agents.
        found: validity of every source.
        kinds: default validity by family.
        method_variance: default w^2 by family; as a share it is w^2 / odds(validity).

    Returns:
        Method by family; the default where a family has no two sources of one attribute.

    Limits:
        metrics taken from the same contacts share those contacts' chance too: it counts as method,
        so such metrics are trusted less together, never more.

    Source:
        correlation of one method's traits beyond their validities (Campbell & Fiske 1959).

    Example:
        >>> from rolefit.evidence.agreement import Agreement
        >>> same = dict.fromkeys(FAMILIES, 0.6)
        >>> learn_methods(Agreement(), {}, same, dict.fromkeys(FAMILIES, 0.5))["metrics"].used
        0.28125
    """
    methods = {}
    for family in FAMILIES:
        spread = odds(kinds[family])
        default = min(MOST_SHARED, method_variance[family] / spread) if spread > 0 else 0.0
        weight, score, count = SHARE_SD**-2.0, default * SHARE_SD**-2.0, 0
        for pair, sums in sorted(agreement.pairs.items()):
            if not pair[0][0] == pair[1][0] == family or sums[AGENTS] < LEAST_AGENTS:
                continue
            rho = np.array([found[unit].used for unit in pair])
            c = covariance(sums, float(rho.prod()))
            beside = float(np.sqrt((1.0 - rho**2).prod()))
            weight += beside**2 / c.variance
            score += beside * (c.value - float(rho.prod())) / c.variance
            count += 1
        learned = float(np.clip(score / weight, 0.0, MOST_SHARED)) if count else default
        methods[family] = Method(default, learned, count)
    return methods
