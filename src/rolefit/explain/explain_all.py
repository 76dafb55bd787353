"""Decisions into reasons, notes and a text for all agents at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.explain.names import Names
from rolefit.explain.notes import take_notes
from rolefit.explain.reasons import choose_reasons
from rolefit.explain.spoken import reason_texts, reasons_column
from rolefit.explain.text import Parts
from rolefit.explain.together import tell_together
from rolefit.explain.view import View, look_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from rolefit.direction.decide import Decision
    from rolefit.direction.situation import Situation
    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class Explained:
    """The explanation columns of the suggestions table, n agents."""

    reasons: pa.ListArray
    notes: pa.ListArray
    text: pa.StringArray
    text_leader: pa.StringArray
    note_codes: pa.ListArray


def explain_all(
    *,
    posterior: Posterior,
    profiles: Profiles,
    fit: Fit,
    decision: Decision,
    situation: Situation,
    evidence: Evidence,
    remarks: Sequence[Remarks],
    config: Config,
) -> Explained:
    """Puts every suggestion into reasons, notes and a text; nothing is computed for one agent.

    Args:
        posterior: belief about n agents.
        profiles: role profiles.
        fit: fits of the same agents.
        decision: their directions.
        situation: their wishes and standing.
        evidence: their evidence, for naming sources.
        remarks: what the kinds of evidence had to say.
        config: effective config.

    Returns:
        Explained, n rows a column.

    Raises:
        ValueError: a remark carries a code that has no sentence.
    """
    names = Names.of(config)
    view = View.of(posterior, profiles, fit, decision, situation)
    beside = look_beside(view)
    reasons = choose_reasons(view, beside, evidence)
    spoken = reason_texts(reasons, evidence, view, names)
    notes = take_notes(view, remarks, names, config)
    actionable = np.array([a.group != "interest" for a in config.attributes.values()], bool)
    together = tell_together(reasons)
    joined_up = reason_texts(together.reasons, evidence, view, names, together.more)
    texts = Parts.of(
        view, beside, reasons, spoken, together, joined_up, notes, names, actionable
    ).texts()
    column = reasons_column(reasons, spoken, config)
    return Explained(column, notes.column, texts["agent"], texts["leader"], notes.codes)
