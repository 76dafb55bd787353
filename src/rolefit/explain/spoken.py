"""Reasons in words and in the shape of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.direction.wishes import NO, NOT_NOW, UNKNOWN
from rolefit.explain import wording
from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST, CODES, POLARITY
from rolefit.explain.said import Line, Said, first_said, say, say_one
from rolefit.explain.together import lead
from rolefit.explain.view import WAITS
from rolefit.schema.tables import FAMILIES, REASON, WISHES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.explain.names import Names
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.view import View
    from rolefit.schema.arrays import Ints
    from rolefit.schema.config import Config

PLAIN = {
    "thrives_elsewhere": ("beside", "elsewhere"),
    "only_metrics": ("unsure", "only_metrics"),
    "too_little_seen": ("unsure", "too_little_seen"),
}
"""Reasons whose sentence names nothing: part and key of the sentence."""


def reason_texts(
    reasons: Reasons, evidence: Evidence, view: View, names: Names, more: Ints | None = None
) -> Said:
    """The sentence of every reason, flat: agents x 4 places.

    Args:
        reasons: of n agents.
        evidence: of the same agents, for naming sources.
        view: the same agents.
        names: how things are called.
        more: further attributes that a reason tells in the same breath, agents x 4 x k.
    """
    flat = reasons.flat()
    sources = (*evidence.sources, "")
    attribute, role, source = flat.attribute, flat.role, lead(flat)
    here = (role == view.situation.current[np.arange(len(role)) // AT_MOST]).astype(np.int64)
    further = () if more is None else tuple(more.reshape(len(attribute), -1).T)

    def brings(family: int, source: int, *what: int) -> Line:
        told = [a for a in what if a != NONE]
        return wording.brings(names, told, FAMILIES[family], sources[source])

    def gap(what: int, family: int, source: int, where: int) -> Line:
        return wording.gap(names, what, FAMILIES[family], sources[source], where)

    def enjoys(here: int, where: int, *what: int) -> Line:
        told = [a for a in what if a != NONE]
        return wording.enjoys(names, told, where, here=bool(here))

    def waits(code: int, where: int) -> Line:
        return wording.about(names, "waits", CODES[code].removeprefix("waits_"), where)

    return first_said(
        say(
            brings, flat.has("brings", "brings_metric"),
            flat.family, source, attribute, *further,
        ),
        say(gap, flat.has("gap", "gap_metric"), attribute, flat.family, source, role),
        say(enjoys, flat.has("interest"), here, role, attribute, *further),
        say(
            lambda a, r: wording.about(names, "enjoys", "less", r, a),
            flat.has("interest_differs"), attribute, role,
        ),
        say(lambda a: wording.not_yet_seen(names, a), flat.has("not_yet_seen"), attribute),
        say(waits, flat.has(*(f"waits_{gate}" for gate in WAITS)), flat.code, role),
        *(
            say_one(wording.sentence(names, part, code), flat.has(reason))
            for reason, (part, code) in PLAIN.items()
        ),
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
            texts.at(told).column("agent"),
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
        say(
            lambda r, w: wording.about(names, "wish", words[w], r),
            word != UNKNOWN, flat.role, word,
        ),
        say_one(wording.sentence(names, "wish", "stay"), stays & ~refused),
        say_one(wording.sentence(names, "wish", "outside"), flat.has("wish_outside")),
    )  # fmt: skip
