"""A backup holds everything of one moment, goes into either database, and a bad one changes nothing."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from cefn.cli.main import main
from cefn.inventory.models import StockMove
from cefn.platform.backup import backup_open, backup_restore, backup_write
from cefn.platform.backup.errors import BackupDamaged, BackupTooNew, DatabaseNotEmpty, RestoreFailed
from cefn.platform.files import FileDraft, files_save
from cefn.reports.check import check_run
from tests.builders import BusyShop, busy_shop, order_place, order_ship
from tests.conftest import REPOSITORY, VENDOR
from tests.database_cache import database_restore
from tests.postgres_server import start_postgres

CONTENT = b"a sheet of orders" * 1000


@pytest.fixture
def shop(transactional_db: None) -> BusyShop:
    """Return a busy shop with a stored file, committed."""
    made = busy_shop()
    draft = FileDraft(name="orders.csv", media_type="text/csv", content=CONTENT, permission="imports.view")
    files_save(files=[draft], actor=made.actor)
    return made


@pytest.fixture
def saved(shop: BusyShop, tmp_path: Path) -> Path:
    """Return a backup of the busy shop."""
    path = tmp_path / "shop.tar"
    backup_write(path=path)
    return path


@pytest.fixture(scope="module")
def other_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an empty database of the other kind."""
    if VENDOR == "postgres":
        yield _sqlite_new(tmp_path_factory.mktemp("other"))
        return
    server = start_postgres()
    host = parse_qs(urlsplit(server).query)["host"][0]
    settings = {"USER": "postgres", "HOST": host, "NAME": "postgres", "TEST": {"NAME": "other"}}
    is_migrated = database_restore("postgres", settings)
    yield f"postgresql://postgres@/{'other' if is_migrated else 'postgres'}?host={quote(host, safe='/')}"


def _sqlite_new(folder: Path) -> str:
    path = folder / "other.sqlite3"
    database_restore("sqlite", {"TEST": {"NAME": str(path)}})
    return f"sqlite:///{path}"


def cefn(url: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cefn` in a process of its own on another database."""
    home.mkdir(exist_ok=True)
    environment = os.environ | {"DATABASE_URL": url, "CEFN_HOME": str(home), "PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-m", "cefn", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def manifest(path: Path) -> dict[str, Any]:
    return backup_open(path=path).manifest


def digests(path: Path) -> dict[str, tuple[int, str]]:
    """Return rows and SHA-256 of each table in a backup."""
    return {table["name"]: (table["rows"], table["sha256"]) for table in manifest(path)["tables"]}


def here(folder: Path) -> dict[str, tuple[int, str]]:
    """Return rows and SHA-256 of each table of this test's database."""
    path = folder / "here.tar"
    backup_write(path=path, overwrite=True)
    return digests(path)


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write a copy of a backup with its members changed."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}  # type: ignore[union-attr]
    change(members)
    target = path.with_name("changed.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target


def lines_change(members: dict[str, bytes], table: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of a table's member, and its manifest so that every hash is right."""
    name = f"tables/{table}.jsonl.gz"
    lines = change(gzip.decompress(members[name]).decode().splitlines())
    members[name] = gzip.compress("".join(f"{line}\n" for line in lines).encode())
    facts = json.loads(members["manifest.json"])
    for entry in facts["tables"]:
        if entry["name"] == table:
            entry |= {
                "rows": len(lines),
                "bytes": len(members[name]),
                "sha256": hashlib.sha256(members[name]).hexdigest(),
            }
    members["manifest.json"] = json.dumps(facts).encode()


@pytest.mark.processes
def test_there_and_back_over_the_other_database(shop: BusyShop, saved: Path, other_url: str, tmp_path: Path) -> None:
    first = digests(saved)
    home = tmp_path / "home"
    restored = cefn(other_url, home, "restore", str(saved), "--json")
    assert restored.returncode == 0, restored.stderr
    facts = json.loads(restored.stdout.splitlines()[-1])
    assert facts["clean"] is True
    assert facts["rows"] == sum(rows for rows, _digest in first.values())
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert (home / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == CONTENT

    again = tmp_path / "again.tar"
    written = cefn(other_url, home, "backup", str(again))
    assert written.returncode == 0, written.stderr
    assert manifest(again)["database"] != manifest(saved)["database"]
    assert digests(again) == first

    order_place(shop, "later", {8: 1})
    assert here(tmp_path) != first
    backup_restore(backup=backup_open(path=again), replace=True)
    assert here(tmp_path) == first
    assert check_run().is_clean
    # The restored shop goes on as if nothing had been.
    order_place(shop, "after", {8: 1})
    order_ship(shop, "after")
    assert check_run().violated == []


def test_full_database_is_not_replaced_unasked(shop: BusyShop, saved: Path, tmp_path: Path) -> None:
    before = here(tmp_path)
    with pytest.raises(DatabaseNotEmpty, match="platform_company"):
        backup_restore(backup=backup_open(path=saved))
    assert main(["restore", str(saved)]) == 1
    assert here(tmp_path) == before


@pytest.mark.parametrize("share", [0, 5, 50, 95, 99])
def test_cut_off_file_is_refused(shop: BusyShop, saved: Path, tmp_path: Path, share: int) -> None:
    before = here(tmp_path)
    whole = saved.read_bytes()
    saved.write_bytes(whole[: len(whole) * share // 100])
    assert main(["restore", str(saved), "--yes-replace"]) == 1
    with pytest.raises(BackupDamaged):
        backup_open(path=saved)
    assert here(tmp_path) == before


def _byte_flip(members: dict[str, bytes]) -> None:
    content = bytearray(members["tables/orders_salesorder.jsonl.gz"])
    content[len(content) // 2] ^= 1
    members["tables/orders_salesorder.jsonl.gz"] = bytes(content)


def _file_flip(members: dict[str, bytes]) -> None:
    name = f"files/{hashlib.sha256(CONTENT).hexdigest()}"
    members[name] = members[name][:-1] + b"!"


def _stranger(members: dict[str, bytes]) -> None:
    members["../../outside"] = b"x"


def _missing(members: dict[str, bytes]) -> None:
    del members["tables/ledger_journalline.jsonl.gz"]


def _no_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def _other_format(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b"cefn-backup", b"other-thing")


@pytest.mark.parametrize("change", [_byte_flip, _file_flip, _stranger, _missing, _no_manifest, _other_format])
def test_altered_file_is_refused(
    shop: BusyShop, saved: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    before = here(tmp_path)
    bad = rewrite(saved, change)
    with pytest.raises(BackupDamaged):
        backup_open(path=bad)
    assert main(["restore", str(bad), "--yes-replace"]) == 1
    assert here(tmp_path) == before


def _orders_dropped(members: dict[str, bytes]) -> None:
    lines_change(members, "orders_salesorder", lambda lines: lines[1:])


def _row_doubled(members: dict[str, bytes]) -> None:
    lines_change(members, "orders_salesorder", lambda lines: [*lines, lines[0]])


@pytest.mark.parametrize("change", [_orders_dropped, _row_doubled])
def test_rows_that_do_not_fit_are_taken_back(
    shop: BusyShop, saved: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    before = here(tmp_path)
    backup = backup_open(path=rewrite(saved, change))
    with pytest.raises(RestoreFailed):
        backup_restore(backup=backup, replace=True)
    assert here(tmp_path) == before


def _migration_added(members: dict[str, bytes]) -> None:
    facts = json.loads(members["manifest.json"])
    facts["migrations"].append("orders.9999_of_tomorrow")
    members["manifest.json"] = json.dumps(facts).encode()


def _column_injected(members: dict[str, bytes]) -> None:
    facts = json.loads(members["manifest.json"])
    facts["tables"][0]["columns"][0] = 'id" ; DROP TABLE orders_salesorder; --'
    members["manifest.json"] = json.dumps(facts).encode()


@pytest.mark.parametrize("change", [_migration_added, _column_injected])
def test_tables_of_another_version_are_refused(
    shop: BusyShop, saved: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    before = here(tmp_path)
    backup = backup_open(path=rewrite(saved, change))
    with pytest.raises(BackupTooNew):
        backup_restore(backup=backup, replace=True)
    assert here(tmp_path) == before


def test_backup_does_not_overwrite_unasked(shop: BusyShop, saved: Path) -> None:
    before = saved.read_bytes()
    assert main(["backup", str(saved)]) == 1
    assert saved.read_bytes() == before
    assert main(["backup", str(saved), "--overwrite", "--json"]) == 0
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_missing_content_is_told(shop: BusyShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = FileDraft(name="lost.csv", media_type="text/csv", content=b"soon lost", permission="imports.view")
    (stored,) = files_save(files=[draft], actor=shop.actor)
    home = Path(os.environ["CEFN_HOME"]) / "files"
    (home / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256).write_bytes(b"soon LOST")
    assert main(["backup", str(tmp_path / "b.tar"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["missing_files"] == [stored.sha256]
    assert manifest(tmp_path / "b.tar")["missing_files"] == [stored.sha256]


WRITER = """
import sys
from pathlib import Path
import django
django.setup()
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import system_actor
from cefn.inventory.models import Location
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
company, variant, location, stop = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
actor, place = system_actor(company), Location.objects.get(pk=location)
print("ready", flush=True)
while not stop.exists():
    line = AdjustmentLineDraft(variant, location, 1)
    run_whole(lambda: stock_adjust(actor=actor, adjustments=[AdjustmentDraft(place.warehouse_id, "found", [line])]))
"""


@pytest.mark.processes
def test_backup_while_others_write_is_of_one_moment(
    shop: BusyShop, process_environment: dict[str, str], tmp_path: Path
) -> None:
    stop, path = tmp_path / "stop", tmp_path / "busy.tar"
    location = shop.variants[8].quants.filter(location__code="A-01").first().location_id
    command = [sys.executable, "-c", WRITER, str(shop.company.id), str(shop.variants[8].id), str(location), str(stop)]
    writer = subprocess.Popen(command, env=process_environment, stdout=subprocess.PIPE, text=True)
    counted = []

    def slowly(at: int, count: int, name: str) -> None:
        time.sleep(0.03)

    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.5)
        counted.append(StockMove.objects.count())
        backup_write(path=path, progress=slowly)
        counted.append(StockMove.objects.count())
    finally:
        stop.touch()
        code = writer.wait(60)
        if writer.stdout:
            writer.stdout.close()
    assert code == 0
    assert counted[1] - counted[0] >= 5, "nobody wrote meanwhile"
    assert counted[0] <= digests(path)["inventory_stockmove"][0] < counted[1]
    backup_restore(backup=backup_open(path=path), replace=True)
    assert check_run().violated == []


@pytest.mark.processes
def test_move_database(shop: BusyShop, process_environment: dict[str, str], tmp_path: Path) -> None:
    url = _sqlite_new(tmp_path)
    moved = cefn(process_environment["DATABASE_URL"], tmp_path / "home", "move-database", url)
    # The content of the stored file lies in another home here, which is told, not passed over.
    assert moved.returncode == 1
    assert "without the content" in moved.stdout
    again = cefn(url, tmp_path / "home", "check", "--json")
    assert json.loads(again.stdout)["clean"] is True
    home = Path(os.environ["CEFN_HOME"])
    moved = cefn(process_environment["DATABASE_URL"], home, "move-database", url, "--yes-replace")
    assert moved.returncode == 0, moved.stderr
    assert "Now set DATABASE_URL" in moved.stdout
    cefn(url, home, "backup", str(tmp_path / "moved.tar"))
    assert digests(tmp_path / "moved.tar") == here(tmp_path)
