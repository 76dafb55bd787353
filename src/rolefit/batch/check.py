"""How good a workspace's data are, before anybody is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit import engine
from rolefit.errors import DataStoppedError
from rolefit.quality.page import judge_quality

if TYPE_CHECKING:
    from rolefit.io.workspace import Workspace
    from rolefit.norms import Norms
    from rolefit.quality.page import Quality


def check(workspace: Workspace, norms: Norms | None = None) -> Quality:
    """What can be trusted, what is missing, and what would most improve the evidence.

    Args:
        workspace: of `rolefit.load` or built from DataFrames.
        norms: of `calibrate` on this workspace; None learns them here.

    Returns:
        Quality: `.sufficiency`, `.coverage`, `.connections`, `.metrics`, `.scales`, `.ratings`,
        `.alarms`, `.glue_work`, `.proposals` and `.improvements`; `.to_dict()` for JSON.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.

    Limits:
        judges the data, never the agents; how sure a fit is says nothing of how good it is.

    Source:
        docs/data-quality.md explains each figure.

    Example:
        >>> import rolefit as rf
        >>> from rolefit.cli.demo import shipped_centre
        >>> quality = rf.check(rf.load(shipped_centre()))
        >>> quality.improvements[0].code
        'no_survey'
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    inputs, config = workspace.inputs, workspace.config
    if norms is None:
        norms = engine.calibrate(inputs, config)
    heard = engine.hear(inputs, config, norms)
    return judge_quality(
        inputs, config, norms, heard.evidence, heard.remarks, heard.effects,
        engine.today(config),
    )  # fmt: skip
