"""The contrast with the leaderboard: who is hidden by it, who promoted, and what it leaves out."""

from __future__ import annotations

import pandas as pd
import pytest

import rolefit as rf
from rolefit.batch.leaderboard import LABELS
from rolefit.schema.tables import CONTRASTS


@pytest.fixture(scope="module")
def result(repository):
    return rf.score(rf.load(repository / "data" / "synthetic"))


@pytest.fixture(scope="module")
def told(result):
    return result.leaderboard.set_index("agent_id")


def codes(row):
    return [reason["code"] for reason in row["reasons"]]


def test_everybody_of_whom_it_says_something_else_is_in_it_and_nobody_else(result, told):
    suggestions = result.suggestions
    other = suggestions["direction"] != suggestions["metrics_only_direction"]
    assert set(told.index) == set(suggestions.loc[other, "agent_id"])
    assert set(told["contrast"]) <= set(CONTRASTS) == set(LABELS)
    assert (told["label"] == told["contrast"].map(LABELS)).all()


def test_the_stories_are_told(told):
    expert, glue = told.loc["S-CLIENT-EXPERT"], told.loc["S-GLUE"]
    assert expert["contrast"] == glue["contrast"] == "hidden"
    assert codes(expert)[0] == "context"
    assert expert["metrics_adjusted"] > -0.5
    assert glue["reasons"][0]["attribute"] == "coaching"
    happy = told.loc["S-HAPPY-HERE"]
    assert happy["contrast"] == "against_wish"
    assert codes(happy)[0] == "wish_stay"
    assert told.loc["S-NEXT-CHAPTER", "contrast"] == "leaves"


def test_no_reason_is_a_raw_number(told):
    assert not {code for _, row in told.iterrows() for code in codes(row)} & {
        "brings_metric", "gap_metric",
    }  # fmt: skip


def test_each_contrast_means_what_it_says(result, told):
    wishes = result.fits.set_index(["agent_id", "role"])["wish"]
    for agent, row in told.iterrows():
        alone, full = row["metrics_only_direction"], row["direction"]
        if row["contrast"] == "hidden":
            assert alone != "up"
            assert full in {"up", "sideways"}
        elif row["contrast"] == "against_wish":
            assert (alone, full) == ("up", "stay")
            assert {"no", "not_now", "want"} & set(wishes[agent])
        elif row["contrast"] == "kept":
            assert alone == "out" != full
        elif row["contrast"] == "unseen":
            assert row["status"] == "gather"


def test_it_is_written_and_read_like_any_table(result, told, tmp_path):
    result.write(tmp_path / "out")
    result.write(tmp_path / "csv", fmt="csv")
    read = pd.read_parquet(tmp_path / "out" / "leaderboard.parquet")
    assert read["agent_id"].tolist() == list(told.index)
    assert len(pd.read_csv(tmp_path / "csv" / "leaderboard.csv")) == len(told)
