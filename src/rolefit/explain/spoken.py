"""Reasons in words and in the shape of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.direction.wishes import NO, NOT_NOW, UNKNOWN
from rolefit.explain import wording
from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST, CODES, INTERESTS, POLARITY
from rolefit.explain.said import Said, first_said, say, say_one
from rolefit.explain.view import WAITS
from rolefit.schema.tables import FAMILIES, REASON, WISHES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.explain.names import Names
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.view import View
    from rolefit.schema.config import Config


def reason_texts(reasons: Reasons, evidence: Evidence, view: View, names: Names) -> Said:
    """The sentence of every reason, flat: agents x 4 places."""
    flat = reasons.flat()
    sources = (*evidence.sources, "")
    attribute, role = flat.attribute, flat.role

    def brings(what: int, family: int, source: int) -> str:
        return wording.brings(names, what, FAMILIES[family], sources[source])

    def gap(what: int, family: int, source: int, where: int) -> str:
        return wording.gap(names, what, FAMILIES[family], sources[source], where)

    lead = np.where(
        np.isin(flat.family, (INTERESTS, FAMILIES.index("strengths"))), NONE, flat.source
    )
    spoken = (attribute, flat.family, lead)
    return first_said(
        say(brings, flat.has("brings", "brings_metric"), *spoken),
        say(gap, flat.has("gap", "gap_metric"), *spoken, role),
        say(lambda a, r: wording.enjoys(names, a, r), flat.has("interest"), attribute, role),
        say(
            lambda a, r: wording.enjoys_less(names, a, r),
            flat.has("interest_differs"), attribute, role,
        ),
        say(lambda a: wording.not_yet_seen(names, a), flat.has("not_yet_seen"), attribute),
        say(
            lambda c, r: wording.waits(names, r, CODES[c].removeprefix("waits_")),
            flat.has(*(f"waits_{gate}" for gate in WAITS)), flat.code, role,
        ),
        say_one(wording.ELSEWHERE, flat.has("thrives_elsewhere")),
        say_one(wording.ONLY_METRICS, flat.has("only_metrics")),
        say_one(wording.TOO_LITTLE_SEEN, flat.has("too_little_seen")),
        _wish_texts(flat, view, names),
    )  # fmt: skip


def reasons_column(reasons: Reasons, texts: Said, config: Config) -> pa.ListArray:
    """The reasons as the contract's list of structs."""
    flat = reasons.flat()
    told = np.flatnonzero(flat.code != NONE)
    counts = (reasons.code != NONE).sum(axis=1)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    codes = pa.array(flat.code[told])
    attributes = pa.array([*config.attribute_ids, None], pa.string())
    known = np.where(flat.attribute == NONE, len(attributes) - 1, flat.attribute)
    terms = flat.term[told]
    structs = pa.StructArray.from_arrays(
        [
            pa.array(CODES).take(codes),
            pa.array(list(POLARITY.values())).take(codes),
            attributes.take(pa.array(known[told])),
            pa.array(terms, pa.float64(), mask=np.isnan(terms)),
            texts.at(told).column(),
        ],
        fields=list(REASON),
    )
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=pa.list_(REASON))


def _wish_texts(flat: Reasons, view: View, names: Names) -> Said:
    """Sentences about wishes."""
    agent = np.arange(len(flat.code)) // AT_MOST
    wish = view.situation.wish[agent, flat.role]
    stays = flat.has("wish_stay")
    refused = stays & np.isin(wish, (NOT_NOW, NO))
    words = (*WISHES, "unknown", "step_back")
    word = np.where(refused, wish, UNKNOWN)
    for code in ("want", "open"):
        word[flat.has(f"wish_{code}")] = words.index(code)
    word[flat.has("wish_asks_first")] = words.index("unknown")
    word[flat.has("wish_step_back")] = words.index("step_back")
    return first_said(
        say(lambda r, w: wording.wish(names, r, words[w]), word != UNKNOWN, flat.role, word),
        say_one(wording.WANTS_TO_STAY, stays & ~refused),
        say_one(wording.WANTS_OUTSIDE, flat.has("wish_outside")),
    )
