"""`cefn check`: proves on any database, at any time, what must always be true. Reads only."""

from cefn.reports.check.probe import Break, Invariant, Probe
from cefn.reports.check.registry import INVARIANTS, CheckReport, Result, check_run

__all__ = ["INVARIANTS", "Break", "CheckReport", "Invariant", "Probe", "Result", "check_run"]
