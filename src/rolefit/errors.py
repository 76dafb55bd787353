"""The error family: every problem says where, what, what was expected and what to do."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAMES_SHOWN = 12


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at the border, in a form a person can act on."""

    place: str
    """File, key or column: `rolefit.toml: roles.mentor.demands`."""
    message: str
    """What is wrong, with the offending value."""
    code: str
    """Stable code, `RF` and three digits."""
    expected: str = ""
    """What would have been right."""
    hint: str = ""
    """What to do now."""

    def __str__(self) -> str:
        """One line: place, message, expected, hint, code."""
        parts = [f"{self.place}: {self.message}"]
        if self.expected:
            parts.append(f"Expected: {self.expected}")
        if self.hint:
            parts.append(f"Hint: {self.hint}")
        text = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)
        return f"{text} [{self.code}]"


class RolefitError(Exception):
    """Base of all errors a user can cause; carries every problem found, not the first one.

    Args:
        problems: one or more problems, in the order in which a reader should fix them.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(RolefitError):
    """The config makes no sense (RF1xx)."""


class InputError(RolefitError):
    """A file cannot be read, or lacks a required column (RF2xx)."""


class DataStoppedError(RolefitError):
    """The data stopped the run: too large a share of a table was rejected (RF3xx)."""

    exit_code = 1


class UsageError(RolefitError):
    """The call is wrong: an unknown agent, role, folder or option (RF4xx)."""


class MissingExtraError(RolefitError):
    """An optional part is not installed (RF5xx)."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the closest known word, or the empty string when none is close.

    Capitals do not make words differ: they are the commonest slip.

    Example:
        >>> did_you_mean("coachng", ["coaching", "quality"])
        "did you mean 'coaching'?"
        >>> did_you_mean("ACME", ["acme", "globex"])
        "did you mean 'acme'?"
    """
    plain = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), plain, n=1, cutoff=0.6)
    return f"did you mean '{plain[close[0]]}'?" if close else ""


def listed(names: Iterable[str]) -> str:
    """The known names in alphabetical order, shortened when there are many."""
    names = sorted(names)
    shown = ", ".join(names[:MAX_NAMES_SHOWN])
    return f"{shown}, ... ({len(names)} in all)" if len(names) > MAX_NAMES_SHOWN else shown
