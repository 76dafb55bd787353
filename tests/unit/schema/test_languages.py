"""Languages: shipped ones are complete, a centre's own is checked, and what is wrong is said."""

from __future__ import annotations

import io
import re
import tomllib
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest

from rolefit.direction.gates import GATES
from rolefit.engine import config_hash
from rolefit.errors import ConfigError
from rolefit.explain.notes import REMARK_ORDER
from rolefit.explain.view import KEYS, WAITS
from rolefit.io.config_file import load_config
from rolefit.schema.build import build_config, effective_toml, packaged_defaults
from rolefit.schema.languages import (
    builtin_language,
    builtin_languages,
    language_from_tables,
    language_text,
    placeholders,
)
from rolefit.schema.tables import DIRECTIONS, RATER_KINDS, STATUSES

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = {"centre": {"language": "de"}}
IN_TEXT = {"retake", "not_applicable"}
BESIDE = {"with_reason", "not_yet_seen"}


def english() -> dict:
    return tomllib.loads(language_text("en"))


def problems(tables: dict) -> list:
    with pytest.raises(ConfigError) as error:
        language_from_tables(tables, "own.toml")
    return list(error.value.problems)


@pytest.mark.parametrize("language", builtin_languages())
def test_the_keys_are_those_the_code_speaks_of(language):
    spoken = builtin_language(language)
    assert set(spoken.sentences["suggestion"]) == {*KEYS, "leaving_open", "leaving_guess"}
    assert set(spoken.sentences["turn"]) == {*KEYS, "leaving_open"}
    assert set(spoken.sentences["waits"]) == set(WAITS)
    assert set(spoken.notes) == (set(REMARK_ORDER) - IN_TEXT) | BESIDE
    assert set(spoken.labels.gates) == set(GATES)
    assert set(spoken.labels.directions) == set(DIRECTIONS)
    assert set(spoken.labels.statuses) == set(STATUSES)
    assert set(spoken.phrases["raters"]) == {*RATER_KINDS, "somebody"}
    assert spoken.language.id == language


def test_german_names_everything_that_is_built_in():
    defaults, named = packaged_defaults(), builtin_language("de").vocabulary
    for part in ("attributes", "metrics", "contributions", "roles"):
        names = getattr(named, part)
        assert list(names) == list(defaults[part])
        for key, name in names.items():
            assert name.label
            assert bool(name.phrase) == bool(defaults[part][key].get("phrase"))


def test_names_follow_the_language_where_they_are_still_the_built_in_ones():
    own = {"roles": {"mentor": {"label": "Patin oder Pate"}}, "metrics": {"aht": {"range": [1, 9]}}}
    config = build_config(GERMAN | own)
    assert config.roles["mentor"].label == "Patin oder Pate"
    assert config.roles["frontline"].label == "Kundenservice"
    assert config.metrics["aht"].label == "Bearbeitungszeit"
    assert config.attributes["coaching"].phrase == "anderen beim Lernen helfen"


def test_an_english_name_written_out_is_still_the_built_in_one():
    written = {"roles": {"frontline": {"label": "Frontline"}}}
    assert build_config(GERMAN | written).roles["frontline"].label == "Kundenservice"
    assert build_config(written).roles["frontline"].label == "Frontline"


def test_the_hash_of_the_config_changes_with_the_language():
    hashes = {config_hash(build_config({"centre": {"language": name}})) for name in ("en", "de")}
    assert len(hashes) == 2
    warmer = language_text("en").replace("Thank you for", "Many thanks for")
    user = {"centre": {"language": "own.toml"}}
    own = [build_config(user, file_reader=lambda _, t=t: t) for t in (warmer, language_text("en"))]
    assert len(hashes | {config_hash(config) for config in own}) == 4


def test_a_german_config_builds_itself_again():
    config = build_config(GERMAN)
    assert build_config(tomllib.loads(effective_toml(config))) == config
    lines = effective_toml(config, GERMAN).splitlines()
    assert 'language = "de"  # rolefit.toml' in lines
    assert 'label = "Kundenservice"  # language de' in lines


def test_an_own_language_is_read_beside_the_config_and_travels_with_a_run(tmp_path):
    warmer = language_text("en").replace("Thank you for", "Many thanks for")
    (tmp_path / "own.toml").write_text(warmer, "utf-8")
    (tmp_path / "rolefit.toml").write_text('[centre]\nlanguage = "own.toml"\n', "utf-8")
    config = load_config(tmp_path / "rolefit.toml")
    assert config.language.sentences["bring"]["thanks"].agent.startswith("Many thanks for")
    written = effective_toml(config)
    assert build_config(tomllib.loads(written)) == config


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("dee", "RF101", "did you mean 'de'"),
        ("klingon", "RF101", "shipped: de, en; a file ends in .toml"),
        ("nowhere.toml", "RF106", "cannot read 'nowhere.toml'"),
    ],
)
def test_a_language_that_is_not_there_is_told(tmp_path, name, code, words):
    (tmp_path / "rolefit.toml").write_text(f'[centre]\nlanguage = "{name}"\n', "utf-8")
    with pytest.raises(ConfigError, match=words) as error:
        load_config(tmp_path / "rolefit.toml")
    (problem,) = error.value.problems
    assert problem.code == code
    assert problem.place == "rolefit.toml: centre.language"
    assert "de, en" in problem.expected


def test_without_files_a_path_is_refused():
    with pytest.raises(ConfigError, match=r"no file 'own.toml' can be read here"):
        build_config({"centre": {"language": "own.toml"}})


def test_missing_keys_are_named_all_at_once():
    tables = english()
    del tables["sentences"]["wish"]["want"], tables["notes"]["held"]
    (problem,) = problems(tables)
    assert problem.code == "RF104"
    for key in ("sentences.wish.want.agent", "sentences.wish.want.leader", "notes.held"):
        assert key in problem.message
        assert key in problem.hint


def test_a_form_for_one_reader_alone_is_not_enough():
    tables = english()
    tables["sentences"]["wish"]["want"] = {"agent": "You told us you would like {role}."}
    assert {problem.code for problem in problems(tables)} == {"RF104"}


def test_an_unknown_key_is_told_with_the_nearest_one():
    tables = english()
    tables["notes"]["heldd"] = "As last time."
    (problem,) = problems(tables)
    assert (problem.code, problem.place) == ("RF102", "own.toml: notes.heldd")
    assert "notes.held" in problem.hint


@pytest.mark.parametrize(
    "template",
    ["You like it.", "You like {rolle}.", "You like {role} {what}.", "You like {role", "{0}",
     "You like {role.label}.", "You like {role!r}.", "You like {role:>9}."],
)  # fmt: skip
def test_a_template_with_other_placeholders_is_refused(template):
    tables = english()
    tables["sentences"]["wish"]["want"] = template
    for problem in problems(tables):
        assert problem.code == "RF108"
        assert problem.expected == "{role}"
        assert problem.place.startswith("own.toml: sentences.wish.want.")


def test_placeholders_may_move_to_the_head_of_the_sentence():
    tables = english()
    tables["sentences"]["wish"]["want"] = "{Role} is what you would like."
    assert language_from_tables(tables, "own.toml").sentences["wish"]["want"].agent[0] == "{"
    assert placeholders("{Role}") == placeholders("{role}")


def test_names_of_nothing_are_told():
    text = language_text("de").replace(
        "[vocabulary.roles]\n", '[vocabulary.roles]\nmentr = { label = "x" }\n'
    )
    with pytest.raises(ConfigError, match="did you mean 'mentor'") as error:
        build_config({"centre": {"language": "own.toml"}}, file_reader=lambda _: text)
    assert error.value.problems[0].code == "RF101"


def test_a_file_without_names_keeps_the_english_ones():
    text = language_text("de").split("[vocabulary.attributes]")[0]
    config = build_config({"centre": {"language": "own.toml"}}, file_reader=lambda _: text)
    assert config.roles["mentor"].label == "Mentor"
    assert config.language.language.id == "de"


def test_german_needs_every_name_in_the_nominative_only():
    spoken = builtin_language("de")
    assert "\u201e{label}\u201c" in spoken.grammar.role
    assert "\u201e{label}\u201c" in spoken.grammar.destination
    assert spoken.grammar.metric == spoken.grammar.no_phrase == "\u201e{label}\u201c"
    texts = [
        getattr(f, r)
        for p in spoken.sentences.values()
        for f in p.values()
        for r in ("agent", "leader")
    ]
    for text in [*texts, *spoken.notes.values(), *spoken.answers.values()]:
        for name in ("what", "liked", "work"):
            assert all(
                re.search(r"(?:: |\()$", text[: m.start()])
                for m in re.finditer(f"{{{name}}}", text)
            ), text


def test_the_command_that_the_page_shows_writes_the_english_file(repository: Path):
    page = (repository / "docs/configuration.md").read_text("utf-8")
    (program,) = re.findall(r'python -c "(.+)" > ', page)
    said = io.StringIO()
    with redirect_stdout(said):
        exec(program, {})  # noqa: S102 - it is our own page
    assert tomllib.loads(said.getvalue()) == english()
