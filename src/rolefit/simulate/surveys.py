"""Survey answers: how people see themselves, item by item, with style, haste and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.simulate.columns import before, named, whole

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats
    from rolefit.schema.config import Config
    from rolefit.schema.surveys import Instrument
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

MIDDLE, STEP = 3.4, 0.62
"""Answer of the average person to the average item; what one sd of the self-view adds."""
ITEM, WORDING = 0.65, 0.25
"""sd of one answer to one item; of how easily an item is agreed to."""
PACE, HASTE = 5.0, 1.1
"""Seconds an item, of an attentive and of a careless reader."""
SKIPPING = 0.25
"""Share of people who leave items out at all."""
OLDEST = 270
"""Days before `as_of` within which people answered."""


def survey_table(
    kind: str,
    people: People,
    views: Floats,
    came: Bools,
    since: Floats,
    diligent: Bools,
    config: Config,
    world: World,
    as_of: date,
    rng: np.random.Generator,
) -> pa.Table:
    """A survey table of a workspace, one row an agent who handed it in.

    Args:
        kind: `strengths` or `interests`.
        people: gives ids and tenure.
        views: how people see themselves, agents x `config.attribute_ids`, sd 1.
        came: who answered, shape (agents,).
        since: days before `as_of` by which everybody had answered, shape (agents,).
        diligent: who read every question and answered it, shape (agents,).
        config: gives the instrument.
        world: yes-saying, shares of careless surveys and of empty answers.
        as_of: the last possible day.
        rng: source of all chance.
    """
    instrument = config.questionnaires[kind]
    answers = _answers(instrument, views, config.attribute_ids, world.style, rng)
    n, items = answers.shape
    careless = (rng.random(n) < world.careless) & ~diligent
    hasty = np.flatnonzero(careless)
    answers[hasty] = _careless(instrument, len(hasty), items, rng)
    skips = (rng.random(n) < SKIPPING) & ~diligent
    skipped = rng.random(answers.shape) < world.unanswered / SKIPPING
    answers[skipped & skips[:, None]] = np.nan
    pace = np.where(careless, HASTE, PACE) * rng.lognormal(0.0, 0.25, n)
    oldest = np.minimum(OLDEST, people.tenure * 30.0)
    days = np.maximum(oldest * rng.random(n), since)
    who = np.flatnonzero(came)
    columns = {
        "agent_id": named(people.ids, who),
        "answered_on": before(as_of, days[who]),
        "seconds": whole((pace * items).round()[who]),
    }
    names = [item for scale in instrument.scales.values() for item in scale.items]
    for k, item in enumerate(names):
        columns[item] = whole(answers[who, k])
    return pa.table(columns)


def _answers(
    instrument: Instrument,
    views: Floats,
    attributes: tuple[str, ...],
    style: float,
    rng: np.random.Generator,
) -> Floats:
    """Attentive answers on the declared range: agents x items, in the order of the scales."""
    low, high = instrument.instrument.min, instrument.instrument.max
    unit = (high - low) / 4.0
    yes = style * rng.standard_normal(len(views))
    answers = []
    for scale in instrument.scales.values():
        seen = STEP * views[:, attributes.index(scale.attribute)]
        for item in scale.items:
            wording = WORDING * rng.standard_normal()
            agreed = MIDDLE + seen + wording + ITEM * rng.standard_normal(len(views))
            said = np.where(item in scale.reversed, 6.0 - agreed, agreed) + yes
            answers.append(low + unit * (np.clip(said.round(), 1.0, 5.0) - 1.0))
    return np.column_stack(answers)


def _careless(instrument: Instrument, people: int, items: int, rng: np.random.Generator) -> Floats:
    """Answers of people who do not read: half tick one column, half tick anywhere."""
    low, high = int(instrument.instrument.min), int(instrument.instrument.max)
    anywhere = rng.integers(low, high + 1, (people, items)).astype(np.float64)
    straight = rng.integers(low, high + 1, people).astype(np.float64)
    one_column = rng.integers(0, 2, people) == 0
    return np.where(one_column[:, None], straight[:, None], anywhere)


def handed_in(people: People, world: World, rng: np.random.Generator) -> Bools:
    """Who handed one survey in; newcomers have mostly not been asked yet."""
    missing = np.where(people.newcomer, 0.8, world.no_survey)
    return rng.random(len(people)) >= missing
