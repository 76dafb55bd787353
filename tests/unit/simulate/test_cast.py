import numpy as np
import pytest

from rolefit.simulate.centre import simulate
from rolefit.simulate.stories import STORIES


@pytest.fixture(scope="module")
def centre():
    return simulate(120, seed=8, stories=True)


def rows_of(centre, table, agent):
    rows = centre.tables[table].to_pandas()
    return rows[rows["agent_id"] == agent]


def test_the_characters_are_the_last_agents_and_only_on_request(centre):
    ids = centre.tables["agents"]["agent_id"].to_pylist()
    assert ids[-len(STORIES) :] == [story.id for story in STORIES]
    plain = simulate(120, seed=8).tables["agents"]["agent_id"].to_pylist()
    assert ids[: -len(STORIES)] == plain[: -len(STORIES)]


def test_their_truth_is_what_the_story_says(centre):
    truth = centre.truth["agents_truth"].to_pandas().set_index("agent_id")
    for story in STORIES:
        told = truth.loc[story.id].to_dict()
        assert all(told[a] == value for a, value in story.attributes.items())
        assert {v for a, v in told.items() if a not in story.attributes} <= {story.rest}


def test_the_client_expert_serves_one_hard_client_where_two_metrics_do_not_apply(centre):
    rows = rows_of(centre, "metrics", "S-CLIENT-EXPERT")
    (client,) = set(rows["client_id"])
    barred = [rule["metric"] for rule in centre.config["applicability"] if rule["client"] == client]
    assert barred == ["aht", "csat"]
    level = centre.tables["metrics"].to_pandas().groupby("client_id")["fcr"].mean()
    assert level[client] < level.median()


def test_nobody_has_asked_the_newcomer_yet_and_everybody_else_was_heard(centre):
    for story in STORIES:
        for table in ("strengths", "interests", "ratings"):
            assert bool(len(rows_of(centre, table, story.id))) == story.heard, (story.id, table)
    assert rows_of(centre, "metrics", "S-NEWCOMER")["period"].nunique() <= 2
    answers = rows_of(centre, "strengths", "S-GLUE")
    assert answers.notna().to_numpy().all()


def test_wishes_are_the_story_s_and_no_others(centre):
    for story in STORIES:
        rows = rows_of(centre, "wishes", story.id)
        assert dict(zip(rows["role"], rows["wish"], strict=True)) == story.wishes


def test_a_character_needs_a_place_among_the_agents():
    with pytest.raises(Exception, match="20 or more"):
        simulate(len(STORIES), seed=1, stories=True)
    assert np.all([story.id.startswith("S-") for story in STORIES])
