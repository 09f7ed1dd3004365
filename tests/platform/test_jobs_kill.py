"""Workers are killed with SIGKILL again and again: every job is done, each with its effect exactly once."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cefn.platform.actors import Actor
from cefn.platform.jobs import JobDraft, jobs_enqueue
from cefn.platform.models import AuditEvent, Job

KILLS = 6
JOBS_A_KILL = 24
LEASE_SECONDS = 1
KINDS = ("tests.note", "tests.slow_note", "tests.outside")


def start(environment: dict[str, str], repository: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.platform.worker_process", str(LEASE_SECONDS), "2"]
    path = f"{environment['PYTHONPATH']}:{repository}"
    process = subprocess.Popen(
        command, env=environment | {"PYTHONPATH": path}, cwd=repository, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdout.close()
    return process


def enqueue(actor: Actor, round_number: int, folder: Path) -> list[str]:
    keys = [f"work:{round_number:02}:{n:02}" for n in range(JOBS_A_KILL)]
    drafts = [
        JobDraft(kind=KINDS[n % 3], payload={"folder": str(folder)}, unique_key=key, max_attempts=50)
        for n, key in enumerate(keys)
    ]
    jobs_enqueue(company_id=actor.company_id, jobs=drafts, actor=actor)
    return keys


def wait_done(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while Job.objects.filter(unique_key__startswith="work:").exclude(state="done").exists():
        left = Job.objects.filter(unique_key__startswith="work:").exclude(state="done")
        assert time.monotonic() < deadline, list(left.values("kind", "state", "attempts", "last_error")[:5])
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_kill_nine_loses_nothing_and_doubles_nothing(
    machine: Actor, process_environment: dict[str, str], repository: Path, tmp_path: Path
) -> None:
    keys: list[str] = []
    workers = [start(process_environment, repository) for _ in range(2)]
    try:
        for round_number in range(KILLS):
            keys += enqueue(machine, round_number, tmp_path)
            time.sleep(0.2)
            victim = workers.pop(0)
            victim.kill()
            assert victim.wait(10) == -signal.SIGKILL
            workers.append(start(process_environment, repository))
        wait_done(60)
        for worker in workers:
            worker.terminate()
            assert worker.wait(30) == 0
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait(10)
    inside = [key for n, key in enumerate(keys) if n % 3 != 2]
    assert sorted(AuditEvent.objects.filter(verb="noted").values_list("subject", flat=True)) == inside
    acts = (tmp_path / "log").read_text().split()
    assert sorted(set(acts)) == [key for n, key in enumerate(keys) if n % 3 == 2]
    # A kill between an act outside and its mark repeats the act once; nothing else may.
    assert len(acts) - len(set(acts)) <= KILLS
    assert Job.objects.filter(unique_key__in=keys, attempts__gt=1).count() > 0, "no kill met a job at work"
