"""Models in folders: read, applied, and refused when they are old, changed or broken."""

from __future__ import annotations

import pytest

import rolefit as rf
from rolefit.cli.chosen_model import choose_model
from rolefit.cli.demo import shipped_centre
from rolefit.fit import profile
from rolefit.io.model_folder import CARD, SPEC, TRAINED, write_model
from rolefit.schema.model import Model, ModelSpec, RoleWeights, Trained, fingerprint

WEIGHTS = RoleWeights(
    demands={"coaching": 5.0, "quality": 1.0}, supplies={"serving_customers": 2.0},
    want_weight=0.5, interval_multiplier=1.4,
)  # fmt: skip
ANOTHER = "[model]\nformat = 1\n"


def learned() -> Model:
    trained = Trained(roles={"mentor": WEIGHTS}, estimator={"kind": "prior_centred"},
                      trained_on={"moves": 120}, measures={"auc": 0.7})  # fmt: skip
    spec = ModelSpec(format=1, name="ours", version="1", kind="learned", about="a test",
                     trained=fingerprint(trained.to_json()))  # fmt: skip
    return Model(spec=spec, trained=trained)


@pytest.fixture(scope="module")
def demo_workspace():
    return rf.load(shipped_centre())


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "ours", learned(), "# A card\n")
    return tmp_path / "ours"


def test_what_was_written_reads_back(folder):
    assert rf.load_model(folder) == learned()
    assert (folder / CARD).read_text() == "# A card\n"


def test_the_weights_take_the_place_of_the_centres():
    config = rf.build_config({})
    found = learned().applied(config)
    assert found.roles["mentor"].demands == WEIGHTS.demands
    assert found.roles["mentor"].want_weight == 0.5
    assert found.roles["specialist"] == config.roles["specialist"]
    assert learned().unknown_to(config) == ("frontline", "specialist", "account_management")


def test_what_must_not_be_missing_stays_a_gate_and_the_config_can_be_built_again():
    config = rf.build_config({"roles": {"mentor": {"must_have": {"teamwork": -0.5}}}})
    found = learned().applied(config).roles["mentor"]
    assert found.must_have == {"teamwork": -0.5}
    assert 0.0 < found.demands["teamwork"] < 0.1
    again = rf.build_config({"roles": {"mentor": found.model_dump(exclude_none=True)}})
    assert again.roles["mentor"] == found


def test_no_model_moves_a_bar():
    config = rf.build_config({})
    found = learned().applied(config)
    assert found.roles["mentor"].bar == config.roles["mentor"].bar
    assert "bar" not in RoleWeights.model_fields


def test_a_model_of_another_vocabulary_is_refused(demo_workspace):
    config = demo_workspace.config
    strange = RoleWeights(demands={"coachng": 5.0}, supplies={})
    trained = learned().trained.model_copy(update={"roles": {"mentor": strange}})
    model = learned().model_copy(update={"trained": trained})
    with pytest.raises(rf.InputError, match="RF246") as refused:
        demo_workspace.with_model(model)
    assert "did you mean 'coaching'" in str(refused.value)
    assert model.misfits(config) == ("coachng",)


def test_a_role_that_the_centre_has_not_is_told(demo_workspace):
    trained = learned().trained.model_copy(update={"roles": {"pilot": WEIGHTS}})
    seen = demo_workspace.with_model(learned().model_copy(update={"trained": trained}))
    assert any("role pilot" in line and "has none" in line for line in seen.reports)


def test_a_folder_of_the_name_of_a_shipped_model_is_never_taken_for_it(
    folder, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    folder.rename(tmp_path / "profile")
    assert refusal("profile").code == "RF247"
    assert rf.load_model("./profile") == learned()
    (tmp_path / "profile" / SPEC).unlink()
    (tmp_path / "profile" / "norms.json").write_text("{}")
    assert choose_model("profile").norms is None


def test_an_outward_destination_keeps_its_profile():
    config = rf.build_config({})
    role = config.roles[config.outward_ids[0]]
    assert WEIGHTS.taught(role) == role


def refusal(folder):
    with pytest.raises(rf.InputError) as refused:
        rf.load_model(folder)
    return refused.value.problems[0]


def test_weights_that_were_changed_by_hand_are_refused(folder):
    text = (folder / TRAINED).read_text()
    (folder / TRAINED).write_text(text.replace("5.0", "4.0"))
    assert refusal(folder).code == "RF243"


def test_weights_that_are_missing_are_refused(folder):
    (folder / TRAINED).unlink()
    assert "missing" in refusal(folder).message


@pytest.mark.parametrize(("found", "hint"), [("0", "train it again"), ("2", "upgrade")])
def test_another_format_is_refused(folder, found, hint):
    (folder / SPEC).write_text(
        (folder / SPEC).read_text().replace("format = 1", f"format = {found}")
    )
    problem = refusal(folder)
    assert problem.code == "RF242"
    assert hint in problem.hint


@pytest.mark.parametrize(
    "text", ['[model]\nformat = 1\nname = "x"\n', "[model]\nformat = 1\nodd = 1\n"]
)
def test_a_spec_that_says_too_little_or_too_much_is_refused(folder, text):
    (folder / SPEC).write_text(text)
    assert refusal(folder).code == "RF241"


def test_a_spec_that_is_not_toml_is_refused(folder):
    (folder / SPEC).write_text("[model")
    with pytest.raises(rf.ConfigError, match="RF105"):
        rf.load_model(folder)


def test_no_such_model_names_those_there_are():
    problem = refusal("profil")
    assert problem.code == "RF240"
    assert "profile" in problem.hint


def test_a_model_that_reads_metrics_alone_moves_nobody(demo_workspace):
    seen = demo_workspace.with_model(rf.load_model("metrics_only"))
    told = rf.score(seen).suggestions
    by_choice = told["gates"].map(
        lambda gates: any(g["gate"] == "by_choice" and g["passed"] for g in gates)
    )
    assert set(told.loc[~by_choice, "direction"]) == {"stay"}
    assert "strengths is not read by the model metrics_only" in seen.reports


def test_the_default_model_changes_no_byte(demo_workspace):
    plain = rf.score(demo_workspace).tables["suggestions"]
    assert plain.equals(
        rf.score(demo_workspace.with_model(rf.load_model("profile"))).tables["suggestions"]
    )


def test_one_roles_own_share_and_multiplier_count():
    wide = rf.build_config({"roles": {"mentor": {"want_weight": 1.0, "interval_multiplier": 3.0}}})
    found, usual = profile(wide), profile(rf.build_config({}))
    mentor = wide.role_ids.index("mentor")
    assert found.want_share[mentor] == 1.0
    assert found.multiplier[mentor] == 3.0
    others = [k for k in range(len(wide.role_ids)) if k != mentor]
    assert (found.multiplier[others] == usual.multiplier[others]).all()
