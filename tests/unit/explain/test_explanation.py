"""One agent's explanation is rebuilt from output rows, and agrees with the run exactly."""

from __future__ import annotations

import io
import math
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from rich.console import Console

from explained_centre import make_centre
from rolefit.errors import UsageError
from rolefit.explain import labels
from rolefit.explain.explanation import Explanation
from rolefit.schema.build import build_config

EVIL = "<script>alert('x')</script> [bold]A & B[/bold]"


def shown(part) -> str:
    screen = Console(file=io.StringIO(), width=110)
    screen.print(part)
    return screen.file.getvalue()


@pytest.fixture(scope="module")
def people(run):
    return [run.explain(agent) for agent in run.suggestions["agent_id"]]


def rows(run, agent: str) -> tuple[dict, list[dict], list[dict]]:
    frames = (run.suggestions, run.fits, run.evidence)
    mine = [f[f["agent_id"] == agent].to_dict("records") for f in frames]
    return mine[0][0], mine[1], mine[2]


def test_the_posterior_is_the_runs_own(run, people):
    table = run.posterior.set_index(["agent_id", "attribute"])
    for why in people:
        ids = [(why.agent_id, a) for a in why.config.attribute_ids]
        np.testing.assert_allclose(why.posterior.mean[0], table.loc[ids, "mean"], atol=1e-9)


def test_terms_sum_to_the_fit_of_every_role(people):
    for why in people:
        for row in why.fits:
            assert sum(why.terms(row["role"]).values()) == pytest.approx(row["fit"], abs=1e-9)


def test_terms_are_those_of_the_terms_table(run, people):
    table = run.terms.groupby(["agent_id", "role", "attribute"])["term"].sum()
    for why in people[:10]:
        told = why.terms("mentor")
        for attribute, value in told.items():
            expected = table.get((why.agent_id, "mentor", attribute), 0.0)
            assert value == pytest.approx(expected, abs=1e-9)


def test_a_contrast_is_antisymmetric_and_sums_to_the_difference(people):
    for why in people:
        fit = {row["role"]: row["fit"] for row in why.fits}
        one, other = why.contrast("mentor", "specialist"), why.contrast("specialist", "mentor")
        assert one.difference == pytest.approx(fit["mentor"] - fit["specialist"], abs=1e-9)
        assert set(one.terms) == set(other.terms)
        for attribute, value in one.terms.items():
            assert value == -other.terms[attribute]
        assert one.sd == pytest.approx(other.sd)


def test_a_contrast_names_the_gates_that_bind_with_margins(people):
    bound = 0
    for why in people:
        for role in why.config.inside_ids:
            gates = why.contrast(role).gates
            assert {g.gate for g in gates} == {
                g.gate for g in why.gates if g.role == role and not g.passed
            }
            for gate in gates:
                assert gate.margin is None or gate.margin <= 0
                bound += 1
    assert bound


def test_every_passed_gate_has_a_margin_of_zero_or_more(people):
    for why in people:
        for gate in why.gates:
            if gate.passed and gate.margin is not None:
                assert gate.margin >= 0, gate


def test_a_role_is_held_against_the_suggested_one_or_the_current_one(people):
    for why in people:
        assert why.contrast("mentor").other == (
            why.about if why.about != "mentor" else why.current_role
        )


def test_pandas_rows_and_arrow_rows_give_the_same(run, people):
    for why in people[:12]:
        again = Explanation.from_rows(*rows(run, why.agent_id), run.config)
        assert again.reasons == why.reasons
        assert again.gates == why.gates
        assert again.terms() == why.terms()
        assert again.target_role == why.target_role
        assert shown(again) == shown(why)


def test_an_agent_of_whom_nothing_is_known_can_be_explained(run):
    suggestion, fits, _ = rows(run, run.suggestions["agent_id"][0])
    why = Explanation.from_rows({**suggestion, "confidence": math.nan}, fits, [], run.config)
    assert why.terms() == {}
    assert why.confidence is None
    assert len(why.unseen("mentor")) > 3
    assert "not yet seen" in shown(why)
    assert "<table>" not in why._repr_html_()


def test_the_text_is_the_one_of_the_suggestions_table(run, people):
    texts = run.suggestions.set_index("agent_id")["text"]
    assert all(why.text() == str(why) == texts[why.agent_id] for why in people)


@pytest.mark.parametrize("ask", ["contrast", "what_would_change", "terms", "plot", "unseen"])
def test_an_unknown_role_is_refused_with_a_hint(people, ask):
    with pytest.raises(UsageError, match="did you mean 'mentor'") as error:
        getattr(people[0], ask)("mentr")
    assert error.value.problems[0].code == "RF403"


def test_html_and_terminal_take_no_orders_from_the_data(run):
    suggestion, fits, evidence = rows(run, run.suggestions["agent_id"][0])
    suggestion = {**suggestion, "agent_id": EVIL, "text": EVIL, "notes": [EVIL]}
    why = Explanation.from_rows(suggestion, fits, evidence, run.config)
    page = why._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3
    assert shown(why).count("[bold]A & B[/bold]") == 3


def test_a_page_loads_nothing_from_elsewhere(people):
    page = people[0]._repr_html_()
    assert "http" not in page
    assert "url(" not in page
    assert page.count("<tr>") == len(people[0].terms()) + 1


def test_a_terminal_shows_the_text_the_reasons_and_the_sum(people):
    for why in people[:12]:
        screen = " ".join(shown(why).replace("\u2502", " ").split())
        assert all(reason.text.split(".")[0][:40] in screen for reason in why.reasons)
        assert f"sum {sum(why.terms().values()):+.2f}" in screen


def test_answers_are_shown_with_their_numbers(people):
    why = next(w for w in people if not w.what_would_change("mentor").feasible)
    assert "more than one step away" in " ".join(shown(why.what_would_change("mentor")).split())
    contrast = why.contrast("mentor", "specialist")
    assert f"sum {contrast.difference:+.2f}" in shown(contrast)


def test_a_picture_has_a_bar_a_term_and_can_be_saved(people, tmp_path):
    why = next(w for w in people if len(w.terms()) > 3)
    figure = why.plot()
    axes = figure.axes[0]
    widths = [bar.get_width() for bar in axes.patches][: len(why.terms())]
    assert sorted(widths) == pytest.approx(sorted(why.terms().values()))
    figure.savefig(tmp_path / "why.png")
    assert (tmp_path / "why.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_the_extra_is_named():
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from rolefit.explain.figure import draw_terms\n"
        "draw_terms('x', {}, [], None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "MissingExtraError" in run.stderr
    assert "pip install 'rolefit[report]'" in run.stderr
    assert "RF501" in run.stderr


def test_the_same_input_gives_the_same_words():
    one, two = make_centre(200, 9).explain(), make_centre(200, 9).explain()
    assert one.text_leader.equals(two.text_leader)
    assert one.note_codes.equals(two.note_codes)
    assert pa.concat_arrays([one.text]).equals(two.text)
    assert one.reasons.equals(two.reasons)
    assert one.notes.equals(two.notes)


def test_an_agent_alone_hears_what_they_hear_among_others(run):
    import rolefit as rf
    from rolefit.simulate.centre import simulate

    made = simulate(80, seed=4, stories=True)
    ws = rf.Workspace(config=made.config, **made.tables)
    apart = rf.score(ws, norms=run.norms, chunk=7)
    columns = ["agent_id", "text"]
    assert apart.suggestions[columns].equals(run.suggestions[columns])
    for mine, theirs in zip(apart.suggestions["notes"], run.suggestions["notes"], strict=True):
        assert list(mine) == list(theirs)


def test_the_chance_of_an_outside_path_is_called_what_it_is():
    config = build_config({})
    said = labels.how_sure(config, "out", "tentative", 0.8, by_choice=False)
    assert "a better match than any role here 80%" in said
    assert "chance of a match 80%" in labels.how_sure(config, "up", "firm", 0.8, by_choice=False)
    assert "above 99%" in labels.how_sure(config, "up", "firm", 0.999, by_choice=False)


def test_the_leader_reads_the_text_to_the_leader(run, people):
    texts = run.suggestions.set_index("agent_id")["text_leader"]
    for why in people:
        assert why.text(reader="leader") == texts[why.agent_id] != why.text()
        assert why.card("leader").paragraphs == tuple(texts[why.agent_id].split("\n"))
        assert len(why.note_codes) == len(why.notes)


def test_an_unknown_reader_is_refused_with_a_hint(people):
    with pytest.raises(UsageError, match="did you mean 'leader'") as error:
        people[0].text(reader="leadr")
    assert error.value.problems[0].code == "RF407"


def test_a_run_of_an_earlier_release_has_no_text_to_leaders(run):
    suggestion, fits, evidence = rows(run, run.suggestions["agent_id"][0])
    old = {k: v for k, v in suggestion.items() if k not in {"text_leader", "note_codes"}}
    why = Explanation.from_rows(old, fits, evidence, run.config)
    assert why.text() == suggestion["text"]
    assert why.note_codes == ()
    with pytest.raises(UsageError, match="score again"):
        why.text(reader="leader")
