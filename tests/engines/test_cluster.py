"""A real Dask scheduler and two workers on loopback: the same database, whatever becomes of the workers."""

import os
import signal

import pytest

from pipeline.engines import cluster, ingest
from pipeline.engines.ingesting import Event
from pipeline.errors import UsageError
from tests.engines.short_reports import all_rows, write_reports

distributed = pytest.importorskip("distributed", reason="Dask isn't installed (make cluster)")


@pytest.fixture(scope="module")
def workers():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, processes=True
    ) as local:
        yield local


@pytest.fixture
def reports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", 80)
    (tmp_path / "reports/0040.txt").write_bytes((tmp_path / "reports/0003.txt").read_bytes())
    (tmp_path / "reports/broken.pdf").write_bytes(b"%PDF-1.7 broken")
    return tmp_path / "reports"


def test_cluster_gives_what_one_process_gives(workers, reports, tmp_path):
    alone = ingest([reports], tmp_path / "alone.db", processes=1)
    spread = ingest([reports], tmp_path / "spread.db", scheduler=workers.scheduler_address)
    assert all_rows(tmp_path / "spread.db") == all_rows(tmp_path / "alone.db")
    assert (spread.read, spread.copies, spread.refused) == (alone.read, alone.copies, alone.refused)
    assert alone.read == 79
    again = ingest([reports], tmp_path / "spread.db", scheduler=workers.scheduler_address)
    assert (again.read, again.unchanged) == (0, 80)


def test_lost_worker_loses_nothing(workers, reports, tmp_path):
    with distributed.Client(workers.scheduler_address, set_as_default=False) as client:
        pids = client.run(os.getpid)
    killed = []

    def kill_one(event: Event) -> None:
        if event.done == 5 and not killed:
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    ingest([reports], tmp_path / "spread.db", scheduler=workers.scheduler_address, on_event=kill_one)
    assert killed
    ingest([reports], tmp_path / "alone.db", processes=1)
    assert all_rows(tmp_path / "spread.db") == all_rows(tmp_path / "alone.db")


def test_batches_that_end_workers_are_run_here(monkeypatch, reports, tmp_path):
    class Lost:
        def result(self):
            raise distributed.KilledWorker("a batch", None, 3)

    class Client:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def submit(self, *_: object, **__: object) -> Lost:
            return Lost()

        def nthreads(self) -> dict[str, int]:
            return {"worker": 1}

        def cancel(self, _: object) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr("dask.distributed.Client", Client)
    few = sorted(reports.iterdir())[:10]
    found = ingest(few, tmp_path / "here.db", scheduler="tcp://127.0.0.1:1")
    assert found.read == 10
    ingest(few, tmp_path / "alone.db", processes=1)
    assert all_rows(tmp_path / "here.db") == all_rows(tmp_path / "alone.db")


def test_worker_with_other_rules_is_refused(workers, reports, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "fingerprint", lambda: "another")
    with pytest.raises(UsageError, match="other rules or data"):
        ingest([reports], tmp_path / "spread.db", scheduler=workers.scheduler_address)


def test_no_scheduler_is_told(reports, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        ingest([reports], tmp_path / "x.db", scheduler="tcp://127.0.0.1:9")
