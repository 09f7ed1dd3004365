"""A worker imports in the background; killed at any moment it leaves nothing half done and finishes when run again."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from cefn.catalog.models import Product
from cefn.channels.models import ImportedDocument, ImportRun
from cefn.channels.services import APPLY_JOB, imports_start
from cefn.channels.tables.faults import RowFault
from cefn.flows.imports.applying import imports_apply, imports_apply_job
from cefn.inventory.models import StockLevel
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.platform.jobs import JobHandler, JobRun, WorkerStopping, handlers_register, handlers_registered, jobs_drain
from cefn.platform.models import Job
from tests.flows.imports.conftest import make_shop
from tests.flows.imports.test_applying import ORDERS, PRODUCTS, STOCK


@pytest.fixture
def handlers() -> Iterator[None]:
    before = dict(handlers_registered())
    handlers_register({APPLY_JOB: JobHandler(imports_apply_job, atomic=False)})
    yield
    handlers_register(before)


@pytest.mark.django_db(transaction=True)
def test_a_worker_applies_it_and_tells_refusals_as_a_result(tmp_path: Path, handlers: None) -> None:
    shop = make_shop(tmp_path)
    run = shop.create("products", PRODUCTS)
    job_id = imports_start(actor=shop.actor, run=run)
    assert ImportRun.objects.get(pk=run.pk).state == "running"
    jobs_drain()
    run.refresh_from_db()
    assert (run.state, run.counts["new"], Job.objects.get(pk=job_id).state) == ("done", 2, "done")
    bad = shop.create("orders", ORDERS.replace("TEA", "NO-SUCH"))
    job_id = imports_start(actor=shop.actor, run=bad)
    jobs_drain()
    bad.refresh_from_db()
    job = Job.objects.get(pk=job_id)
    assert (bad.state, bad.counts["refused"], job.state, job.result["state"]) == ("refused", 1, "done", "refused")  # type: ignore[index]
    assert SalesOrder.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_applying_a_done_import_again_does_nothing(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    run = shop.apply("products", PRODUCTS)
    imports_apply(actor=shop.actor, run=run)
    assert ImportedDocument.objects.filter(run=run).count() == 2


@pytest.mark.processes
@pytest.mark.parametrize("delay", [0.6, 1.3, 2.0])
def test_killed_at_any_moment_it_leaves_all_or_nothing(
    process_environment: dict[str, str], tmp_path: Path, delay: float
) -> None:
    shop = make_shop(tmp_path)
    shop.apply("products", PRODUCTS)
    shop.apply("stock", STOCK.replace("100", "100000"))
    head = ORDERS.splitlines()[0]
    rows = [f"K{n},2011-08-01,k{n}@example.com,K,MUG-1,1,4.95,0,1 Stryd,Bangor,LL57 9ZZ,GB" for n in range(1_500)]
    path = shop.file("\n".join([head, *rows]) + "\n", "many.csv")
    command = [sys.executable, "-m", "cefn", "import", "orders", str(path), "--json"]
    victim = subprocess.Popen(command, env=process_environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=30)
    assert SalesOrder.objects.count() in {0, 1_500}
    done = subprocess.run(command, env=process_environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    assert (SalesOrder.objects.count(), SalesOrderLine.objects.count()) == (1_500, 1_500)
    assert StockLevel.objects.get(variant__sku="MUG-1").allocated == 1_500


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stops_leaves_the_import_to_the_next(
    tmp_path: Path, handlers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(tmp_path)
    run = shop.create("products", PRODUCTS)
    imports_start(actor=shop.actor, run=run)

    def stop(self: JobRun) -> None:
        raise WorkerStopping(job=self.job_id)

    with monkeypatch.context() as patch:
        patch.setattr(JobRun, "check", stop)
        with pytest.raises(WorkerStopping):
            imports_apply_job(
                JobRun(SimpleNamespace(job_id=1, company_id=run.company_id, payload={"run": str(run.pk)}, attempts=1))  # type: ignore[arg-type]
            )
    run.refresh_from_db()
    assert (run.state, Product.objects.count()) == ("running", 0)
    jobs_drain()
    run.refresh_from_db()
    assert (run.state, Product.objects.count()) == ("done", 2)


@pytest.mark.django_db(transaction=True)
def test_an_import_of_somebody_who_left_fails_and_can_be_tried_again(tmp_path: Path, handlers: None) -> None:
    shop = make_shop(tmp_path)
    run = shop.create("products", PRODUCTS)
    imports_start(actor=replace(shop.actor, user_id=12345), run=run)
    jobs_drain()
    run.refresh_from_db()
    assert (run.state, Product.objects.count()) == ("failed", 0)
    assert "imports.run" in RowFault.from_json(run.fault or {}).sentence
    imports_apply(actor=shop.actor, run=run)
    assert run.state == "done"
