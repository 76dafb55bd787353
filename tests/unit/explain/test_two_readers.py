"""The agent and the leader hear the same facts, and each what concerns them."""

from __future__ import annotations

import pytest

from explained_centre import any_decision, make_centre
from rolefit.explain.names import Names
from rolefit.schema.tables import STATUSES

LANGUAGES = ("en", "de")


@pytest.fixture(scope="module", params=LANGUAGES)
def centre(request):
    made = make_centre(1500, 21, user={"centre": {"language": request.param}})
    return any_decision(made, 4)


def facts(text: str, names: Names) -> tuple[list[str], ...]:
    """Attributes, roles, metrics and works that a text names, each with how often."""
    low = text.lower()
    groups = (
        names.attributes, names.roles, names.metrics.values(), names.contributions.values(),
    )  # fmt: skip
    return tuple(sorted(w for w in group for _ in range(low.count(w.lower()))) for group in groups)


def test_both_hear_the_same_facts_in_the_same_order(centre):
    explained, names = centre.explain(), Names.of(centre.config)
    pairs = list(zip(explained.text.to_pylist(), explained.text_leader.to_pylist(), strict=True))
    assert len(pairs) == 1500
    for agent, leader in pairs:
        assert facts(agent, names) == facts(leader, names), f"{agent}\n\n{leader}"
        assert len(agent.splitlines()) == len(leader.splitlines())
        for mine, theirs in zip(agent.splitlines(), leader.splitlines(), strict=True):
            assert facts(mine, names) == facts(theirs, names)


def test_a_fact_that_one_reader_misses_would_be_found(centre):
    names = Names.of(centre.config)
    text = next(t for t in centre.explain().text.to_pylist() if names.attributes[0] in t)
    assert facts(text.replace(names.attributes[0], "..."), names) != facts(text, names)


def test_the_agent_is_spoken_to_and_the_leader_is_told_of_them():
    centre = any_decision(make_centre(1500, 22), 4)
    explained = centre.explain()
    for text in explained.text.to_pylist():
        assert "They told us" not in text
        assert not text.startswith("What they bring")
        assert " with them" not in text
    for text in explained.text_leader.to_pylist():
        before = text.rsplit("Ask: ", maxsplit=1)[0]
        assert "your" not in before.lower().replace("it deserves your answer", "")


def test_the_leader_asks_before_assuming():
    centre = any_decision(make_centre(800, 23), 4)
    asks = centre.decision.status == STATUSES.index("explore")
    texts = centre.explain().text_leader.to_pylist()
    assert all(
        "ask before you assume" in t for t, unknown in zip(texts, asks, strict=True) if unknown
    )
