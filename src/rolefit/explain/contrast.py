"""One role against another: exact terms of the difference of two fits, and the gates that bind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.explain import labels, wording
from rolefit.explain.card import Grid, largest_first, number
from rolefit.fit import difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.explain.rows import GateRow
    from rolefit.explain.terminal import Renderable
    from rolefit.fit import Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class Contrast:
    """Why one role rather than another; positive terms speak for `role`."""

    role: str
    other: str
    terms: dict[str, float]
    """Attribute -> (w_role - w_other) mean, fit units; attributes that weigh in one of the two."""
    sd: float
    """Of the difference, fit units, multiplier included."""
    gates: tuple[GateRow, ...]
    """Gates of `role` that did not pass."""
    sentence: str
    """The contrast in one or two sentences."""
    gate_labels: tuple[str, ...]
    """What each of `gates` asks for, in words."""

    @property
    def difference(self) -> float:
        """fit(role) - fit(other): the sum of the terms."""
        return float(sum(self.terms.values()))

    def __str__(self) -> str:
        return self.sentence

    def __rich__(self) -> Renderable:
        from rolefit.explain.terminal import show_answer, show_bars  # noqa: PLC0415 - needs rich

        bars = show_bars(largest_first(self.terms), f"{self.role} - {self.other}")
        total = f"{labels.SUM} {self.difference:+.2f} (sd {self.sd:.2f})"
        rows = tuple(
            (label, *map(number, (gate.value, gate.threshold, gate.margin)))
            for label, gate in zip(self.gate_labels, self.gates, strict=True)
        )
        grids = [Grid(("gate", "value", "needed", "margin"), rows)] if rows else []
        return show_answer(self.sentence, bars, total, grids)


def contrast(
    posterior: Posterior,
    profiles: Profiles,
    config: Config,
    role: str,
    other: str,
    gates: Sequence[GateRow],
) -> Contrast:
    """Contrasts two roles for one agent.

        fit_r - fit_o = sum_d (w_rd - w_od) mean_d

    Args:
        posterior: belief about one agent.
        profiles: role profiles.
        config: effective config.
        role: the role asked about.
        other: the role it is held against.
        gates: all gates of the suggestion.

    Returns:
        Contrast; swapping the two roles negates every term.
    """
    r, o = (np.array([config.role_ids.index(name)]) for name in (role, other))
    weights = profiles.weights[[r[0], o[0]]]
    values = (weights[0] - weights[1]) * posterior.mean[0]
    weighs = np.asarray((weights > 0).any(axis=0))
    terms = {
        attribute: float(value)
        for attribute, value, shown in zip(config.attribute_ids, values, weighs, strict=True)
        if shown
    }
    _, sd = difference(posterior, profiles, r, o)
    binding = tuple(gate for gate in gates if gate.role == role and gate.binds)
    sentence = wording.contrast(config, role, other, terms, [gate.gate for gate in binding])
    told = tuple(config.language.labels.gates[gate.gate] for gate in binding)
    return Contrast(role, other, terms, float(sd[0]), binding, sentence, told)
