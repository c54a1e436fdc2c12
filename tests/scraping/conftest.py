"""A server for each test, and jobs that don't wait."""

import pytest

from pipeline.scraping import Column, Job, Manners
from tests.scraping.server import Site, serve


@pytest.fixture
def site():
    with serve(Site()) as serving:
        serving.page("/robots.txt", "User-agent: *\nDisallow: /admin/\n", kind="text/plain")
        yield serving


@pytest.fixture
def job(tmp_path):
    """A job on loopback, without the waits that are for real servers."""

    def make(*urls, columns=(), pages=12, match=(), allow_private=True, attachments=True, **manners):
        return Job(
            folder=tmp_path / "web",
            urls=urls,
            columns=tuple(Column(address=address, pages=pages, match=match) for address in columns),
            match=match,
            allow_private=allow_private,
            attachments=attachments,
            manners=Manners(**{"delay": 0, "backoff": 0.05, "retries": 1, "timeout": 20, **manners}),
        )

    return make
