"""`rf.replies`: the talk on suggestions, from a notebook: open a log, add an entry, verify it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rolefit.errors import InputError, Problem, UsageError, did_you_mean, listed
from rolefit.io import reply_file
from rolefit.io.config_file import CONFIG_NAME, load_config
from rolefit.io.frames import to_pandas
from rolefit.io.noted import hold_grants, with_old_value
from rolefit.io.reply_table import table_of
from rolefit.io.suggested import Suggested, checked, suggested
from rolefit.io.verify_replies import Verified, verify_replies
from rolefit.protocol.entry import WEIGHTS, WISHES, Correction, Entry
from rolefit.protocol.thread import Thread
from rolefit.protocol.threads import Granted, begun, granted_corrections, side_by_side
from rolefit.protocol.well_formed import form_problems
from rolefit.schema.tables import OUTSIDE, STEP_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from rolefit.schema.config import Config

__all__ = ["Correction", "Entry", "Log", "Thread", "Verified", "add", "open", "verify"]


class Log:
    """The reply log of a workspace, as it was when it was opened.

    Args:
        folder: the workspace.
        log: its lines, checked.
    """

    def __init__(self, folder: Path, log: reply_file.CheckedLog) -> None:
        self.folder = folder
        self._log = log

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that was said, in order."""
        return self._log.entries

    @property
    def threads(self) -> tuple[Thread, ...]:
        """One a suggestion, in the order in which they began."""
        return side_by_side(self._log.threads)

    @property
    def head(self) -> str:
        """Hash of the newest entry: keep it elsewhere."""
        return self._log.head

    @property
    def table(self) -> pd.DataFrame:
        """The table form: one row an entry."""
        return to_pandas(table_of(self.entries))

    def of(self, agent_id: str) -> tuple[Thread, ...]:
        """The threads of one agent."""
        return tuple(thread for thread in self.threads if thread.agent_id == agent_id)

    def thread(self, agent_id: str, run: str | None = None) -> Thread:
        """The thread on one suggestion, or the agent's only open one.

        Raises:
            UsageError: RF438, without `run` where no thread is open, or several are.
        """
        if run is not None:
            return begun(self._log.threads, agent_id, run)
        going_on = [thread for thread in self.of(agent_id) if not thread.closed]
        if len(going_on) == 1:
            return going_on[0]
        raise UsageError([_which_run(agent_id, going_on)])

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        going_on = sum(not thread.closed for thread in self.threads)
        return f"Log({len(self)} entries, {going_on} of {len(self.threads)} threads open)"


def open(ws: str | Path) -> Log:  # noqa: A001 - rf.replies.open, beside .add and .verify
    """Opens the reply log of a workspace; it is empty where nothing was replied yet.

    Args:
        ws: folder of the workspace.

    Raises:
        InputError: RF201, there is no such folder.
        DataStoppedError: RF311, RF312, the log does not verify.

    Example:
        >>> from rolefit.cli.demo import shipped_centre
        >>> open(shipped_centre())
        Log(0 entries, 0 of 0 threads open)
    """
    folder = _folder(ws)
    return Log(folder, reply_file.read_log(folder))


def add(
    ws: str | Path,
    agent_id: str,
    state: str,
    *,
    by: str,
    role_of_by: str,
    on: date | str,
    run: str | None = None,
    text: str = "",
    about: str = "",
    written_by: str = "",
    out: str | Path | None = None,
    direction: str = "",
    target_role: str | None = "",
    role: str = "",
    wish: str = "",
    correction: Correction | Mapping[str, object] | None = None,
    grants: tuple[int, ...] = (),
    dry_run: bool = False,
) -> Thread:
    """Says something of a suggestion: one line more in the log, and the table form anew.

    Args:
        ws: folder of the workspace.
        agent_id: whom the suggestion is about.
        state: shown, agreed, contested, deferred, evidence_added, human_replied, closed_move,
            closed_stay or withdrawn.
        by: who says it.
        role_of_by: agent, leader or second.
        on: the day.
        run: name of the run (`run` in run.json); None = the agent's only open thread.
        text: what is said.
        about: facts, weights, wishes, development_offer or sign_off.
        written_by: who wrote it down for the agent.
        out: `shown` only: folder of the run, which tells run, direction and target.
        direction: `shown` only: the suggestion's direction, where neither `out` nor the history
            of the workspace nor a run inside it tells it; the thread is then marked `by_hand`,
            and a move needs all that acting on `out` needs.
        target_role: `shown` only: the suggestion's target, likewise.
        role: which role a word on weights or wishes is about; default: the target.
        wish: want, open, not_now or no.
        correction: table, row, column and value of a cell that is wrong; the old value is noted.
        grants: numbers of the thread's entries whose corrections are granted.
        dry_run: check everything, write nothing.

    Returns:
        the thread with the entry.

    Raises:
        UsageError: RF43x, the entry makes no sense, or may not follow what was said.
        DataStoppedError: RF31x, the log does not verify.

    Limits:
        it compares names; who is at the keyboard it does not know.
    """
    log = open(ws)
    config = _config(log.folder)
    if run is None and out is not None:
        run = suggested(Path(out), agent_id).run
    thread = log.thread(agent_id, run)
    shown = Suggested(thread.run, direction, target_role or "")
    if state == "shown":
        shown = checked(log.folder, agent_id, shown, None if out is None else Path(out))
    entry = Entry(
        agent_id, thread.run, state, by.strip(), role_of_by, str(on),
        text.replace("\r\n", "\n").strip(), about, written_by.strip(), shown.direction,
        shown.target_role, role, wish, None, tuple(grants), shown.source,
    )  # fmt: skip
    if about in (WEIGHTS, WISHES) and not role:
        entry = replace(entry, role=thread.target_role)
    if correction is not None:
        entry = replace(entry, correction=_noted(log, config, entry, correction))
    _check_role(entry, config)
    if grants:
        _hold_grants(log, config, thread, entry)
    outs = () if out is None else (Path(out),)
    carry_out = reply_file.rehearse if dry_run else reply_file.append
    return carry_out(log.folder, entry, outs)[0]


def verify(ws: str | Path, *, head: str | None = None) -> Verified:
    """Checks every line of the log, every link, every step, and the table form.

    Args:
        ws: folder of the workspace.
        head: hash of the newest entry at an earlier time, kept elsewhere.

    Returns:
        Verified: `.ok`, `.entries`, `.head`, `.problems`.

    Limits:
        lines cut from the end are found only by a head that was kept elsewhere.

    Example:
        >>> from rolefit.cli.demo import shipped_centre
        >>> verify(shipped_centre()).ok
        True
    """
    return verify_replies(_folder(ws), head)


def _folder(ws: str | Path) -> Path:
    folder = Path(ws)
    if not folder.is_dir():
        hint = "name the folder of a centre"
        raise InputError([Problem(str(ws), "there is no such folder", "RF201", hint=hint)])
    return folder


def _config(folder: Path) -> Config:
    return load_config(folder / CONFIG_NAME)


def _noted(
    log: Log, config: Config, entry: Entry, given: Correction | Mapping[str, object]
) -> Correction:
    """The correction with the old value that the file has now.

    Raises:
        UsageError: RF430, the entry makes no sense; RF436, the correction is none.
    """
    problems = form_problems(entry)
    if problems:
        raise UsageError(problems)
    wanted = given if isinstance(given, Correction) else Correction(**{"old": "", **given})  # type: ignore[arg-type]
    asked = Granted(entry.agent_id, wanted, entry.on)
    return with_old_value(log.folder, config, asked, granted_corrections(log.entries))


def _hold_grants(log: Log, config: Config, thread: Thread, entry: Entry) -> None:
    """Nobody promises what the next run cannot read; numbers without a correction come later.

    Raises:
        UsageError: RF436.
    """
    known = dict(enumerate(thread.entries, 1))
    asked = [known[number] for number in entry.grants if number in known]
    wanted = [Granted(e.agent_id, e.correction, e.on) for e in asked if e.correction is not None]
    hold_grants(log.folder, config, wanted, granted_corrections(log.entries))


def _check_role(entry: Entry, config: Config) -> None:
    """A word on weights is about a role of the config; a wish may be about leaving, too.

    Raises:
        UsageError: RF403.
    """
    known = config.role_ids if entry.about == WEIGHTS else (*config.role_ids, OUTSIDE, STEP_BACK)
    if entry.role and entry.role not in known:
        raise UsageError([Problem(
            "role", f"unknown role '{entry.role}'", "RF403", listed(known),
            did_you_mean(entry.role, known),
        )])  # fmt: skip


def _which_run(agent_id: str, going_on: list[Thread]) -> Problem:
    """No open thread, or several: which suggestion is meant?"""
    if going_on:
        expected = "one of: " + ", ".join(thread.run for thread in going_on)
        return Problem(
            agent_id, f"{len(going_on)} suggestions are being discussed", "RF438", expected,
            "name the run",
        )  # fmt: skip
    return Problem(
        agent_id, "no suggestion is being discussed", "RF438", "the run of a suggestion",
        "name the folder of the run, or its name as in run.json",
    )  # fmt: skip
