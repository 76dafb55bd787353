"""What docs/replies.md shows a reader to type works, and its table is the machine's."""

from __future__ import annotations

import re
import shlex

import pytest

import rolefit as rf
from rolefit.protocol.chain import GENESIS
from rolefit.protocol.step import WHO


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "replies.md").read_text("utf-8")


def test_every_command_runs_and_leads_where_it_says(page, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```", page):
        for name, *arguments in (shlex.split(line, comments=True) for line in block.splitlines()):
            assert name == "rolefit"
            done = call(*arguments)
            assert done.exit_code == 0, (arguments, done.output)
    first, last = rf.replies.open("my-lab").threads
    assert (first.contested, first.closed) == (True, False)
    assert (last.direction, last.state) == ("out", "closed_move")
    assert rf.load("my-lab").corrections == {"granted": 1, "applied": 1}


def test_the_table_says_who_may_enter_what(page):
    rows = re.findall(r"(?m)^\| `(\w+)` \| ([a-z, ]+) \| [^|]+ \|$", page)
    assert {state: tuple(who.split(", ")) for state, who in rows} == WHO


def test_the_first_hash_is_what_the_page_says(page):
    from hashlib import sha256

    (words,) = re.findall(r'hash_0 = SHA-256 of "(.*)"', page)
    assert sha256(words.encode()).hexdigest() == GENESIS


def test_every_link_leads_somewhere(page, repository):
    for target in re.findall(r"\]\(([^)#:]+)", page):
        assert (repository / "docs" / target).exists(), target
