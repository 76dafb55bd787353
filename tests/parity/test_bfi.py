"""Survey scoring agrees with psych (R) on 2,800 people who answered 25 items of the bfi."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import rolefit as rf
from answers import agents_of, config_for
from rolefit.evidence.careless import careless_flags
from rolefit.evidence.scales import cronbach_alpha, item_answers, keyed_answers, scale_scores
from rolefit.evidence.survey_norms import calibrate_survey
from rolefit.evidence.surveys import score_survey
from rolefit.schema.questionnaires import instrument_from_toml

BFI = """
[instrument]
id = "bfi-25"
kind = "strengths"
min = 1
max = 6

[scales.agree]
attribute = "agree"
items = ["A1", "A2", "A3", "A4", "A5"]
reversed = ["A1"]

[scales.conscientious]
attribute = "conscientious"
items = ["C1", "C2", "C3", "C4", "C5"]
reversed = ["C4", "C5"]

[scales.extraversion]
attribute = "extraversion"
items = ["E1", "E2", "E3", "E4", "E5"]
reversed = ["E1", "E2"]

[scales.neuroticism]
attribute = "neuroticism"
items = ["N1", "N2", "N3", "N4", "N5"]

[scales.openness]
attribute = "openness"
items = ["O1", "O2", "O3", "O4", "O5"]
reversed = ["O2", "O5"]
"""
INSTRUMENT = instrument_from_toml(BFI, "bfi.toml")
CONFIG = config_for(INSTRUMENT)
SCALES = tuple(INSTRUMENT.scales)


def read(path):
    return csv.read_csv(path, convert_options=csv.ConvertOptions(null_values=["NA"]))


@pytest.fixture(scope="module")
def answers(shared_data):
    table = read(shared_data / "bfi/bfi.csv").rename_columns({"id": "agent_id"})
    return table.set_column(0, "agent_id", table["agent_id"].cast(pa.string()))


@pytest.fixture(scope="module")
def psych_scores(shared_data):
    table = read(shared_data / "reference/psych_scoreItems_bfi_scores.csv")
    return np.column_stack([np.asarray(table[name], float) for name in SCALES])


@pytest.fixture(scope="module")
def psych_alpha(shared_data):
    rows = read(shared_data / "reference/psych_alpha_bfi.csv").to_pylist()
    return {(row["scale"], row["method"]): row["raw_alpha"] for row in rows}


def test_scale_scores_agree_on_every_row_that_is_scored(answers, psych_scores):
    scored = scale_scores(answers, INSTRUMENT, CONFIG.evidence)
    mine = ~np.isnan(scored.score)
    assert np.array_equal(mine, scored.answered >= 4)
    assert mine.sum() == 13_961
    assert np.abs(scored.score - psych_scores)[mine].max() < 1e-10


@pytest.mark.parametrize("scale", SCALES)
def test_alpha_agrees_with_pairwise_and_complete_cases(answers, psych_alpha, scale):
    keyed = keyed_answers(item_answers(answers, INSTRUMENT), INSTRUMENT, INSTRUMENT.scales[scale])
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    assert cronbach_alpha(keyed) == pytest.approx(psych_alpha[scale, "pairwise"], abs=1e-8)
    assert cronbach_alpha(complete) == pytest.approx(psych_alpha[scale, "complete"], abs=1e-8)


def test_norms_carry_the_same_alpha(answers, psych_alpha):
    norms = calibrate_survey(answers, INSTRUMENT, CONFIG.evidence)
    for name, scale in norms.scales.items():
        assert scale.alpha == pytest.approx(psych_alpha[name, "pairwise"], abs=1e-8)
        assert scale.reliability == pytest.approx(scale.alpha, abs=1e-12)


def test_evidence_is_the_same_score_on_another_ruler(answers, psych_scores):
    norms = calibrate_survey(answers, INSTRUMENT, CONFIG.evidence)
    gathered = score_survey(
        answers, agents_of(answers), INSTRUMENT, norms,
        family="strengths", config=CONFIG, as_of=date(2026, 1, 1),
    )  # fmt: skip
    evidence = gathered.evidence
    scales = list(norms.scales.values())
    mean, sd, rel = np.array([(s.mean, s.sd, s.reliability) for s in scales])[evidence.source].T
    back = mean + evidence.z * CONFIG.evidence.validity.strengths * sd * np.sqrt(rel)
    assert len(evidence) == 13_961
    assert np.abs(back - psych_scores[evidence.agent, evidence.source]).max() < 1e-10


def test_few_real_people_are_flagged(answers):
    norms = calibrate_survey(answers, INSTRUMENT, CONFIG.evidence)
    untimed = np.full(answers.num_rows, np.nan)
    given = item_answers(answers, INSTRUMENT)
    flags = careless_flags(given, untimed, INSTRUMENT, norms.careless).sum(axis=1)
    assert 0 < (flags >= 1).mean() < 0.03
    assert 0 < (flags >= 2).mean() < 0.005


@pytest.fixture(scope="module")
def workspace(answers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bfi")
    (folder / "bfi.toml").write_text(BFI, "utf-8")
    attributes = "".join(
        f'[attributes.{name}]\nlabel = "{name}"\ngroup = "capability"\n' for name in SCALES
    )
    config = (
        "[centre]\nas_of = 2026-01-01\n[columns.strengths]\nagent_id = 'id'\n"
        f"[instruments.strengths]\nkey = 'bfi.toml'\n{attributes}"
    )
    (folder / "rolefit.toml").write_text(config, "utf-8")
    roles = pa.array(["frontline"] * answers.num_rows)
    agents = agents_of(answers).append_column("current_role", roles)
    parquet.write_table(agents, folder / "agents.parquet")
    strengths = answers.rename_columns({"agent_id": "id"})
    parquet.write_table(strengths, folder / "strengths.parquet")
    return rf.load(folder)


def test_the_public_way_gives_the_same_scores_and_alpha(workspace, psych_scores, psych_alpha):
    norms = rf.calibrate(workspace)
    for name, scale in norms.surveys["strengths"].scales.items():
        assert scale.alpha == pytest.approx(psych_alpha[name, "pairwise"], abs=1e-8)
    evidence = rf.score(workspace, norms=rf.Norms.from_json(norms.to_json())).evidence
    assert len(evidence) == 13_961
    scales = norms.surveys["strengths"].scales
    table = np.array([(s.mean, s.sd, s.reliability) for s in scales.values()])
    mean, sd, rel = table[[SCALES.index(name) for name in evidence["source"]]].T
    rho = workspace.config.evidence.validity.strengths
    back = mean + evidence["z"].to_numpy() * rho * sd * np.sqrt(rel)
    agents = workspace.inputs.agents["agent_id"].to_pylist()
    row = {agent: k for k, agent in enumerate(agents)}
    at = [row[agent] for agent in evidence["agent_id"]]
    column = [SCALES.index(name) for name in evidence["source"]]
    assert np.abs(back - psych_scores[at, column]).max() < 1e-10
