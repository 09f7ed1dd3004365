"""A shop's history replayed: every kind of row becomes what it is, and the sums are the file's own."""

import csv
import gzip
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from cefn.flows.history.read import month_files
from cefn.flows.history.run import history_run

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = (
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
    "536365,85123a,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom",
    "536366,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom",
    "536367,PADS,PADS TO MATCH,1,2010-12-01 12:00:00,0.001,13047.0,United Kingdom",
    "C536379,85123A,WHITE HANGING HEART,-2,2010-12-01 13:00:00,2.55,17850.0,United Kingdom",
    "C536379,D,Discount,-1,2010-12-01 13:00:00,27.50,17850.0,United Kingdom",
    "536589,21777,thrown away,-10,2010-12-01 16:50:00,0.0,,United Kingdom",
    "A563185,B,Adjust bad debt,1,2010-12-02 14:50:00,11062.06,,United Kingdom",
    "A563186,B,Adjust bad debt,1,2010-12-02 14:51:00,-11062.06,,United Kingdom",
    "A563187,B,Adjust bad debt,1,2010-12-02 14:52:00,-11062.06,,United Kingdom",
    "536600,22139,RETROSPOT,NaN,2010-12-02 15:00:00,1.00,,United Kingdom",
    "536601,22139,RETROSPOT,1,2010-02-30 15:00:00,1.00,,United Kingdom",
    "536602,22139,RETROSPOT,1,2010-12-02 15:00:00,-1.00,,United Kingdom",
)


def quiet(_: str) -> None:
    """Say nothing."""


def test_every_kind_of_row_becomes_what_it_is(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "online_retail_2010-12.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join((HEADER, *ROWS)) + "\n")
    result = history_run(folder=tmp_path, months="", say=quiet)
    reasons = [parked["reason"] for parked in result["parked"]]
    assert len(reasons) == 3
    assert "NaN" in reasons[0]
    assert "does not exist" in reasons[1]
    assert "below zero" in reasons[2]
    counts = {name: result[name] for name in ("orders", "order_lines", "returns", "return_lines", "adjustments")}
    assert counts == {"orders": 3, "order_lines": 5, "returns": 1, "return_lines": 2, "adjustments": 1}
    assert result["journal_entries"] == 3
    # 30.60 + 18.00 + 0 + 0.001 - 5.10 - 27.50 - 11,062.06
    assert result["net_sales_micro"] == 16_001_000 - 11_062_060_000
    assert result["invoiced_minor"] == 1600
    assert result["bad_debt_minor"] == 1_106_206
    assert result["rounding_minor"] == 0
    assert result["ledger_sales_minor"] == 1600
    # 85123A: 12 sold, opened with 14, 2 came back; 22139: 56 given, opened with 62; 21777: what was thrown away
    assert result["units_on_hand"] == 14 - 12 + 2 + 62 - 56
    assert result["check"] == "clean"


def test_another_layout_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "online_retail_2011-09.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"online_retail_2011-09\.csv: line 1 is not the header"):
        history_run(folder=tmp_path, months="", say=quiet)
    with pytest.raises(FileNotFoundError, match="2012-01"):
        month_files(tmp_path, "2012-01")


@pytest.mark.shared
def test_a_real_day_agrees_with_the_files_own_sum(shared: Path, tmp_path: Path) -> None:
    day = shared / "online_retail" / "raw_2010-12-01.csv"
    shutil.copy(day, tmp_path / "online_retail_2010-12.csv")
    with day.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    result = history_run(folder=tmp_path, months="2010-12", say=quiet)
    total = sum(int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in rows)
    assert result["net_sales_micro"] == int(total * 1_000_000)
    assert result["parked"] == []
    assert result["rows"] == len(rows)
    assert result["invoiced_minor"] == result["ledger_sales_minor"]
    assert result["check"] == "clean"
