"""Faults of the clock. Only one process is told a wrong time; nobody ever sets the machine's."""

import time

from govsim.lab.clients import Applicants, ask
from govsim.lab.faults import fault
from govsim.lab.faults.workers import LATE, goes_on
from govsim.lab.stack import free_port, wait
from govsim.lab.trial import Trial
from govsim.lab.watch import Watch

FAKED = ("faketime", "--exclude-monotonic", "-f")  # waiting and measuring go on as ever
# libfaketime takes the moment on the monotonic clock, until which Python sleeps, for one to be faked.
SLEEP = "import select, time; time.sleep = lambda seconds: select.select((), (), (), seconds)"


@fault("F16", "一个办理进程的时钟快两小时", "the clock of one worker is two hours ahead", needs=("faketime",))
def ahead(trial: Trial) -> None:
    """It takes every lease for one that has run out, and does the work of others again: the fence refuses the second.

    The worker that holds the claim stops itself, so that its work is surely taken while its lease is in force.
    """
    lab = trial.town(cases=100, GOVSIM_DRAIN_BATCH="20", GOVSIM_LEASE_SECONDS="600")
    watch = Watch(lab, hook=trial.hook, stop=True)
    lab.start_broker()
    lab.start_worker()
    lab.work("ring")
    turn = watch.stopped()
    trial.break_()
    lab.hook(trial.hook + SLEEP)
    lab.start_sweeper(before=(*FAKED, "+2h"))
    trial.recovered(lambda: lab.due() == 0)
    goes_on(lab, turn)
    trial.reached("a claim in force was taken over by the clock that is ahead, and the late rulings were dropped",
                  unless=LATE not in lab.said("worker"))  # fmt: skip
    trial.verify(lab, lab.numbers)


@fault("F17", "网页进程的时钟慢一小时", "the clock of the web server is an hour behind", needs=("faketime",))
def behind(trial: Trial) -> None:
    """Events keep their order by number, and nobody is shown a negative length of time."""
    lab, port = trial.town(cases=20), free_port()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    wait(lambda: lab.due() == 0, seconds=60)
    trial.break_()
    lab.start_web(port, before=(*FAKED, "-1h"))
    with Applicants(lab, port, rate=10) as applicants:
        time.sleep(2)
    told = applicants.statuses()
    trial.hold("every submission was taken", set(told) == {202}, found=told)
    trial.recovered(lambda: lab.due() == 0)
    hour = lab.rows(
        "SELECT count(*) FROM approvals_application a JOIN approvals_decision d ON d.application_id = a.id"
        " WHERE julianday(d.recorded_at) - julianday(a.recorded_at) > 0.5 / 24"
    )[0][0]
    trial.reached(f"{hour} cases were stored an hour before they were decided", unless=not hour)
    officer = lab.manifest["officer"]
    shown = [ask(port, "/api/v1/applications", token=officer), ask(port, "/readyz")]
    shown += [ask(port, f"/api/v1/applications/{number}", token=officer) for number in lab.numbers[:5]]
    trial.hold("pages answer", all(each.status == 200 for each in shown), found=[each.status for each in shown])
    trial.hold("no negative length of time is shown", not any(map(negative, [each.body for each in shown])),
               found=[each.body for each in shown if negative(each.body)][:1])  # fmt: skip
    trial.verify(lab, applicants.numbers())


def negative(told: object) -> bool:
    """Say whether a length of time is below zero somewhere in an answer; what is left of a limit may be."""
    if isinstance(told, dict):
        return any(
            (isinstance(value, int | float) and value < 0 and name.endswith(("used_hours", "seconds")))
            or negative(value)
            for name, value in told.items()
        )
    return isinstance(told, list) and any(map(negative, told))
