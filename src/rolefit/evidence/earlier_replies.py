"""What the replies to earlier suggestions say of each agent: contests that wait, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.dates import day_numbers
from rolefit.evidence.table import Remarks, agent_positions, numbers, positions
from rolefit.schema.tables import REPLY_STATES

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.tables import Inputs

ABOUT = ("facts", "weights", "wishes", "development_offer", "sign_off")
OF_THE_TALK = ("facts", "weights", "wishes")
NO_SUBJECT = -1
CLOSED = ("closed_move", "closed_stay", "withdrawn")
WORDS = {
    "agreed": "reply_agreed",
    "deferred": "reply_deferred",
    "evidence_added": "reply_evidence",
    "contested": "",
}
"""What an agent may say of a suggestion -> remark; a contest that was answered needs none."""
OF_ANOTHER_THING = "development_offer"
NOTHING = -1


@dataclass(frozen=True)
class _Said:
    """Rows of the replies table, oldest first; a thread is what was said of one suggestion."""

    agent: Ints
    thread: Ints
    state: Ints
    """Position in REPLY_STATES."""
    about: Ints
    """Position in ABOUT, -1 = no subject of its own."""
    by_agent: Bools
    """The agent's own row, as far as it says whose it is."""
    day: Floats
    threads: int

    def newest(self, among: Bools, value: Ints) -> Ints:
        """Value of the newest of some rows of each thread; -1 where it has none of them."""
        found = np.full(self.threads, NOTHING, np.int64)
        found[self.thread[among]] = value[among]
        return found


def open_contests(inputs: Inputs) -> Ints:
    """1 for each agent of whom a contest waits for an answer, whichever suggestion it was about.

    Only an answer to the contest ends it, or the agent, who takes it back: an offer or a signature
    is no answer, nor is a close.

    Where lines of the log are not known, days are: of one day the answer is taken to follow.

    Example:
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import REPLIES, Inputs
        >>> said = [("contested", 2), ("human_replied", 3), ("contested", 4)]
        >>> rows = [
        ...     {"agent_id": "A", "run": "r", "state": s, "on": date(2026, 6, d)} for s, d in said
        ... ]
        >>> agents = pa.table({"agent_id": ["A", "B"]})
        >>> inputs = Inputs(agents, replies=pa.Table.from_pylist(rows, schema=REPLIES))
        >>> open_contests(inputs).tolist()
        [1, 0]
    """
    contests = np.zeros(inputs.agents.num_rows, np.int64)
    said = _said(inputs)
    if said is not None:
        waits = _waits(said)[said.thread]
        np.maximum.at(contests, said.agent, waits.astype(np.int64))
    return contests


def answered_contests(inputs: Inputs) -> Floats:
    """Day of the newest human answer to a contest of each agent, a granted correction among them.

    Returns:
        One day number an agent; NaN where no contest was answered.

    Example:
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import REPLIES, Inputs
        >>> said = [("A", "contested", 2), ("A", "human_replied", 3), ("B", "human_replied", 4)]
        >>> rows = [
        ...     {"agent_id": who, "run": "r", "state": state, "on": date(2026, 6, d)}
        ...     for who, state, d in said
        ... ]
        >>> agents = pa.table({"agent_id": ["A", "B"]})
        >>> inputs = Inputs(agents, replies=pa.Table.from_pylist(rows, schema=REPLIES))
        >>> answered_contests(inputs).tolist()
        [20607.0, nan]
    """
    found = np.full(inputs.agents.num_rows, np.nan)
    said = _said(inputs)
    if said is None:
        return found
    opens, answer = _places(("contested", "human_replied"))
    place = np.arange(len(said.state))
    for subject in range(NO_SUBJECT, len(ABOUT)):
        asked = (said.state == opens) & (said.about == subject)
        first = np.full(said.threads, len(place))
        np.minimum.at(first, said.thread[asked], place[asked])
        told = (said.state == answer) & _answers(said.about, subject)
        told &= place > first[said.thread]
        np.fmax.at(found, said.agent[told], said.day[told])
    return found


def reply_remarks(inputs: Inputs) -> tuple[Remarks, ...]:
    """Notes on earlier suggestions: a contest that waits, or else the agent's newest word.

    Closed threads say nothing; of several open ones the newest counts, contests always.

    Example:
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import REPLIES, Inputs
        >>> said = [("contested", 2), ("human_replied", 3), ("deferred", 4)]
        >>> rows = [
        ...     {"agent_id": "A", "run": "r", "state": s, "on": date(2026, 6, d)} for s, d in said
        ... ]
        >>> agents = pa.table({"agent_id": ["A", "B"]})
        >>> inputs = Inputs(agents, replies=pa.Table.from_pylist(rows, schema=REPLIES))
        >>> [(remark.code, remark.agent.tolist()) for remark in reply_remarks(inputs)]
        [('reply_deferred', [0])]
    """
    said = _said(inputs)
    if said is None:
        return ()
    state = said.newest(np.ones(len(said.state), bool), said.state)
    closed = np.isin(state, _places(CLOSED))
    goes_on = ~closed[said.thread]
    newest = np.full(inputs.agents.num_rows, NOTHING, np.int64)
    newest[said.agent[goes_on]] = said.thread[goes_on]
    spoke = np.isin(said.state, _places(tuple(WORDS)))
    spoke &= said.about != ABOUT.index(OF_ANOTHER_THING)
    word = said.newest(spoke, said.state)
    word[_waits(said)] = NOTHING
    told = np.where(newest >= 0, word[newest], NOTHING)
    remarks = [_remark("reply_contested", open_contests(inputs) > 0)]
    remarks += [
        _remark(code, told == REPLY_STATES.index(what)) for what, code in WORDS.items() if code
    ]
    return tuple(remark for remark in remarks if len(remark.agent))


def _said(inputs: Inputs) -> _Said | None:
    """The rows of known agents in the order in which they were said."""
    replies = inputs.replies
    if replies is None or not replies.num_rows:
        return None
    agent = agent_positions(replies, inputs.agents)
    names = pc.fill_null(replies["run"], "")
    runs = sorted(pc.unique(names).to_pylist())
    run = positions(names, runs)
    state = positions(replies["state"], REPLY_STATES)
    line = np.nan_to_num(numbers(replies["line"]), nan=NOTHING)
    day = day_numbers(replies["on"])
    order = np.lexsort([state, run, line, day])
    order = order[agent[order] >= 0]
    keys, thread = np.unique(agent[order] * len(runs) + run[order], return_inverse=True)
    about = positions(replies["about"], ABOUT)
    by_agent = np.asarray(pc.equal(pc.fill_null(replies["role_of_by"], "agent"), "agent"))
    return _Said(
        agent[order], thread, state[order], about[order], by_agent[order], day[order], len(keys)
    )


def _waits(said: _Said) -> Bools:
    """Threads in which, of one subject, the newest row that opens or ends a contest opens one."""
    opens, answer, back = _places(("contested", "human_replied", "withdrawn"))
    waits = np.zeros(said.threads, bool)
    for subject in range(NO_SUBJECT, len(ABOUT)):
        asked = (said.state == opens) & (said.about == subject)
        ended = (said.state == answer) & _answers(said.about, subject)
        ended |= (said.state == back) & said.by_agent
        waits |= said.newest(asked | ended, said.state) == opens
    return waits


def _answers(about: Ints, subject: int) -> Bools:
    """Rows that answer a contest on a subject: on the same, or where one of the two has none."""
    same: Bools = about == subject
    of_the_talk = np.isin(about, [NO_SUBJECT, *(ABOUT.index(word) for word in OF_THE_TALK)])
    return same | (of_the_talk & ((about == NO_SUBJECT) | (subject == NO_SUBJECT)))


def _places(states: tuple[str, ...]) -> list[int]:
    return [REPLY_STATES.index(state) for state in states]


def _remark(code: str, told: Bools) -> Remarks:
    agent = np.flatnonzero(told)
    return Remarks(code, agent, np.zeros(len(agent), np.int64), ("",))
