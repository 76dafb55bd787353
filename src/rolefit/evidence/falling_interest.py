"""Interest in the present role that surely fell between two surveys: a reason to talk early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc
from scipy.special import ndtr

from rolefit.evidence.surveys import score_survey
from rolefit.evidence.table import Remarks, positions

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.readings import Readings
    from rolefit.evidence.survey_norms import SurveyNorms
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

CODE = "talk_early_interest"
FAMILY: Final = "interests"
LEAST_NOISE = 1e-6


def remark_falling_interest(
    inputs: Inputs, config: Config, norms: dict[str, SurveyNorms], offers: Floats, as_of: date
) -> Remarks:
    """Whose interest in what the present role offers fell since they were asked before.

        change = sum_d v_d (x_d now - x_d then),  v = direction of the role's supplies
        Var = sum_d v_d^2 ((1 - rel) / rel x widening, both times);  P(change < -interest) >= chance

    Args:
        inputs: checked tables; `interests` holds the newest answers, `earlier_interests` those
            before them.
        config: effective config, for `policy.early`.
        norms: of the surveys, by family.
        offers: what each role offers to an interest, as unit vectors, roles x attributes.
        as_of: "today" of the run.

    Returns:
        Remarks `talk_early_interest`, one an agent; subject: the attribute that fell most.

    Limits:
        areas answered only once are left out; a change in how somebody uses the scale can look
        like one of interest where answers are not ipsatised.

    Source:
        error of a difference of two unshrunken true-score estimates (Lord & Novick 1968, 3.8).

    Example:
        All items on what the present role offers fell from 5 to 1 for the first of 120 people.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.evidence.survey_norms import calibrate_survey
        >>> from rolefit.fit import profile
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> config = build_config({"evidence": {"ipsatise": 0.0}})
        >>> instrument = config.questionnaires["interests"]
        >>> keyed = [(i, i in s.reversed) for s in instrument.scales.values() for i in s.items]
        >>> ids = [f"A{k}" for k in range(120)]
        >>> level = [1 + k % 5 for k in range(120)]
        >>> rows = {i: [float(6 - x if turned else x) for x in level] for i, turned in keyed}
        >>> now = pa.table({"agent_id": ids, **rows})
        >>> then = pa.table(
        ...     {"agent_id": ids[:1], **{i: [1.0 if turned else 5.0] for i, turned in keyed}}
        ... )
        >>> agents = pa.table({"agent_id": ids, "current_role": ["frontline"] * 120})
        >>> inputs = Inputs(agents, interests=now, earlier_interests=then)
        >>> norms = {"interests": calibrate_survey(now, instrument, config.evidence)}
        >>> offers, today = profile(config).want, date(2026, 6, 30)
        >>> remark_falling_interest(inputs, config, norms, offers, today).agent.tolist()
        [0]
    """
    nothing = Remarks(CODE, np.zeros(0, np.int64), np.zeros(0, np.int64), config.attribute_ids)
    before, answers = inputs.earlier_interests, inputs.interests
    if before is None or not before.num_rows or answers is None or FAMILY not in norms:
        return nothing
    again = answers.filter(pc.is_in(answers["agent_id"], before["agent_id"].combine_chunks()))
    instrument = config.questionnaires[FAMILY]
    shape = (inputs.agents.num_rows, len(config.attribute_ids))
    now, then = (
        _observed(
            score_survey(
                table, inputs.agents, instrument, norms[FAMILY],
                family=FAMILY, config=config, as_of=as_of,
            ).readings,
            shape,
        )
        for table in (again, before)
    )  # fmt: skip
    offers = offers[positions(inputs.agents["current_role"], config.role_ids)]
    change = np.nan_to_num(offers * (now[0] - then[0]))
    noise = np.where(np.isnan(now[0] - then[0]), 0.0, offers**2 * (now[1] + then[1])).sum(axis=1)
    early, total = config.policy.early, change.sum(axis=1)
    chance = ndtr((-early.interest - total) / np.sqrt(np.maximum(noise, LEAST_NOISE)))
    agent = np.flatnonzero((chance >= early.chance) & (total < 0))
    return Remarks(CODE, agent, change[agent].argmin(axis=1), config.attribute_ids)


def _observed(readings: Readings, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Unshrunken scores and their noise, agents x attributes, true-score sd; NaN = not answered."""
    value, noise = np.full(shape, np.nan), np.full(shape, np.nan)
    at: tuple[Ints, Ints] = (readings.agent, readings.attribute)
    value[at] = readings.estimate / readings.reliability
    noise[at] = readings.widening * (1.0 - readings.reliability) / readings.reliability
    return value, noise
