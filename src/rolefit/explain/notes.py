"""What does not apply, could not be compared, is not yet seen, or is contradictory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.stats import chi2

from rolefit.explain import wording
from rolefit.explain.said import NOTHING, Line, Said, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.evidence.table import Remarks
    from rolefit.explain.names import Names
    from rolefit.explain.view import View
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

REMARK_ORDER = (
    "reply_contested", "reply_deferred", "reply_evidence", "reply_agreed", "talk_early_decline",
    "talk_early_interest", "held", "not_applicable", "not_comparable", "traded", "near_target",
    "short_contacts", "easier_mix", "own_praise", "own_rating", "retake", "careless",
    "too_few_answers", "poor_scale", "unusable_scale",
)  # fmt: skip
CONFLICT_LEVEL = 0.99
MOST_UNSEEN, MOST_NAMED = 3, 3
TOGETHER = ("too_few_answers", "poor_scale", "unusable_scale")
TALK_EARLY = "talk_early"
NOTE_CODES = (
    *(TALK_EARLY if code.startswith(TALK_EARLY) else code for code in REMARK_ORDER),
    "evidence_conflicts", "not_yet_seen",
)  # fmt: skip
"""The code under which a note is told, in the order in which notes are told."""
MOST_EARLY = 2


@dataclass(frozen=True)
class Notes:
    """What has to be said besides the reasons."""

    column: pa.ListArray
    """All notes of n agents."""
    codes: pa.ListArray
    """The code of each of them."""
    contested: Bools
    """Who contested an earlier suggestion and waits for an answer."""
    added: Bools
    """Who told us more, which somebody has to record."""
    early: Said
    """What should be talked about early, per agent."""
    applies: Said
    """A metric that does not apply, per agent, without its reason."""
    several: Bools
    """More than one does not."""
    retake: Said
    """First survey to take again, per agent."""
    conflict: Said
    """That sources differ, on the attribute on which they do most, per agent."""
    differs_on: Ints
    """That attribute; -1 where sources agree."""


def take_notes(view: View, remarks: Sequence[Remarks], names: Names, config: Config) -> Notes:
    """Gathers the notes of n agents.

    Args:
        view: n agents.
        remarks: what the kinds of evidence had to say of the same agents.
        names: how things are called.
        config: effective config, for attribute ids.

    Returns:
        Notes, in a fixed order: what does not apply first, what is not yet seen last.

    Raises:
        ValueError: a remark carries a code that has no sentence.
    """
    rows = [_remark_rows(remark, names, config.attribute_ids) for remark in remarks]
    differs_on = _differs_on(view)
    conflict = _conflict(differs_on, names)
    unseen = _not_yet_seen(view, names)
    everybody = np.arange(view.agents)
    groups = [
        *(
            (_rank(remark.code), agent, said)
            for remark, (agent, said) in zip(remarks, rows, strict=True)
        ),
        (len(REMARK_ORDER), everybody, conflict),
        (len(REMARK_ORDER) + 1, everybody, unseen),
    ]
    column, codes = _lists(groups, view.agents)
    replies = ("reply_contested", "reply_evidence")
    contested, added = (_subjects(remarks, code, view.agents, 1)[0] for code in replies)
    rules = _subjects(remarks, "not_applicable", view.agents, 2)[0]
    return Notes(
        column=column,
        codes=codes,
        contested=contested[:, 0] != NOTHING,
        added=added[:, 0] != NOTHING,
        early=_early(remarks, names, view.agents),
        applies=_first(
            remarks, "not_applicable", view.agents, lambda s: wording.does_not_apply(names, s)
        ),
        several=rules[:, 1] != NOTHING,
        retake=_first(remarks, "retake", view.agents, lambda s: wording.retake(names, s)),
        conflict=conflict,
        differs_on=differs_on,
    )


def conflicts(precision: Floats, family_mean: Floats) -> Floats:
    """How much the families of evidence disagree on each attribute, as a p-value.

        Q = sum_f P*_f (zbar_f - m)^2, m = sum_f P*_f zbar_f / sum_f P*_f, chi2 with k - 1 df

    Args:
        precision: agents x attributes x families, after the ceiling.
        family_mean: mean of each family, same shape, attribute sd.

    Returns:
        Agents x attributes: chance of a larger Q where sources agree; 1 with fewer than two.

    Source:
        Cochran 1954, homogeneity of independent estimates.
    """
    total = precision.sum(axis=2)
    weighted = (precision * family_mean).sum(axis=2)
    centre = np.divide(weighted, total, out=np.zeros_like(total), where=total > 0)
    q = (precision * (family_mean - centre[:, :, None]) ** 2).sum(axis=2)
    freedom = (precision > 0).sum(axis=2) - 1
    return np.where(freedom > 0, chi2.sf(q, np.maximum(freedom, 1)), 1.0)


def _differs_on(view: View) -> Ints:
    """The attribute of the basis role on which sources differ most; -1 where they agree."""
    chance = conflicts(view.posterior.precision, view.posterior.family_mean)
    chance[view.weights(view.basis) <= 0] = 1.0
    told = chance.min(axis=1) < 1.0 - CONFLICT_LEVEL
    return np.where(told, chance.argmin(axis=1), NOTHING)


def _conflict(differs_on: Ints, names: Names) -> Said:
    """That sources differ on an attribute."""

    def sentence(attribute: int) -> Line:
        what = names.attributes[attribute]
        return wording.sentence(names, "unsure", "sources_differ", what=what)

    return say(sentence, differs_on != NOTHING, differs_on)


def _not_yet_seen(view: View, names: Names) -> Said:
    """Up to three top attributes of the basis role without evidence, heaviest first."""
    weights = np.where(view.unseen(), view.weights(view.basis), 0.0)
    order = np.argsort(-weights, axis=1, kind="stable")[:, :MOST_UNSEEN]
    there = np.take_along_axis(weights, order, axis=1) > 0
    ranked = np.where(there, order, NOTHING)

    def sentence(*attributes: int) -> Line:
        told = [a for a in attributes if a != NOTHING]
        return Line.same(wording.remark_on(names, "not_yet_seen", told))

    return say(sentence, np.asarray(there.any(axis=1)), *ranked.T)


def _rank(code: str) -> int:
    """Place of a remark among the notes."""
    if code not in REMARK_ORDER:
        message = f"no sentence for the remark {code!r}; known: {', '.join(REMARK_ORDER)}"
        raise ValueError(message)
    return REMARK_ORDER.index(code)


def _remark_rows(remark: Remarks, names: Names, attributes: tuple[str, ...]) -> tuple[Ints, Said]:
    """Agents and sentences of one kind of remark."""
    _rank(remark.code)
    if remark.code in TOGETHER:
        return _together(remark, names, attributes)

    def sentence(subject: int) -> Line:
        return Line.same(wording.remark(names, remark.code, remark.subjects[subject]))

    return remark.agent, say(sentence, np.ones(len(remark.agent), bool), remark.subject)


def _together(remark: Remarks, names: Names, attributes: tuple[str, ...]) -> tuple[Ints, Said]:
    """One sentence an agent on all subjects, which are attributes; the first few by name."""
    places = np.array([attributes.index(name) for name in remark.subjects], np.int64)
    cells = np.unique(remark.agent * len(attributes) + places[remark.subject])
    agent, attribute = np.divmod(cells, len(attributes))
    who, first, count = np.unique(agent, return_index=True, return_counts=True)
    slot = np.arange(MOST_NAMED)
    listed = slot < count[:, None]
    at = np.minimum(first[:, None] + slot, len(cells) - 1)
    named = np.where(listed, attribute[at], NOTHING)

    def sentence(more: int, *subjects: int) -> Line:
        told = [a for a in subjects if a != NOTHING]
        return Line.same(wording.remark_on(names, remark.code, told, more=bool(more)))

    more = (count > MOST_NAMED).astype(np.int64)
    return who, say(sentence, np.ones(len(who), bool), more, *named.T)


def _early(remarks: Sequence[Remarks], names: Names, agents: int) -> Said:
    """What became harder, and what gives less joy than before."""
    metric, metrics = _subjects(remarks, "talk_early_decline", agents, MOST_EARLY)
    interest, interests = _subjects(remarks, "talk_early_interest", agents, MOST_EARLY)

    def sentence(*subjects: int) -> Line:
        harder = [metrics[k] for k in subjects[:MOST_EARLY] if k != NOTHING]
        fading = [interests[k] for k in subjects[MOST_EARLY:] if k != NOTHING]
        return wording.first(names, harder, fading)

    both = np.concatenate([metric, interest], axis=1)
    return say(sentence, np.asarray((both != NOTHING).any(axis=1)), *both.T)


def _first(
    remarks: Sequence[Remarks], code: str, agents: int, sentence: Callable[[str], Line]
) -> Said:
    """The sentence on the alphabetically first subject of one code for each agent."""
    index, subjects = _subjects(remarks, code, agents, 1)
    return Said(index[:, 0], tuple(map(sentence, subjects)))


def _subjects(
    remarks: Sequence[Remarks], code: str, agents: int, most: int
) -> tuple[Ints, tuple[str, ...]]:
    """The first subjects of one code for each agent, agents x most, and the subjects by name."""
    chosen = [remark for remark in remarks if remark.code == code]
    subjects = tuple(sorted({name for remark in chosen for name in remark.subjects}))
    place = {name: k for k, name in enumerate(subjects)}
    keys = [
        remark.agent * len(subjects)
        + np.array([place[name] for name in remark.subjects], np.int64)[remark.subject]
        for remark in chosen
    ]
    cells = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    agent, subject = np.divmod(cells, max(len(subjects), 1))
    rank = np.arange(len(agent)) - np.searchsorted(agent, agent)
    index = np.full((agents, most), NOTHING, np.int64)
    index[agent[rank < most], rank[rank < most]] = subject[rank < most]
    return index, subjects


def _lists(groups: list[tuple[int, Ints, Said]], agents: int) -> tuple[pa.ListArray, pa.ListArray]:
    """All notes as one list an agent, by rank and then by text, and their codes; no repeats."""
    known = sorted({(rank, line.agent) for rank, _, said in groups for line in said.sentences})
    place = {entry: k for k, entry in enumerate(known)}
    keys = []
    for rank, agent, said in groups:
        own = np.array([place[rank, line.agent] for line in said.sentences], np.int64)
        told = said.anything
        keys.append(agent[told] * len(known) + own[said.index[told]])
    unique = np.unique(np.concatenate(keys))
    agent, note = np.divmod(unique, max(len(known), 1))
    offsets = pa.array(np.searchsorted(agent, np.arange(agents + 1)).astype(np.int32))
    columns = ([text for _, text in known], [NOTE_CODES[rank] for rank, _ in known])
    texts, codes = (pa.array(column, pa.string()).take(pa.array(note)) for column in columns)
    return pa.ListArray.from_arrays(offsets, texts), pa.ListArray.from_arrays(offsets, codes)
