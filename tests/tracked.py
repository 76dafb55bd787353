"""A folder to work in, and a server to wait for, for tests of tracking."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

FEW = ("profile", "prior_centred", "metrics_only")
WAIT = 120


@contextmanager
def within(folder):
    """MLflow keeps artifacts beside the folder that one works in."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def answering(address, process, log):
    """Waits until the server answers."""
    for _ in range(WAIT):
        if process.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    pytest.fail(f"no answer within {WAIT} s: {log.read_text()[-2000:]}")
