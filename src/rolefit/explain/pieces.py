"""Terms of a fit down to the single piece of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.posterior import shares
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.fit import Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class Piece:
    """One piece of evidence and what it adds to a fit."""

    attribute: str
    family: str
    source: str
    """Metric, scale, contribution kind or kind of rater."""
    z: float
    """What it says, attribute sd."""
    variance: float
    share: float
    """How much of it ends up in the belief about its attribute, in (0, 1)."""
    term: float
    """weight x share x z, fit units."""


def pieces_of(
    evidence: Evidence, posterior: Posterior, profiles: Profiles, config: Config, role: str
) -> tuple[Piece, ...]:
    """What every piece of one agent's evidence adds to the fit in a role.

        term_k = w_rd share_k z_k;  sum_k term_k = fit

    Args:
        evidence: of one agent.
        posterior: from exactly this evidence.
        profiles: role profiles.
        config: effective config.
        role: role id.

    Returns:
        Pieces of attributes that weigh in the role, the largest terms first.
    """
    weights = profiles.weights[config.role_ids.index(role)]
    share = shares(evidence, posterior)
    pieces = [
        Piece(
            attribute=config.attribute_ids[d],
            family=FAMILIES[evidence.family[k]],
            source=evidence.sources[evidence.source[k]],
            z=float(evidence.z[k]),
            variance=float(evidence.variance[k]),
            share=float(share[k]),
            term=float(weights[d] * share[k] * evidence.z[k]),
        )
        for k, d in enumerate(evidence.attribute)
        if weights[d] > 0
    ]
    return tuple(sorted(pieces, key=lambda p: (-abs(p.term), p.attribute, p.family, p.source)))
