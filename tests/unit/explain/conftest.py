"""Centres that the explanation tests share."""

from __future__ import annotations

import pytest

import rolefit as rf
from explained_centre import any_decision, make_centre
from rolefit.simulate.centre import simulate


@pytest.fixture(scope="session")
def centre():
    return make_centre(500, 7)


@pytest.fixture(scope="session")
def any_centre():
    """Every direction, status and target, whether the gates would say so or not."""
    return any_decision(make_centre(3000, 11), 3)


@pytest.fixture(scope="session")
def explained(centre):
    return centre.explain()


@pytest.fixture(scope="session")
def any_explained(any_centre):
    return any_centre.explain()


@pytest.fixture(scope="session")
def run():
    """A simulated centre, scored from its tables."""
    made = simulate(80, seed=4, stories=True)
    return rf.score(rf.Workspace(config=made.config, **made.tables), with_terms=True)
