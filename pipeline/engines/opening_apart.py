"""Containers opened in a process of their own, so that one which is stuck, or ends its process, harms nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.engines.extracting import CRASHED, TOO_SLOW, describe_failure
from pipeline.engines.members import members_of
from pipeline.engines.spreading import TimeLimit
from pipeline.engines.walking import Candidate
from pipeline.limits import OPENED_BYTES_PER_SECOND, SOURCE_SECONDS

if TYPE_CHECKING:
    from pipeline.engines.workers import Crew


class Opener:
    """Lists what is in containers. ``seconds``: how long one may take, as for :func:`pipeline.engines.extract`.

    The process is started for the first container; without a limit there is none.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._crew: Crew[Candidate, list[Candidate]] | None = None

    def members(self, container: Candidate) -> list[Candidate]:
        """As :func:`pipeline.engines.members.members_of`; the container itself with the problem, too, where it took too
        long (``too_slow``), ended the process (``crashed``) or met a fault of ours (``failed``).
        """
        if self._seconds is None:
            return listed(container)
        if self._crew is None:
            from pipeline.engines.workers import Crew  # noqa: PLC0415 - brings multiprocessing

            self._crew = Crew(listed, 1, _crashed, TimeLimit(self._seconds_for, _late))
        job = self._crew.add(container)
        self._crew.wait_for(job)
        return job.result()

    def close(self) -> None:
        """End the process."""
        if self._crew is not None:
            self._crew.dismiss()

    def _seconds_for(self, container: Candidate) -> float:
        try:
            size = container.path.stat().st_size
        except OSError:
            size = 0
        return self._seconds or SOURCE_SECONDS + size / OPENED_BYTES_PER_SECOND


def listed(container: Candidate) -> list[Candidate]:
    """What is in a container; never raises."""
    try:
        return members_of(container)
    except Exception as error:  # one bad file must never stop the rest
        return [container._replace(problem=describe_failure(error), code="failed")]


def _late(container: Candidate) -> list[Candidate]:
    return [container._replace(problem=TOO_SLOW, code="too_slow")]


def _crashed(container: Candidate) -> list[Candidate]:
    return [container._replace(problem=CRASHED, code="crashed")]
