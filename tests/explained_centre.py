"""A centre of made-up evidence, decided by the real gates: what every explanation test looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import Decision, decide
from rolefit.direction.earlier import Earlier
from rolefit.direction.gates import NO_ROLE
from rolefit.direction.situation import Situation
from rolefit.evidence.table import Evidence, Remarks
from rolefit.explain.explain_all import Explained, explain_all
from rolefit.fit import Fit, Profiles, assess, profile
from rolefit.posterior import Posterior, believe
from rolefit.schema.build import build_config
from rolefit.schema.tables import DIRECTIONS, FAMILIES, STATUSES

if TYPE_CHECKING:
    from rolefit.schema.config import Config

METHOD_VARIANCE = {"metrics": 0.5, "contributions": 0.22, "ratings": 1.0}


@dataclass(frozen=True)
class Centre:
    config: Config
    posterior: Posterior
    profiles: Profiles
    fit: Fit
    decision: Decision
    situation: Situation
    evidence: Evidence
    remarks: tuple[Remarks, ...]

    def explain(self) -> Explained:
        return explain_all(**{k: getattr(self, k) for k in vars(self)})


def sources(config: Config) -> list[tuple[str, str, str]]:
    """Every (attribute, family, source) that can give evidence."""
    found = [(m.attribute, "metrics", key) for key, m in config.metrics.items()]
    found += [(c.attribute, "contributions", key) for key, c in config.contributions.items()]
    for table, instrument in config.questionnaires.items():
        found += [(s.attribute, table, key) for key, s in instrument.scales.items()]
    rated = [a for a, spec in config.attributes.items() if spec.group == "capability"]
    kinds = ("lead", "peer", "client", "qa", "self")
    return found + [(a, "ratings", kinds[k % 5]) for k, a in enumerate(rated)]


def make_evidence(
    config: Config, agents: int, rng: np.random.Generator, *, share: float
) -> Evidence:
    """Evidence of a share of all sources for each agent, of a person with leanings."""
    rows = sources(config)
    names = tuple(sorted({source for _, _, source in rows}))
    theta = 1.4 * rng.standard_normal((agents, len(config.attributes)))
    parts = []
    for attribute, family, source in rows:
        keep = np.flatnonzero(rng.random(agents) < share * rng.random(agents) ** 0.3)
        a = config.attribute_ids.index(attribute)
        z = theta[keep, a] + rng.standard_normal(len(keep))
        parts.append((keep, a, FAMILIES.index(family), names.index(source), z, family))
    sizes = [len(part[0]) for part in parts]
    ints = [np.repeat([part[k] for part in parts], sizes).astype(np.int64) for k in (1, 2, 3)]
    n = sum(sizes)
    widths = [METHOD_VARIANCE.get(part[5], 0.22) for part in parts]
    return Evidence(
        np.concatenate([part[0] for part in parts]),
        *ints,
        z=np.concatenate([part[4] for part in parts]),
        variance=rng.uniform(0.3, 3.0, n),
        n=np.full(n, 10.0),
        method_variance=np.repeat(widths, sizes),
        note=np.zeros(n, np.int64),
        sources=names,
    )


def make_situation(config: Config, agents: int, rng: np.random.Generator) -> Situation:
    """Wishes of every kind, some newcomers, some open contests."""
    inside = len(config.inside_ids)
    shape = (agents, len(config.roles))
    silent = rng.random(shape) < np.where([r.outward for r in config.roles.values()], 0.99, 0.5)
    return Situation(
        current=rng.integers(0, inside, agents),
        wish=np.where(silent, -1, rng.integers(0, 4, shape)),
        outside=np.where(rng.random(agents) < 0.95, -1, rng.integers(0, 4, agents)),
        step_back=np.where(rng.random(agents) < 0.8, -1, rng.integers(0, 4, agents)),
        tenure=np.where(rng.random(agents) < 0.1, np.nan, rng.uniform(0, 60, agents)),
        surveyed=rng.integers(0, 3, agents),
        contests=(rng.random(agents) < 0.03).astype(np.int64),
        early=(rng.random(agents) < 0.05).astype(np.int64),
        earlier=make_earlier(agents, shape, inside, rng),
    )


def make_earlier(
    agents: int, shape: tuple[int, int], inside: int, rng: np.random.Generator
) -> Earlier:
    """Runs that suggested anything, or nothing."""
    return Earlier(
        runs=rng.integers(0, 4, agents),
        talks=rng.integers(-1, 4, agents),
        standing=rng.integers(-1, inside, agents),
        proposed=rng.integers(-1, inside, agents),
        changed=rng.random(shape) < 0.1,
        answered=np.zeros(agents, bool),
    )


def make_remarks(config: Config, agents: int, rng: np.random.Generator) -> tuple[Remarks, ...]:
    """Every kind of remark for some agents."""
    rule = "CSAT (customer satisfaction) does not count for client acme: its own vendor asks them"
    subjects = {
        "not_applicable": (rule, "AHT does not count on chat: agents serve several people at once"),
        "not_comparable": tuple(config.metrics),
        "own_praise": ("peer_recognition",),
        "own_rating": ("ratings",),
        "retake": ("strengths", "interests"),
        "careless": ("strengths", "interests"),
        "too_few_answers": config.attribute_ids,
        "poor_scale": config.attribute_ids,
        "unusable_scale": config.attribute_ids,
        "talk_early_decline": tuple(config.metrics),
        "talk_early_interest": tuple(
            a for a, spec in config.attributes.items() if spec.group == "interest"
        ),
        "reply_contested": ("",),
        "reply_evidence": ("",),
        "held": ("",),
    }
    remarks = []
    for code, about in subjects.items():
        who = np.flatnonzero(rng.random(agents) < 0.08)
        remarks.append(Remarks(code, who, rng.integers(0, len(about), len(who)), about))
    return tuple(remarks)


def make_centre(agents: int, seed: int, *, share: float = 0.8, user: dict | None = None) -> Centre:
    rng = np.random.default_rng(seed)
    config = build_config(user or {})
    evidence = make_evidence(config, agents, rng, share=share)
    posterior = believe(evidence, agents=agents, attributes=len(config.attributes))
    profiles = profile(config)
    situation = make_situation(config, agents, rng)
    decision = decide(posterior, profiles, situation, config.policy)
    return Centre(
        config, posterior, profiles, assess(posterior, profiles), decision, situation, evidence,
        make_remarks(config, agents, rng),
    )  # fmt: skip


def any_decision(centre: Centre, seed: int) -> Centre:
    """The same people with directions, targets and statuses drawn at random: every wording."""
    rng = np.random.default_rng(seed)
    n, outward = len(centre.situation.current), centre.profiles.outward
    inside, outside = np.flatnonzero(~outward), np.flatnonzero(outward)
    direction = rng.integers(0, len(DIRECTIONS), n)
    stay, out = direction == DIRECTIONS.index("stay"), direction == DIRECTIONS.index("out")
    by_choice = out & (rng.random(n) < 0.5)
    status = rng.integers(0, 2, n)
    status[~stay & ~out & (rng.random(n) < 0.3)] = STATUSES.index("explore")
    status[stay & (rng.random(n) < 0.4)] = STATUSES.index("gather")
    target = np.where(out, rng.choice(outside, n), rng.choice(inside, n))
    target = np.where(stay, centre.situation.current, target)
    target[by_choice & (rng.random(n) < 0.3)] = NO_ROLE
    decision = replace(
        centre.decision, direction=direction, status=status, target=target, by_choice=by_choice
    )
    return replace(centre, decision=decision)
