"""Posterior x role profiles -> fit: a linear form of the evidence, so its terms are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

Z90 = 1.6448536269514722
SCORE_CENTRE, SCORE_UNIT = 50.0, 15.0


@dataclass(frozen=True)
class Profiles:
    """Role profiles as arrays; roles in config order, attributes in `config.attribute_ids` order.

    `can` and `want` are unit-length directions (or zero where a role asks or offers nothing);
    `weights` = (1 - share) can + share want is the direction of the whole fit.
    """

    can: Floats
    """Roles x attributes."""
    want: Floats
    """Roles x attributes."""
    want_share: Floats
    """Per role: the policy's want weight, 0 without supplies, 1 without demands."""
    bar: Floats
    """Per role, fit units; NaN for outward destinations."""
    level: Floats
    """Per role; NaN for outward destinations."""
    outward: Bools
    must_have: Floats
    """Roles x attributes: soft minimum, -inf where there is none."""
    multiplier: Floats
    """Per role: widens the sd of its fit; 1 for roles that interests alone decide."""

    @property
    def weights(self) -> Floats:
        """Roles x attributes: what one sd of an attribute adds to a fit."""
        share = self.want_share[:, None]
        return (1.0 - share) * self.can + share * self.want


@dataclass(frozen=True)
class Fit:
    """How well each agent suits each role; all arrays agents x roles, fit units."""

    mean: Floats
    sd: Floats
    """Multiplier included."""
    can: Floats
    can_sd: Floats
    want: Floats
    want_sd: Floats
    sufficiency: Floats
    """Share of the prior variance of the fit that evidence removed."""
    p_ready: Floats
    """P(fit >= bar); NaN for outward destinations."""

    @property
    def low(self) -> Floats:
        """Lower end of the 90 % interval."""
        return self.mean - Z90 * self.sd

    @property
    def high(self) -> Floats:
        """Upper end of the 90 % interval."""
        return self.mean + Z90 * self.sd

    @property
    def score(self) -> Floats:
        """50 + 15 fit, clipped to 0-100."""
        return np.clip(SCORE_CENTRE + SCORE_UNIT * self.mean, 0.0, 100.0)


def profile(config: Config) -> Profiles:
    """The role profiles of a config as arrays."""
    attributes, roles = config.attribute_ids, list(config.roles.values())
    can = _directions([role.demands for role in roles], attributes)
    want = _directions([role.supplies for role in roles], attributes)
    asks, offers = can.any(axis=1), want.any(axis=1)
    share = np.where(asks & offers, config.policy.want_weight, np.where(offers, 1.0, 0.0))
    must_have = np.array(
        [[role.must_have.get(a, -np.inf) for a in attributes] for role in roles], np.float64
    )
    return Profiles(
        can=can, want=want, want_share=share,
        bar=np.array([np.nan if r.bar is None else r.bar for r in roles]),
        level=np.array([np.nan if r.level is None else r.level for r in roles]),
        outward=np.array([r.outward for r in roles]),
        must_have=must_have.reshape(len(roles), len(attributes)),
        multiplier=np.where(asks, config.policy.interval_multiplier, 1.0),
    )  # fmt: skip


def assess(posterior: Posterior, profiles: Profiles) -> Fit:
    """Fit of every agent in every role.

        can = sum_d w_rd mean_d / ||w_r||;  fit = (1 - omega) can + omega want

    Args:
        posterior: belief, agents x attributes x families.
        profiles: role profiles over the same attributes.

    Returns:
        Fit, agents x roles, with the exact variance of the linear form.

    Source:
        weighted linear composite; person-job and person-interest match kept apart (Edwards 1991).
    """
    mean, variance = posterior.mean, posterior.variance
    weights = profiles.weights
    fit, fit_variance = mean @ weights.T, variance @ (weights**2).T
    prior_variance = (weights**2).sum(axis=1)
    sd = profiles.multiplier * np.sqrt(fit_variance)
    return Fit(
        mean=fit, sd=sd,
        can=mean @ profiles.can.T, can_sd=np.sqrt(variance @ (profiles.can**2).T),
        want=mean @ profiles.want.T, want_sd=np.sqrt(variance @ (profiles.want**2).T),
        sufficiency=1.0 - fit_variance / prior_variance,
        p_ready=ndtr((fit - profiles.bar) / sd),
    )  # fmt: skip


def difference(
    posterior: Posterior, profiles: Profiles, role: Ints, other: Ints
) -> tuple[Floats, Floats]:
    """Mean and sd of fit[role] - fit[other] for each agent: exact, as both share attributes.

    Args:
        posterior: belief of n agents.
        profiles: role profiles.
        role: one role position an agent, shape (n,).
        other: one role position an agent, shape (n,).

    Returns:
        mean and sd (multiplier included) in fit units, shape (n,); sd 0 where role == other.
    """
    weights = profiles.weights[role] - profiles.weights[other]
    mean = (weights * posterior.mean).sum(axis=1)
    variance = (weights**2 * posterior.variance).sum(axis=1)
    widest = np.maximum(profiles.multiplier[role], profiles.multiplier[other])
    return mean, widest * np.sqrt(variance)


def terms(posterior: Posterior, profiles: Profiles, role: Ints) -> Floats:
    """Additive terms of the fit in one role an agent, by attribute and family.

    Args:
        posterior: belief of n agents.
        profiles: role profiles.
        role: one role position an agent, shape (n,).

    Returns:
        agents x attributes x families, fit units; sums to the fit exactly (reference 0).
    """
    return profiles.weights[role][:, :, None] * posterior.parts


def _directions(wanted: list[dict[str, float]], attributes: tuple[str, ...]) -> Floats:
    """Importances as unit vectors, roles x attributes."""
    rows = np.array([[row.get(a, 0.0) for a in attributes] for row in wanted], np.float64)
    rows = rows.reshape(len(wanted), len(attributes))
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
