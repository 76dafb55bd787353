"""What does not apply, could not be compared, is not yet seen, or is contradictory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.stats import chi2

from rolefit.explain import wording
from rolefit.explain.said import NOTHING, Said, say

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@dataclass(frozen=True)
class Notes:
    """What has to be said besides the reasons."""

    column: pa.ListArray
    """All notes of n agents."""
    applies: Said
    """First metric that does not apply, per agent, without its reason."""
    retake: Said
    """First survey to take again, per agent."""
    conflict: Said
    """The attribute on which sources differ most, per agent."""


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
    conflict = _conflict(view, names)
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
    return Notes(
        column=_lists(groups, view.agents),
        applies=_first_rule(remarks, rows, view.agents),
        retake=_first(remarks, rows, "retake", view.agents),
        conflict=conflict,
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


def _conflict(view: View, names: Names) -> Said:
    """The attribute of the basis role on which sources differ most."""
    chance = conflicts(view.posterior.precision, view.posterior.family_mean)
    chance[view.weights(view.basis) <= 0] = 1.0
    most = chance.argmin(axis=1)
    told: Bools = np.asarray(chance.min(axis=1) < 1.0 - CONFLICT_LEVEL)
    return say(lambda a: wording.sources_differ(names, a), told, most)


def _not_yet_seen(view: View, names: Names) -> Said:
    """Up to three top attributes of the basis role without evidence, heaviest first."""
    weights = np.where(view.unseen(), view.weights(view.basis), 0.0)
    order = np.argsort(-weights, axis=1, kind="stable")[:, :MOST_UNSEEN]
    there = np.take_along_axis(weights, order, axis=1) > 0
    ranked = np.where(there, order, NOTHING)

    def sentence(*attributes: int) -> str:
        return wording.unseen_note(names, [a for a in attributes if a != NOTHING])

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

    def sentence(subject: int) -> str:
        return wording.remark(names, remark.code, remark.subjects[subject])

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

    def sentence(more: int, *subjects: int) -> str:
        told = [a for a in subjects if a != NOTHING]
        return wording.remark_on(names, remark.code, told, more=bool(more))

    more = (count > MOST_NAMED).astype(np.int64)
    return who, say(sentence, np.ones(len(who), bool), more, *named.T)


def _first_rule(remarks: Sequence[Remarks], rows: list[tuple[Ints, Said]], agents: int) -> Said:
    """For each agent one rule that does not apply, without its reason."""
    texts = {
        text: wording.without_reason(text)
        for remark, (_, said) in zip(remarks, rows, strict=True)
        if remark.code == "not_applicable"
        for text in said.sentences
    }
    return _first(remarks, rows, "not_applicable", agents, texts)


def _first(
    remarks: Sequence[Remarks],
    rows: list[tuple[Ints, Said]],
    code: str,
    agents: int,
    texts: dict[str, str] | None = None,
) -> Said:
    """The alphabetically first sentence of one code for each agent, as told by `texts`."""
    chosen = [row for remark, row in zip(remarks, rows, strict=True) if remark.code == code]
    sentences = sorted({text for _, said in chosen for text in said.sentences})
    position = {text: k for k, text in enumerate(sentences)}
    index = np.full(agents, len(sentences), np.int64)
    for agent, said in chosen:
        own = np.array([position[text] for text in said.sentences], np.int64)
        np.minimum.at(index, agent, own[said.index])
    told = tuple((texts or {}).get(text, text) for text in sentences)
    return Said(np.where(index == len(sentences), NOTHING, index), told)


def _lists(groups: list[tuple[int, Ints, Said]], agents: int) -> pa.ListArray:
    """All sentences as one list an agent, by rank and then by text; repeats are dropped."""
    known = sorted({(rank, text) for rank, _, said in groups for text in said.sentences})
    place = {entry: k for k, entry in enumerate(known)}
    keys = []
    for rank, agent, said in groups:
        own = np.array([place[rank, text] for text in said.sentences], np.int64)
        told = said.anything
        keys.append(agent[told] * len(known) + own[said.index[told]])
    unique = np.unique(np.concatenate(keys))
    agent, sentence = np.divmod(unique, max(len(known), 1))
    offsets = np.searchsorted(agent, np.arange(agents + 1)).astype(np.int32)
    texts = pa.array([text for _, text in known], pa.string()).take(pa.array(sentence))
    return pa.ListArray.from_arrays(pa.array(offsets), texts)
