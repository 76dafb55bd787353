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
    """The role profiles of a config as arrays.

    Args:
        config: roles with demands, supplies and bars; attributes in order; `want_weight` and
            `interval_multiplier` of the policy, or of a role.

    Returns:
        Profiles, roles in config order.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> config = build_config({})
        >>> role = config.role_ids.index("mentor")
        >>> found = profile(config)
        >>> asked = config.roles["mentor"].demands
        >>> weight = found.can[role, [config.attribute_ids.index(name) for name in asked]]
        >>> list(asked.values()), weight.round(3).tolist(), round(4 / 30**0.5, 3)
        ([4.0, 3.0, 2.0, 1.0], [0.73, 0.548, 0.365, 0.183], 0.73)
    """
    attributes, roles = config.attribute_ids, list(config.roles.values())
    can = _directions([role.demands for role in roles], attributes)
    want = _directions([role.supplies for role in roles], attributes)
    asks, offers = can.any(axis=1), want.any(axis=1)
    policy = config.policy
    weigh = np.array([_given(role.want_weight, policy.want_weight) for role in roles])
    widen = np.array([
        _given(role.interval_multiplier, policy.interval_multiplier) for role in roles
    ])  # fmt: skip
    share = np.where(asks & offers, weigh, np.where(offers, 1.0, 0.0))
    must_have = np.array(
        [[role.must_have.get(a, -np.inf) for a in attributes] for role in roles], np.float64
    )
    return Profiles(
        can=can, want=want, want_share=share,
        bar=np.array([np.nan if r.bar is None else r.bar for r in roles]),
        level=np.array([np.nan if r.level is None else r.level for r in roles]),
        outward=np.array([r.outward for r in roles]),
        must_have=must_have.reshape(len(roles), len(attributes)),
        multiplier=np.where(asks, widen, 1.0),
    )  # fmt: skip


def _given(own: float | None, usual: float) -> float:
    """A role's own number, or else the policy's."""
    return usual if own is None else own


def assess(posterior: Posterior, profiles: Profiles) -> Fit:
    """Fit of every agent in every role.

        can = sum_d w_rd mean_d / ||w_r||;  fit = (1 - omega) can + omega want

    Args:
        posterior: belief, agents x attributes x families.
        profiles: role profiles over the same attributes.

    Returns:
        Fit, agents x roles, with the exact variance of the linear form.

    Limits:
        linear: a strength makes up for a weakness; what must not be missing is a gate and no
        weight.

    Source:
        weighted linear composite; person-job and person-interest match kept apart (Edwards 1991).

    Example:
        A role of weights .6 and .8; evidence of precision 3 and mean 2 on the first attribute: its
        mean is 1.5, its variance 1 / 4.
        >>> from rolefit.posterior import Posterior
        >>> one, none = np.ones(1), np.zeros((1, 2))
        >>> weights = np.array([[0.6, 0.8]])
        >>> role = Profiles(weights, none, 0 * one, one, one, one > 1, none - np.inf, one)
        >>> precision, mean = np.zeros((1, 2, 5)), np.zeros((1, 2, 5))
        >>> precision[0, 0, 0], mean[0, 0, 0] = 3.0, 2.0
        >>> fit = assess(Posterior(precision, mean), role)
        >>> fit.mean.round(6).tolist(), (fit.sd**2).round(6).tolist(), round(0.36 / 4 + 0.64, 6)
        ([[0.9]], [[0.73]], 0.73)
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

    Limits:
        as `assess`: attributes are taken as independent.

    Source:
        variance of a difference of two linear forms.

    Example:
        Roles that ask for one attribute each, nothing known: 0, and sqrt(1 + 1).
        >>> from rolefit.posterior import Posterior
        >>> two, none = np.ones(2), np.zeros((2, 2))
        >>> roles = Profiles(np.eye(2), none, 0 * two, two, two, two > 1, none - np.inf, two)
        >>> nothing = Posterior(np.zeros((1, 2, 5)), np.zeros((1, 2, 5)))
        >>> mean, sd = difference(nothing, roles, np.array([0]), np.array([1]))
        >>> mean.tolist(), sd.round(4).tolist()
        ([0.0], [1.4142])
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

    Source:
        exact for a linear form: Shapley values with the average person as reference.

    Example:
        >>> from rolefit.posterior import Posterior
        >>> one, none = np.ones(1), np.zeros((1, 1))
        >>> role = Profiles(one[:, None], none, 0 * one, one, one, one > 1, none - np.inf, one)
        >>> precision, mean = np.array([[[1.0, 2.0, 0, 0, 0]]]), np.array([[[4.0, 1.0, 0, 0, 0]]])
        >>> told = terms(Posterior(precision, mean), role, np.array([0]))
        >>> told.tolist(), float(told.sum()), (1.0 * 4.0 + 2.0 * 1.0) / (1.0 + 1.0 + 2.0)
        ([[[1.0, 0.5, 0.0, 0.0, 0.0]]], 1.5, 1.5)
    """
    return profiles.weights[role][:, :, None] * posterior.parts


def _directions(wanted: list[dict[str, float]], attributes: tuple[str, ...]) -> Floats:
    """Importances as unit vectors, roles x attributes."""
    rows = np.array([[row.get(a, 0.0) for a in attributes] for row in wanted], np.float64)
    rows = rows.reshape(len(wanted), len(attributes))
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
