"""The analyst's tour of docs/comparing.md runs as it stands, and so does its Python."""

from __future__ import annotations

import json
import re
import shlex

import pytest

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "comparing.md").read_text("utf-8")


def test_the_tour_from_past_moves_to_a_registered_model(page, call, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tour,) = re.findall(r"(?ms)^```sh\n(.*?)^```", page)
    commands = [shlex.split(line, comments=True) for line in tour.splitlines()]
    assert len(commands) == 10
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    try:
        for name, *words in commands:
            assert name == "rolefit"
            done = call(*words)
            assert done.exit_code == 0, f"{words}: {done.output}"
        (example,) = re.findall(r"(?ms)^```python\n(.*?)^```", page)
        exec(compile(example, "comparing.md", "exec"), {})  # noqa: S102 - it is our own page
    finally:
        mlflow.set_tracking_uri(before)
    assert "A0007" in capsys.readouterr().out
    told = json.loads((tmp_path / "compared" / "comparison.json").read_text("utf-8"))
    assert {one["split"] for one in told["standings"]} == {"teams", "time"}
    for name in ("comparison.html", "standings.png", "calibration.png", "models/learned/card.md"):
        assert (tmp_path / "compared" / name).is_file()
    assert (tmp_path / "registered" / "suggestions.parquet").is_file()
