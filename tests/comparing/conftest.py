"""A database of all samples (and of the real documents, where they are), made once."""

from pathlib import Path

import pytest

from pipeline.engines import ingest
from tests.comparing.comparing_rows import names_of

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared/corpora"


@pytest.fixture(scope="session")
def names(tmp_path_factory):
    return names_of(tmp_path_factory.mktemp("names"))


@pytest.fixture(scope="session")
def samples_db(tmp_path_factory):
    path = tmp_path_factory.mktemp("samples") / "samples.db"
    ingest([ROOT / "corpora/samples", *([SHARED] if SHARED.is_dir() else [])], path, processes=1)
    return path
