"""`demo --check`: every walk-through against a running demo, reported step by step."""

import json
import time
from dataclasses import dataclass, field

from django.db import connections

from govsim.walkthroughs import report as reports
from govsim.walkthroughs import runner


@dataclass
class Check:
    """One run of all walk-throughs; made to be run in a thread beside the supervisor, which keeps the main one."""

    url: str
    seed: int | None
    report: reports.Report = field(default_factory=reports.Report)
    error: BaseException | None = None
    seconds: float = 0.0

    def run(self) -> None:
        """Fill in the report, or the error that kept it from being made; close this thread's connections."""
        started = time.perf_counter()
        try:
            self.report = runner.run_all(base_url=self.url, seed=self.seed)
        except BaseException as error:  # raised again in the main thread
            self.error = error
        finally:
            self.seconds = time.perf_counter() - started
            connections.close_all()

    @property
    def held(self) -> bool:
        """Whether something was checked and all of it passed."""
        return self.report.failed == 0 and self.report.passed > 0

    def as_json(self) -> str:
        """The report for programs: what `walkthrough run --json` prints, with the address and the verdict."""
        around = {"ok": self.held, "url": self.url, "seconds": round(self.seconds, 2)}
        return json.dumps(around | reports.as_data(self.report), ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """The report for people."""
        return f"{reports.as_text(self.report)}\n{self.seconds:.1f} s · {self.url}"
