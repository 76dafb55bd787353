"""`rolefit compare`: what it writes and says, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate
from rolefit.simulate.write import write_workspace

pytest.importorskip("sklearn")
FEW = ("--models", "metrics_only", "--no-track")


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared") / "ws"
    write_workspace(simulate(320, 2, "biased_history"), folder, file_format="parquet")
    return folder


@pytest.fixture(scope="module")
def done(call, centre, tmp_path_factory):
    out = tmp_path_factory.mktemp("comparison") / "out"
    return call("compare", centre, "--out", out, *FEW, "--json"), out


@pytest.fixture(scope="module")
def told(done):
    assert done[0].exit_code == 0, done[0].output
    return json.loads(done[0].stdout)


def test_machines_get_everything(told):
    assert {row["model"] for row in told["standings"]} == {
        "profile", "prior_centred", "metrics_only",
    }  # fmt: skip
    assert told["verdict"]["promoted"] is False
    assert told["mlflow"] == {}
    assert {"standings", "weights", "config_hash", "input_hashes", "moves"} <= told.keys()


def test_what_is_written_can_be_read_without_rolefit(done, told):
    out = done[1]
    measures = pd.read_parquet(out / "measures.parquet")
    auc = measures.query("split == 'teams' and model == 'profile' and measure == 'auc'")
    row = next(r for r in told["standings"] if (r["split"], r["model"]) == ("teams", "profile"))
    assert auc["value"].item() == row["measures"]["auc"]["value"]
    predictions = pd.read_parquet(out / "predictions.parquet")
    assert len(predictions) == told["moves"]
    assert predictions["teams:profile"].between(0, 1).all()
    assert json.loads((out / "comparison.json").read_text("utf-8"))["moves"] == told["moves"]


def test_the_page_loads_nothing_and_runs_nothing(done):
    page = (done[1] / "comparison.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("data:image/png;base64,") == 2


def test_the_same_input_gives_the_same_bytes(call, centre, done, tmp_path):
    again = call("compare", centre, "--out", tmp_path / "again", *FEW, "--quiet")
    assert again.exit_code == 0, again.output
    for name in ("comparison.json", "comparison.html", "standings.png", "predictions.parquet",
                 "models/learned/trained.json", "models/learned/spec.toml"):  # fmt: skip
        assert (tmp_path / "again" / name).read_bytes() == (done[1] / name).read_bytes(), name


def test_people_read_a_table_a_verdict_and_what_next(call, centre, done):
    shown = call("compare", centre, "--out", done[1], *FEW)
    assert shown.exit_code == 0, shown.output
    for words in ("On teams that were not seen", "prior_centred", "beside the profile",
                  "May the learned weights take over?", "The stated weights stay.",
                  "comparison.html"):  # fmt: skip
        assert words in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) < 140


def test_the_learned_folder_scores(call, centre, done, tmp_path):
    scored = call("score", centre, "--model", done[1] / "models" / "learned",
                  "--out", tmp_path / "out", "--quiet")  # fmt: skip
    assert scored.exit_code == 0, scored.output
    assert (tmp_path / "out" / "suggestions.parquet").is_file()


def test_a_centre_without_past_moves_is_told_what_it_needs(call, shipped, tmp_path):
    refused = call("compare", shipped, "--out", tmp_path / "out", *FEW)
    assert refused.exit_code == 1
    assert "RF310" in refused.output
    assert "works without" in refused.output
    assert not (tmp_path / "out").exists()


def test_outcomes_that_are_all_alike_teach_nothing(centre):
    ws = rf.load(centre)
    tables = {name: table.to_pandas() for name, table in ws.inputs.present().items()}
    tables["placements"]["outcome"] = 0.9
    with pytest.raises(rf.DataStoppedError, match="RF310"):
        rf.compare(rf.Workspace(ws.config, **tables), models=("profile",))


def test_a_model_that_is_none_is_named_before_anything_is_read(call, tmp_path):
    refused = call("compare", tmp_path / "nowhere", "--out", tmp_path / "out",
                   "--models", "profil,boostng")  # fmt: skip
    assert refused.exit_code == 2
    assert refused.output.count("RF412") == 2
    assert "did you mean 'boosting'" in refused.output


@pytest.mark.parametrize("models", [(), ("metrics_only",)])
def test_profile_and_challenger_always_take_part(centre, models):
    found = rf.compare(rf.load(centre), models=models)
    assert {spec.name for spec in found.contest.models} == {"profile", "prior_centred", *models}


def test_a_model_that_is_none_is_refused_in_python_too(centre):
    with pytest.raises(rf.UsageError, match="RF412"):
        rf.compare(rf.load(centre), models=["nope"])


def test_a_store_that_does_not_answer_is_told_before_any_work(call, centre, tmp_path):
    refused = call("compare", centre, "--out", tmp_path / "out", "--tracking-uri",
                   "postgresql://nobody/nothing")  # fmt: skip
    assert refused.exit_code == 2
    assert "RF245" in refused.output
    assert "server running" not in refused.output
    assert not (tmp_path / "out").exists()


def test_without_scikit_learn_it_says_how_to_get_it(tmp_path, centre):
    program = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from rolefit.cli.main import main\n"
        f"sys.argv = ['rolefit', 'compare', {str(centre)!r}, '--out', {str(tmp_path / 'o')!r}]\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "RF502" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_folder_of_somebody_is_not_written_over(call, centre, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    refused = call("compare", centre, "--out", tmp_path, *FEW)
    assert refused.exit_code == 2
    assert "RF410" in refused.output
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_without_mlflow_the_comparison_is_there_and_says_how_to_keep_it(
    call, centre, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    shown = call("compare", centre, "--out", tmp_path / "out", "--models", "metrics_only")
    assert shown.exit_code == 0, shown.output
    assert "RF504" in shown.output
    insisted = call("compare", centre, "--out", tmp_path / "out", "--models", "metrics_only",
                    "--tracking-uri", "sqlite:///x.db")  # fmt: skip
    assert insisted.exit_code == 2
    assert "rolefit[mlflow]" in insisted.output


def test_a_model_that_does_not_exist_is_refused_by_score(call, shipped, tmp_path):
    refused = call("score", shipped, "--model", "profle", "--out", tmp_path / "out")
    assert refused.exit_code == 2
    assert "RF240" in refused.output
    assert "did you mean 'profile'" in refused.output
