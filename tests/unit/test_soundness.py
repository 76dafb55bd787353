"""Edited or damaged norms are refused when they are read, with what is wrong and where."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

CENTRE = simulate(60, 3)
AHT, LEAD = "metrics.aht", "ratings.coaching/lead"


@pytest.fixture(scope="module")
def text() -> str:
    """Norms as a file."""
    return rf.calibrate(rf.Workspace(config=CENTRE.config, **CENTRE.tables)).to_json()


def refused(text: str, edit: Callable[[Any], object]) -> list[str]:
    """Places of an edited document that are refused."""
    document = json.loads(text)
    edit(document)
    with pytest.raises(rf.ConfigError) as stopped:
        rf.Norms.from_json(json.dumps(document))
    assert all(problem.code == "RF140" and problem.hint for problem in stopped.value.problems)
    return [problem.place.removeprefix("norms.json: ") for problem in stopped.value.problems]


NUMBERS = {
    "metrics.aht.s2": (-1.0, 0.0, math.nan, None, "abc"),
    "metrics.aht.tau2": (-1.0, math.inf),
    "metrics.aht.huber": (-1.0,),
    "metrics.aht.noise.phi": (-5.0,),
    "metrics.aht.points[0].agents": (0.0, -1.0),
    "metrics.aht.points[0].block": (99,),
    "metrics.aht.points[0].weight": (2.0,),
    "ratings.coaching/lead.s2": (0.0, -1.0),
    "ratings.coaching/lead.stays": (1.5,),
    "contributions.mentoring.offered.rate": (0.0,),
    "contributions.mentoring.offered.spread": (0.0,),
    "surveys.strengths.scales.coaching.sem": (-9.0, math.nan),
    "surveys.strengths.scales.coaching.reliability": (2.0,),
    "as_of": ("yesterday",),
}


def put(document: Any, place: str, value: object) -> None:
    """Writes a value at a place."""
    *path, last = place.replace("[", ".").replace("]", "").split(".")
    for name in path:
        document = document[int(name)] if isinstance(document, list) else document[name]
    document[last] = value


@pytest.mark.parametrize(
    ("place", "value"), [(place, value) for place, values in NUMBERS.items() for value in values]
)
def test_a_number_that_cannot_be_is_refused_by_place(text: str, place: str, value: object) -> None:
    told = refused(text, lambda document: put(document, place, value))
    assert place.replace("[", ".").replace("]", "") in {
        one.replace("[", ".").replace("]", "") for one in told
    }


SIZES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "effects": (AHT, lambda d: d["metrics"]["aht"]["effects"].pop()),
    "no effects": (AHT, lambda d: d["metrics"]["aht"]["effects"].clear()),
    "no points": (AHT, lambda d: d["metrics"]["aht"]["points"].clear()),
    "effects of a point": (AHT, lambda d: d["metrics"]["aht"]["points"][0]["effects"].pop()),
    "levels": (AHT, lambda d: d["metrics"]["aht"]["layout"]["levels"].clear()),
    "components": (AHT, lambda d: d["metrics"]["aht"]["component_agents"].clear()),
    "component": (AHT, lambda d: d["metrics"]["aht"]["layout"]["component"].pop()),
    "covariance": (AHT, lambda d: d["arrays"].update({"metrics/aht": [[[1.0]]]})),
    "ragged": (AHT, lambda d: d["arrays"].update({"metrics/aht": [[1.0], [1.0, 2.0]]})),
    "no array": (AHT, lambda d: d["arrays"].update({"metrics/aht": "abc"})),
    "null array": (AHT, lambda d: d["arrays"].update({"metrics/aht": None})),
    "array gone": ("arrays.metrics/aht", lambda d: d["arrays"].pop("metrics/aht")),
    "arrays a list": ("arrays", lambda d: d.update(arrays=[])),
    "metrics a list": ("metrics", lambda d: d.update(metrics=[])),
    "raters": (LEAD, lambda d: d["ratings"]["coaching/lead"]["raters"].pop()),
    "reliabilities": (
        "contributions.mentoring.offered.reliability",
        lambda d: d["contributions"]["mentoring"]["offered"]["reliability"].pop(),
    ),
    "true covariance": (
        "surveys.strengths.scales.coaching.true_covariance",
        lambda d: d["surveys"]["strengths"]["scales"]["coaching"]["true_covariance"].clear(),
    ),
}


@pytest.mark.parametrize(("place", "edit"), SIZES.values(), ids=SIZES)
def test_what_does_not_go_together_is_refused_by_place(
    text: str, place: str, edit: Callable[[Any], object]
) -> None:
    assert any(told.startswith(place) for told in refused(text, edit))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all numbers of a document."""
    if isinstance(value, dict):
        return [leaf for k, part in value.items() for leaf in leaves(part, (*path, k))]
    if isinstance(value, list):
        return [leaf for k, part in enumerate(value) for leaf in leaves(part, (*path, k))]
    return [path] if isinstance(value, float) else []


def test_no_number_that_is_not_finite_passes(text: str) -> None:
    known = leaves({k: v for k, v in json.loads(text).items() if k != "version"})
    for k in np.random.default_rng(1).choice(len(known), 30, replace=False):
        path = known[k]

        def damage(document: Any, path: tuple[Any, ...] = path) -> None:
            for name in path[:-1]:
                document = document[name]
            document[path[-1]] = math.nan

        assert refused(text, damage), path


@pytest.mark.parametrize("estimator", ["correlated", "random", "within"])
def test_what_was_learned_is_sound_whatever_the_estimator(estimator: str) -> None:
    config = {**CENTRE.config, "evidence": {"client_effects": estimator}}
    for tables in (CENTRE.tables, {"agents": CENTRE.tables["agents"]}):
        learned = rf.calibrate(rf.Workspace(config=config, **tables))
        assert rf.Norms.from_json(learned.to_json()).as_of == learned.as_of
