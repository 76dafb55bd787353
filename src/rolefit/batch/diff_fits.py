"""Why a fit is another than in an earlier run: exact shares of evidence and of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.table import Evidence, agent_positions, numbers, positions
from rolefit.fit import profile
from rolefit.posterior import believe, shares
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class Side:
    """One of the two runs: evidence of the agents compared, and its config."""

    evidence: pa.Table
    config: Config


@dataclass(frozen=True)
class Shift:
    """What moved the fit of n agents in one role each; NaN where a run lacks the role."""

    before: Floats
    after: Floats
    by_evidence: Floats
    """sum_d w_d (mean_d now - mean_d then), with the weights of then."""
    by_weights: Floats
    """sum_d (w_d now - w_d then) mean_d now; the two sum to `after - before`."""
    pieces: tuple[list[dict[str, object]], ...]
    """Per agent the pieces of evidence whose terms moved most, the largest first."""


def shift_of_fits(
    before: Side, after: Side, agents: pa.Array, roles: list[str], most_pieces: int
) -> Shift:
    """Splits the change of a fit into what evidence did and what weights did.

        fit' - fit = sum w (m' - m) + sum (w' - w) m'

    Args:
        before: the earlier run.
        after: the later run.
        agents: ids of n agents.
        roles: one role id an agent.
        most_pieces: pieces told an agent.

    Returns:
        Shift of n agents, exact to rounding.

    Limits:
        a piece's own shift contains what others did to its share of the belief.
    """
    ids = list(dict.fromkeys((*before.config.attribute_ids, *after.config.attribute_ids)))
    old, new = (_Heard.of(side, agents, ids) for side in (before, after))
    then, now = old.mean(len(ids)), new.mean(len(ids))
    w, w_now = (_weights(side.config, roles, ids) for side in (before, after))
    return Shift(
        before=(w * then).sum(axis=1),
        after=(w_now * now).sum(axis=1),
        by_evidence=(w * (now - then)).sum(axis=1),
        by_weights=((w_now - w) * now).sum(axis=1),
        pieces=_largest(old.terms(w), new.terms(w_now), len(agents), most_pieces),
    )


@dataclass(frozen=True)
class _Heard:
    """Evidence of one run, what it makes us believe, and where its attributes stand among all."""

    evidence: Evidence
    posterior: Posterior
    attributes: tuple[str, ...]
    column: Ints
    """Attribute of the run -> column among those of either run."""

    @classmethod
    def of(cls, side: Side, agents: pa.Array, ids: list[str]) -> _Heard:
        """Reads the rows of the agents compared."""
        own, evidence = side.config.attribute_ids, _evidence(side, agents)
        posterior = believe(evidence, agents=len(agents), attributes=len(own))
        return cls(evidence, posterior, own, np.array([ids.index(a) for a in own], np.int64))

    def mean(self, width: int) -> Floats:
        """Posterior means, agents x attributes of either run; 0 where this run lacks one."""
        mean = np.zeros((len(self.posterior.mean), width))
        mean[:, self.column] = self.posterior.mean
        return mean

    def terms(self, weights: Floats) -> dict[tuple[int, str, str, str], float]:
        """Exact term of every piece of evidence, by agent, attribute, family and source."""
        e = self.evidence
        term = weights[e.agent, self.column[e.attribute]] * shares(e, self.posterior) * e.z
        keys = zip(e.agent, e.attribute, e.family, e.source, strict=True)
        return {
            (int(i), self.attributes[d], FAMILIES[f], e.sources[s]): float(t)
            for (i, d, f, s), t in zip(keys, term, strict=True)
        }


def _evidence(side: Side, agents: pa.Array) -> Evidence:
    """Evidence rows of the agents compared, as the run had them."""
    table = side.evidence.filter(pc.is_in(side.evidence["agent_id"], agents))
    sources = sorted(set(table["source"].to_pylist()))
    zeros = np.zeros(table.num_rows, np.int64)
    z, variance, n, shared = (
        numbers(table[name]) for name in ("z", "variance", "n", "method_variance")
    )
    return Evidence(
        agent=agent_positions(table, pa.table({"agent_id": agents})),
        attribute=positions(table["attribute"], side.config.attribute_ids),
        family=positions(table["family"], FAMILIES),
        source=positions(table["source"], sources),
        z=z, variance=variance, n=n, method_variance=shared, note=zeros, sources=tuple(sources),
    )  # fmt: skip


def _weights(config: Config, roles: list[str], ids: list[str]) -> Floats:
    """Weights of one role an agent over the attributes of either run; NaN for an unknown role."""
    profiles, known = profile(config), list(config.role_ids)
    own = [ids.index(name) for name in config.attribute_ids]
    table = np.zeros((len(known) + 1, len(ids)))
    table[:-1, own], table[-1] = profiles.weights, np.nan
    place = [known.index(role) if role in known else len(known) for role in roles]
    weights: Floats = table[place]
    return weights


def _largest(
    then: dict[tuple[int, str, str, str], float],
    now: dict[tuple[int, str, str, str], float],
    agents: int,
    most: int,
) -> tuple[list[dict[str, object]], ...]:
    """Per agent the pieces whose terms differ most."""
    found: list[list[tuple[float, dict[str, object]]]] = [[] for _ in range(agents)]
    for key in sorted(then.keys() | now.keys()):
        agent, attribute, family, source = key
        before, after = then.get(key), now.get(key)
        shift = (after or 0.0) - (before or 0.0)
        if shift and not np.isnan(shift):
            told: dict[str, object] = {
                "attribute": attribute, "family": family, "source": source, "before": before,
                "after": after, "shift": shift,
            }  # fmt: skip
            found[agent].append((-abs(shift), told))
    return tuple(
        [piece for _, piece in sorted(own, key=lambda entry: entry[0])[:most]] for own in found
    )
