"""Omega, item statistics and scale correlations agree with psych (R) on 2,800 people's answers."""

from __future__ import annotations

import numpy as np
import pytest
from pyarrow import csv

from answers import config_for, instrument_of
from rolefit.evidence.item_statistics import (
    item_statistics,
    scale_correlations,
    score_correlations,
)
from rolefit.evidence.omega import omega_total
from rolefit.evidence.scales import PairSums, item_answers, item_ids, keyed_answers
from rolefit.evidence.survey_norms import calibrate_survey

SCALES = {
    "agree": ["A1", "A2", "A3", "A4", "A5"],
    "conscientious": ["C1", "C2", "C3", "C4", "C5"],
    "extraversion": ["E1", "E2", "E3", "E4", "E5"],
    "neuroticism": ["N1", "N2", "N3", "N4", "N5"],
    "openness": ["O1", "O2", "O3", "O4", "O5"],
}
TURNED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
INSTRUMENT = instrument_of(SCALES, reversed_items=TURNED, high=6.0)
ITEM_FIGURES = {
    "n": "n", "mean": "mean", "sd": "sd",
    "standard_r": "std.r", "corrected_r": "r.cor", "rest_r": "r.drop",
}  # fmt: skip
DROP_FIGURES = {
    "alpha_without": "raw_alpha",
    "standard_alpha_without": "std.alpha",
    "mean_r_without": "average_r",
}


def read(path):
    return csv.read_csv(path, convert_options=csv.ConvertOptions(null_values=["NA"]))


@pytest.fixture(scope="module")
def answers(shared_data):
    return read(shared_data / "bfi/bfi.csv")


@pytest.fixture(scope="module")
def reference(shared_data):
    def rows_of(name, scale=None):
        rows = read(shared_data / f"reference/psych_{name}.csv").to_pylist()
        return [row for row in rows if scale in (None, row["scale"])]

    return rows_of


def keyed_of(answers, scale):
    return keyed_answers(item_answers(answers, INSTRUMENT), INSTRUMENT, INSTRUMENT.scales[scale])


@pytest.mark.parametrize("scale", SCALES)
def test_omega_is_that_of_a_maximum_likelihood_factor(answers, reference, scale):
    keyed = keyed_of(answers, scale)
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    fitted = omega_total(np.corrcoef(complete.T), len(complete))
    (row,) = reference("omega_bfi", scale)
    assert fitted.omega == pytest.approx(row["omega_ml"], abs=1e-6)
    assert fitted.loading == pytest.approx([row[f"ml_load_{k}"] for k in range(1, 6)], abs=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_omega_on_covariances_takes_the_same_factor_in_the_unit_of_the_items(
    answers, reference, scale
):
    keyed = keyed_of(answers, scale)
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    (row,) = reference("omega_bfi", scale)
    sd = complete.std(axis=0, ddof=1)
    standard = np.array([row[f"ml_load_{k}"] for k in range(1, 6)])
    explained = (sd @ standard) ** 2
    expected = explained / (explained + (sd**2) @ (1 - standard**2))
    assert omega_total(np.cov(complete.T)).omega == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_item_statistics_agree(answers, reference, scale):
    keyed = keyed_of(answers, scale)
    found = item_statistics(PairSums.of(keyed))
    rows = reference("alpha_bfi_item_stats", scale)
    for mine, theirs in ITEM_FIGURES.items():
        assert getattr(found, mine) == pytest.approx([row[theirs] for row in rows], abs=1e-8)
    assert score_correlations(keyed) == pytest.approx([row["raw.r"] for row in rows], abs=1e-8)


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_left_without_an_item_agrees(answers, reference, scale):
    found = item_statistics(PairSums.of(keyed_of(answers, scale)))
    rows = reference("alpha_bfi_if_dropped", scale)
    for mine, theirs in DROP_FIGURES.items():
        assert getattr(found, mine) == pytest.approx([row[theirs] for row in rows], abs=1e-8)


def test_scale_correlations_agree(answers, reference):
    order = item_ids(INSTRUMENT)
    keys = np.array([
        [(item in scale.items) * (-1.0 if item in scale.reversed else 1.0)
         for scale in INSTRUMENT.scales.values()]
        for item in order
    ])  # fmt: skip
    found = scale_correlations(PairSums.of(item_answers(answers, INSTRUMENT)), keys)
    rows = reference("scoreItems_scale_cor")
    expected = np.array([[row[name] for name in SCALES] for row in rows])
    assert found == pytest.approx(expected, abs=1e-8)


def test_norms_carry_the_same_figures(answers, reference):
    norms = calibrate_survey(answers, INSTRUMENT, config_for(INSTRUMENT).evidence)
    for name, scale in norms.scales.items():
        drops = {row["item"].strip("-"): row for row in reference("alpha_bfi_if_dropped", name)}
        for row in reference("alpha_bfi_item_stats", name):
            item = scale.item_norms[row["item"]]
            mine = (item.n, item.mean, item.sd, item.rest_r, item.alpha_without)
            theirs = (row["n"], row["mean"], row["sd"], row["r.drop"])
            assert mine == pytest.approx((*theirs, drops[row["item"]]["raw_alpha"]), abs=1e-8)
        assert scale.omega_note == ""
        assert scale.omega == pytest.approx(
            omega_total(PairSums.of(keyed_of(answers, name)).covariance()).omega, abs=1e-7
        )
