"""What is logged of a comparison, before any MLflow."""

from __future__ import annotations

import math

import pytest

from rolefit.tracking.items import items_of

pytestmark = pytest.mark.slow


def test_a_run_a_model_and_a_run_a_fold(found):
    item = items_of(found)
    assert [child.name for child in item.children] == ["profile", "prior_centred", "metrics_only"]
    folds = sum(len(split.folds) for split in found.contest.splits)
    for child in item.children:
        assert len(child.children) == folds
        assert {"split", "fold"} <= child.children[0].params.keys()


def test_hashes_of_data_and_config_are_tags(found, workspace):
    tags = items_of(found).tags
    assert tags["data_metrics"] == workspace.hashes["metrics"]
    assert len(tags["config_hash"]) >= 32
    assert tags["promoted"] == "false"


def test_only_numbers_that_are_defined_are_logged(found):
    for child in items_of(found).children:
        assert all(math.isfinite(value) for value in child.measures.values())
        assert {"teams_auc", "teams_auc_low", "time_ece", "teams_auc_gain"} <= child.measures.keys()


def test_page_card_and_figures_are_artifacts(found):
    item = items_of(found)
    assert set(item.texts) == {"comparison.json", "comparison.html", "card.md"}
    assert set(item.pictures) == {"standings.png", "calibration.png"}
    assert all(data.startswith(b"\x89PNG") for data in item.pictures.values())
