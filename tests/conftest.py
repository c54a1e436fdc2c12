"""What several test folders need."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # how long an example takes tells of the machine
settings.load_profile("any machine")

SHARED = Path(__file__).parents[1] / "../shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the shared gold documents beside the project; tests that need it are skipped without it."""
    if not (SHARED / "gold").is_dir():
        pytest.skip("the shared gold documents (../shared beside the project) are not here")
    return SHARED.resolve()


@pytest.fixture
def permissions(tmp_path: Path) -> None:
    """For tests of what may not be read or written; skipped for who may do everything, like root."""
    probe = tmp_path / "probe"
    probe.touch(0o000)
    try:
        probe.read_bytes()
    except PermissionError:
        return
    finally:
        probe.unlink()
    pytest.skip("this user may read everything, so nothing can be kept from it")
