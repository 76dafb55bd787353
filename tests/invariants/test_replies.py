"""Invariants 3, 14 and 21: who may close a talk, what speaking changes, and a log that verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few, simulated, told_by
from edits import AS_OF, any_centre
from rolefit.protocol.chain import GENESIS, linked, read_chain
from rolefit.protocol.entry import CLOSED, OFFER, SIGN_OFF, Entry
from rolefit.protocol.step import step
from rolefit.protocol.thread import Thread
from rolefit.schema.toml import write_toml

AGENT, LEE, MO = ("A1", "agent"), ("Lee", "leader"), ("Mo", "second")
WORDS = ("agreed", "contested", "deferred", "evidence_added")
LONGEST = {"out": 7, "up": 6}
"""Entries in a row. Acting on `out` takes six: one more lets the agent change their mind."""


def said(who, state, **more):
    return Entry("A1", "r", state, *who, "2026-07-01", **more)


def alphabet(direction):
    """Everybody says everything that is theirs to say, and some things that are not."""
    return (
        said(LEE, "shown", direction=direction, target_role="mentor"),
        said(AGENT, "agreed", text="yes"),
        said(AGENT, "agreed", text="yes", written_by="Lee"),
        said(AGENT, "contested", text="no"),
        said(AGENT, "deferred", about=OFFER),
        said(AGENT, "withdrawn"),
        said(AGENT, "closed_move"),
        said(LEE, "agreed", text="yes"),
        said(LEE, "human_replied", text="why"),
        said(LEE, "human_replied", text="a course", about=OFFER),
        said(MO, "human_replied", text="a course", about=OFFER),
        *(said(who, "human_replied", about=SIGN_OFF) for who in (LEE, MO, ("lee", "second"))),
        *(said(who, "closed_move") for who in (LEE, MO, ("Lee", "second"), ("A1", "second"))),
        *(said(who, "closed_stay") for who in (LEE, MO)),
        said(LEE, "withdrawn", text="a mistake"),
    )


def wishing(direction):
    """People who keep to their roles, and an agent who tells wishes, too."""
    return (
        said(LEE, "shown", direction=direction, target_role="mentor"),
        said(AGENT, "agreed", text="yes"),
        said(AGENT, "deferred", text="later"),
        said(AGENT, "agreed", about="wishes", role="outside", wish="no"),
        said(AGENT, "agreed", about="wishes", role="mentor", wish="open"),
        said(AGENT, "contested", text="I stay", about="wishes", role="mentor", wish="no"),
        said(AGENT, "agreed", about=OFFER),
        said(LEE, "human_replied", text="a course", about=OFFER),
        said(LEE, "human_replied", about=SIGN_OFF),
        said(MO, "closed_move"),
    )


def unchecked(direction):
    """The same, of a suggestion that neither a run nor the history told."""
    return tuple(replace(e, source="by_hand" * (e.state == "shown")) for e in wishing(direction))


@cache
def endings(direction, letters=alphabet):
    """What was said in every closed thread that up to LONGEST entries in a row can reach."""
    found, open_threads = [], [Thread("A1", "r")]
    for _ in range(LONGEST[direction]):
        reached = []
        for thread in open_threads:
            for entry in letters(direction):
                after = step(thread, entry)
                if isinstance(after, Thread):
                    (found if after.state in CLOSED else reached).append(after)
        open_threads = reached
    return [thread.entries for thread in found]


def newest(entries, holds):
    """Place of the newest entry of a kind, -1 without one."""
    return max((k for k, entry in enumerate(entries) if holds(entry)), default=-1)


def is_word(entry):
    return entry.role_of_by == "agent" and entry.state in WORDS


def is_own_agreement(entry):
    return entry.state == "agreed" and entry.text and not entry.written_by and not entry.about


@pytest.mark.parametrize("direction", LONGEST)
def test_invariant_03_no_move_against_the_agent_s_last_word_or_wish(direction):
    ended = (*endings(direction), *endings(direction, wishing))
    acted = [e for e in ended if e[-1].state == "closed_move"]
    assert len(acted) > 100
    for entries in acted:
        words = [e for e in entries if is_word(e) and e.about != OFFER]
        on_it = [e for e in words if e.state != "agreed" or not e.about]
        assert on_it[-1].state == "agreed"
        wishes = {e.role: e.wish for e in words if e.wish}
        assert wishes.get("mentor") != "no"
        assert direction != "out" or wishes.get("outside") != "no"


def test_invariant_03_acting_on_out_needs_a_statement_an_answered_offer_and_two_people():
    ended = (*endings("out"), *endings("up", unchecked))
    acted = [e for e in ended if e[-1].state == "closed_move"]
    assert {e[0].direction for e in acted} == {"out", "up"}
    assert len(acted) > 100
    for entries in acted:
        changed = newest(entries, lambda e: is_word(e) and e.state != "agreed" and e.about != OFFER)
        assert any(is_own_agreement(e) for e in entries[changed + 1 :])
        offer = newest(entries, lambda e: e.about == OFFER and e.role_of_by == "leader")
        answer = newest(entries, lambda e: is_word(e) and e.about == OFFER)
        assert 0 <= offer < answer
        spoke = newest(entries, lambda e: e.role_of_by == "agent")
        signed = [e for e in entries[spoke + 1 :] if e.about == SIGN_OFF]
        assert len({e.by.casefold() for e in signed}) == len(signed)
        people = {(e.by.casefold(), e.role_of_by) for e in (*signed, entries[-1])}
        assert people == {("lee", "leader"), ("mo", "second")}


@pytest.mark.parametrize("direction", LONGEST)
def test_invariant_14_a_contest_is_answered_before_anybody_else_ends_the_talk(direction):
    ended = [e for e in endings(direction) if e[-1].role_of_by != "agent"]
    contested = [e for e in ended if any(entry.state == "contested" for entry in e)]
    assert len(contested) > 100
    for entries in contested:
        contest = newest(entries, lambda e: e.state == "contested")
        answers = [e for e in entries[contest + 1 :] if e.state == "human_replied"]
        assert [e for e in answers if e.about not in (OFFER, SIGN_OFF)]
    assert all(entries[-1].state == "withdrawn" for entries in endings(direction)
               if entries[-1].role_of_by == "agent")  # fmt: skip


def replies_of(ids, rng, days):
    """Anybody says anything, well after the newest data, in threads that may be closed or not."""
    rows = [
        (agent, str(rng.choice(["r1", "r2"])), str(rng.choice(WORDS)), AS_OF
         + timedelta(days=int(rng.integers(-30, days))), str(rng.choice(["", "wishes", OFFER])))
        for agent in ids for _ in range(rng.integers(0, 4))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["agent_id", "run", "state", "on", "about"])


UNTOUCHED = ("evidence", "effects", "posterior", "terms")


@given(any_centre(), st.integers(0, 2**32 - 1), st.booleans())
@few(8)
def test_invariant_14_speaking_changes_no_fit_and_no_evidence(centre, seed, day_is_set):
    if not day_is_set:
        centre = centre.configured(centre={"max_reject_share": 1.0})
    spoken = replies_of(centre.ids, np.random.default_rng(seed), days=200)
    silent = centre.without("replies")
    left = rf.score(silent.workspace(), with_terms=True)
    right = rf.score(silent.put(replies=spoken).workspace(), with_terms=True)
    assert all(left.tables[name].equals(right.tables[name]) for name in UNTOUCHED)
    fits = (result.tables["fits"].drop_columns(["admissible"]) for result in (left, right))
    assert next(fits).equals(next(fits))


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(6)
def test_invariant_14_nobody_is_moved_while_their_contest_waits(centre, seed):
    rng = np.random.default_rng(seed)
    contests = replies_of(centre.ids, rng, days=1).assign(state="contested")
    told = told_by(centre.put(replies=contests)).suggestions
    waits = told[told["agent_id"].isin(contests["agent_id"])]
    assert not waits["direction"].isin(["up", "sideways", "step_back"]).any()
    gates = [g for row in waits["gates"] for g in row if g["gate"] == "contest"]
    assert not any(gate["passed"] for gate in gates)


def written(folder, centre):
    folder.mkdir()
    for name, table in centre.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "rolefit.toml").write_text(write_toml(centre.config), "utf-8")
    return folder


def test_invariant_14_only_a_granted_correction_changes_evidence_as_if_the_file_were_right(
    tmp_path,
):
    centre = simulated(30, 1)
    ws, metrics = written(tmp_path / "ws", centre), centre.tables["metrics"]
    agent, row = metrics.loc[0, "agent_id"], metrics.loc[0, ["client_id", "channel", "period"]]
    before = rf.score(rf.load(ws), with_terms=True)

    def say(state, by, role_of_by, **more):
        rf.replies.add(ws, agent, state, by=by, role_of_by=role_of_by, on="2026-07-04", **more)

    say("shown", "Lee", "leader", run=before.run.run, direction="stay", target_role="frontline")
    wrong = {"table": "metrics", "row": dict(row), "column": "quality_score", "value": "91.5"}
    say("contested", agent, "agent", about="facts", correction=wrong)
    say("deferred", agent, "agent", about="wishes", role="mentor", wish="not_now")
    spoken = rf.score(rf.load(ws), with_terms=True)
    assert all(before.tables[name].equals(spoken.tables[name]) for name in UNTOUCHED)
    say("human_replied", "Lee", "leader", text="You are right.", grants=(2,))
    file = (ws / "metrics.csv").read_bytes()
    granted = rf.score(rf.load(ws), with_terms=True)
    assert granted.run.corrections == {"granted": 1, "applied": 1}
    assert (ws / "metrics.csv").read_bytes() == file
    right = metrics.copy()
    right.loc[0, "quality_score"] = 91.5
    edited = rf.score(rf.load(written(tmp_path / "edited", centre.put(metrics=right))),
                      with_terms=True)  # fmt: skip
    assert not granted.tables["effects"].equals(before.tables["effects"])
    assert all(granted.tables[name].equals(edited.tables[name]) for name in UNTOUCHED)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@st.composite
def logs(draw):
    """Lines of a log that the machine would take."""
    entries = [said(LEE, "shown", direction="up", target_role="mentor")]
    texts = draw(st.lists(TEXT, min_size=1, max_size=5))
    entries += [said(AGENT, draw(st.sampled_from(WORDS)), text=f"I say {t}") for t in texts]
    previous, lines = GENESIS, []
    for entry in entries:
        previous, line = linked(entry, previous)
        lines.append(line)
    return lines


@given(logs())
def test_invariant_21_a_log_verifies_and_reads_back(lines):
    chain = read_chain(b"".join(lines))
    assert not chain.faults
    assert len(chain.entries) == len(lines)
    assert read_chain(b"".join(lines[:-1])).hashes == chain.hashes[:-1]


@given(logs(), st.data())
def test_invariant_21_a_line_removed_inserted_or_moved_is_found(lines, data):
    at = data.draw(st.integers(0, len(lines) - 2))
    removed = [*lines[:at], *lines[at + 1 :]]
    doubled = [*lines[: at + 1], *lines[at:]]
    swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
    strange = replace(said(AGENT, "agreed"), text="never said")
    inserted = [*lines[:at], linked(strange, GENESIS)[1], *lines[at:]]
    for spoilt, line in ((removed, at + 1), (doubled, at + 2), (swapped, at + 1)):
        assert read_chain(b"".join(spoilt)).faults[0].line == line
    assert read_chain(b"".join(inserted)).faults


def test_invariant_21_every_flipped_bit_of_every_byte_is_found():
    previous, content = GENESIS, b""
    for entry in (said(LEE, "shown", direction="up"), said(AGENT, "contested", text="Nö: 7 > 3"),
                  said(LEE, "human_replied", text="You are right")):  # fmt: skip
        previous, line = linked(entry, previous)
        content += line
    assert not read_chain(content).faults
    for at in range(len(content)):
        for bit in range(8):
            spoilt = bytearray(content)
            spoilt[at] ^= 1 << bit
            faults = read_chain(bytes(spoilt)).faults
            assert faults, (at, bit)
            assert faults[0].line == content[:at].count(b"\n") + 1
    assert all(read_chain(content[:end]).faults for end in range(1, len(content))
               if content[end - 1 : end] != b"\n")  # fmt: skip
