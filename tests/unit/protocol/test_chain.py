"""What a fault in the log is told as, and lines that are not entries."""

from __future__ import annotations

import json

import pytest

from rolefit.protocol.chain import GENESIS, canonical, linked, read_chain
from rolefit.protocol.entry import Correction, Entry
from rolefit.protocol.run_name import NAMED_BY, run_name

ONE = Entry("A1", "r", "shown", "Lee", "leader", "2026-07-01", direction="up")
TWO = Entry(
    "A1", "r", "contested", "A1", "agent", "2026-07-01", about="facts",
    correction=Correction("metrics", {"period": "2026-05"}, "aht", "401", "301"),
)  # fmt: skip


def log(*entries):
    previous, lines = GENESIS, []
    for entry in entries:
        previous, line = linked(entry, previous)
        lines.append(line)
    return lines


def test_an_entry_reads_back_as_it_was():
    chain = read_chain(b"".join(log(ONE, TWO)))
    assert chain.entries == (ONE, TWO)
    assert read_chain(b"").head == GENESIS


def test_a_torn_line_is_told_apart_from_a_changed_one():
    content = b"".join(log(ONE, TWO))
    (fault,) = read_chain(content[:-5]).faults
    assert (fault.line, fault.torn) == (2, True)
    assert read_chain(content[:-5]).whole == len(log(ONE)[0])


def test_a_fault_says_what_may_have_happened():
    one, two, three = log(ONE, TWO, ONE)
    assert "removed" in read_chain(one + three).faults[0].what
    assert "inserted" in read_chain(one + two + two).faults[0].what
    assert "its hash" in read_chain(one.replace(b"Lee", b"Mo")).faults[0].what
    spaced = json.dumps(json.loads(one), sort_keys=True).encode() + b"\n"
    assert "as rolefit writes it" in read_chain(spaced).faults[0].what


@pytest.mark.parametrize(
    "line",
    [
        b"", b"[]", b"{}", b"null", b"[" * 100_000, b"\xff",
        b'{"entry":[],"hash":"","previous":""}',
        b'{"entry":{"agent_id":1},"hash":"","previous":""}',
        b'{"entry":{"grants":[true]},"hash":"","previous":""}',
        b'{"entry":{"correction":{}},"hash":"","previous":""}',
        b'{"entry":{"unheard_of":"x"},"hash":"","previous":""}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_entry(line):
    assert read_chain(line + b"\n").faults[0].line == 1


def test_a_letter_that_no_file_can_hold_is_a_fault_and_no_crash():
    record = {**ONE.as_record(), "text": "\ud800"}
    line = json.dumps({"entry": record, "hash": "", "previous": GENESIS}).encode()
    assert read_chain(line + b"\n").faults


def test_the_name_of_a_run_hangs_on_what_it_read():
    record = {**dict.fromkeys(NAMED_BY, "x"), "as_of": "2026-06-30", "seconds": 3}
    assert run_name(record) == run_name({**record, "seconds": 4})
    assert run_name(record).startswith("2026-06-30-")
    assert len({run_name({**record, name: "y"}) for name in NAMED_BY} | {run_name(record)}) == 6
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'
