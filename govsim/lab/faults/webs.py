"""Faults of the web server, of its clients in numbers, and of the whole machine."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

from govsim.core import draws
from govsim.lab.clients import Answer, Applicants, ask, p95
from govsim.lab.faults import fault
from govsim.lab.faults.brokers import SOON, running, well
from govsim.lab.stack import children, free_port, wait
from govsim.lab.trial import Trial

HANG = """
import pathlib, time
def patch(module):
    honest = module.{name}
    def hanging(*given, **named):
        if {before}:
            pathlib.Path({mark!r}).touch()
            time.sleep(60)
        made = honest(*given, **named)
        pathlib.Path({mark!r}).touch()
        time.sleep(60)
        return made
    module.{name} = hanging
after_import({module!r}, patch)
"""
# Where a request is held: inside its transaction, with everything written, or after COMMIT with the answer unsent.
MOMENTS = {
    "before COMMIT": ("govsim.core.journal", "record", True),
    "after COMMIT": ("govsim.web.idempotency", "_claimed", False),
}


@fault("F20", "网页进程在请求中途被强杀", "the web server is killed in the middle of a request")
def killed_mid_request(trial: Trial) -> None:
    """Killed before and after COMMIT: the client asks again under its key and has one application."""
    lab = trial.town()
    stored = []
    for moment, (module, name, before) in MOMENTS.items():
        port, mark = free_port(), lab.var / f"reached-{module}"
        lab.hook(HANG.format(module=module, name=name, before=before, mark=str(mark)))
        lab.start_web(port)
        count = lab.rows("SELECT count(*) FROM approvals_application")[0][0]
        with Applicants(lab, port, rate=0.001, prefix=moment[:5]) as applicants:  # one only
            wait(mark.exists, seconds=60, every=0.01)
            trial.break_()
            lab.kill("web")
        trial.reached(f"killed {moment}, the client knows nothing: {applicants.statuses()}",
                      unless=set(applicants.statuses()) != {0})  # fmt: skip
        stored.append(lab.rows("SELECT count(*) FROM approvals_application")[0][0] - count)
        lab.unhook()
        lab.start_web(port)
        applicants.ask_again()
        lab.kill("web")
        total = lab.rows("SELECT count(*) FROM approvals_application")[0][0] - count
        trial.hold(f"{moment}: asked again, it is one", total == 1, found=total)
        lab.numbers += applicants.numbers()
    trial.hold("nothing before COMMIT, the whole after it", stored == [0, 1], found=stored)
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    trial.recovered(lambda: lab.due() == 0)
    trial.verify(lab, lab.numbers)


def memory(pid: int) -> int:
    """Return the resident memory of a process and its children, in bytes."""
    found = 0
    for each in (pid, *children(pid)):
        with contextlib.suppress(OSError):
            found += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return found


@fault("F34", "一万件申报同时涌入", "ten thousand applications at once")
def flood(trial: Trial) -> None:
    """What fits is taken, the rest is shed with a time and leaves nothing; reading goes on, and memory is bounded."""
    lab, port = trial.town(GOVSIM_MOST_WAITING="2000"), free_port()
    lab.start_web(port)
    usual = memory(lab.running["web"].pid)
    tokens = lab.manifest["tokens"]
    each = {"item": "sz.old_age_allowance", "form": {"mobile": "10100000001"}, "consent": True}
    answers: list[Answer] = []
    numbers: list[str] = []
    for index in range(50):
        body = {"applications": [each] * 200}
        answer = ask(port, "/api/v1/applications/batch", token=tokens[index], key=f"flood-{index}", body=body)
        answers.append(answer)
        if answer.status < 300:
            numbers += [one["number"] for one in answer.body["results"] if one.get("number")]
    shed = [each for each in answers if each.status >= 300]
    trial.reached(f"{len(numbers)} taken, {len(shed)} of 50 batches shed", unless=not shed)
    trial.hold("shed with 429 or 503 and a time", all(each.shed for each in shed), found=shed[:1])
    stored = lab.rows("SELECT count(*) FROM approvals_application")[0][0]
    trial.hold("what was shed left nothing", stored == len(numbers), found=(stored, len(numbers)))
    trial.hold("reading goes on", ask(port, "/api/v1/applications", token=tokens[0]).status == 200)
    grown = memory(lab.running["web"].pid) - usual
    trial.hold("memory is bounded", grown < 200_000_000, found=f"{grown / 1e6:.0f} MB more")
    trial.break_()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    trial.recovered(lambda: lab.due() == 0)
    rate = len(numbers) / (trial.recovered_s or 1.0)
    trial.reached(f"worked off at {rate:.0f}/s, the web server took {grown / 1e6:.0f} MB more")
    applicants = Applicants(lab, port)
    applicants.submit(0)
    trial.hold("it takes again", applicants.statuses() == {202: 1}, found=applicants.statuses())
    wait(lambda: lab.due() == 0, seconds=60)
    trial.verify(lab, numbers + applicants.numbers())


@fault("F35", "慢速请求与五百个空闲连接", "slow requests and five hundred idle connections")
def slow_clients(trial: Trial) -> None:
    """Half of them never send anything, half send a header a byte at a time: others are served as before."""
    lab, port = running(trial)
    with Applicants(lab, port, rate=10, prefix="before") as before:
        time.sleep(2)
    with contextlib.ExitStack() as exits:
        trial.break_()
        open_ = [exits.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(500)]
        for each in open_[::2]:
            each.sendall(b"POST /api/v1/applications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n{")
        with Applicants(lab, port, rate=10) as applicants:
            for _ in range(20):
                for each in open_[::2]:
                    with contextlib.suppress(OSError):
                        each.send(b" ")
                time.sleep(0.1)
        alive = sum(usable(each) for each in open_)
    usual, meanwhile = p95(before.all()), p95(applicants.all())
    trial.reached(f"{alive} of 500 connections were open; p95 {usual * 1000:.0f} ms before, {meanwhile * 1000:.0f} ms "
                  "meanwhile", unless=alive < 250)  # fmt: skip
    told = applicants.statuses()
    trial.hold("others are served", set(told) == {202}, found=told)
    trial.hold("as fast as before", meanwhile < max(3 * usual, SOON), found=(usual, meanwhile))
    trial.recovered(lambda: well(lab, port))
    trial.verify(lab, applicants.numbers() + before.numbers())


def usable(connection: socket.socket) -> bool:
    """Say whether the server has not closed a connection."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@fault("F54", "负载下滚动重启", "a rolling restart under load")
def rolling_restart(trial: Trial) -> None:
    """Each successor works before the former process is told to leave (SIGTERM): no request fails.

    Two web servers listen on one port meanwhile. Not by Granian's own reload (SIGHUP): it stops the former one 3.5 s
    after it has started the next, and on a busy machine that one does not listen yet.
    """
    lab, port = running(trial)
    with Applicants(lab, port, rate=15) as applicants:
        time.sleep(1)
        trial.break_()
        lab.start_web(port, name="next-web", ready=False)
        wait(lambda: "Started worker-" in lab.said("next-web"), seconds=60)
        lab.start_worker("next-worker")
        wait(lambda: children(lab.running["next-worker"].pid), seconds=60)
        former = [lab.running.pop(name) for name in ("web", "worker", "sweeper")]
        try:
            for each in former:
                each.terminate()
            ended = [each.wait(60) for each in former]
        finally:
            for each in former:
                each.kill()
        lab.start_sweeper()
        time.sleep(2)
    trial.reached(f"the former processes ended with {ended}", unless=any(ended))
    told = applicants.statuses()
    trial.hold("no request failed", set(told) <= {202, 503} and not applicants.wrong(),
               found=(told, {each.body for each in applicants.all() if not each.status}))  # fmt: skip
    applicants.ask_again()
    trial.recovered(lambda: well(lab, port))
    trial.verify(lab, applicants.numbers())


@fault("F55", "整机断电", "a power cut of everything")
def power_cut(trial: Trial) -> None:
    """Everything is killed at once, three times, under load; what was acknowledged is there afterwards."""
    lab, port = running(trial)
    draw = draws.stream(trial.seed, "cuts")
    numbers: list[str] = []
    unknown = 0
    for cut in range(3):
        with Applicants(lab, port, rate=30, prefix=f"cut{cut}") as applicants:
            time.sleep(draw.uniform(1.0, 2.0))
            trial.break_()
            for name in list(lab.running):
                lab.signal(name, signal.SIGKILL)
            for name in list(lab.running):
                lab.kill(name)
        unknown += applicants.statuses().get(0, 0)
        lab.start_broker()
        lab.start_worker()
        lab.start_sweeper()
        lab.start_web(port)
        trial.hold("nobody got a wrong answer", not applicants.wrong(), found=applicants.statuses())
        applicants.ask_again()
        trial.hold("one number for each key", not applicants.twice(), found=applicants.twice())
        numbers += applicants.numbers()
    trial.reached(f"three cuts under load, {unknown} requests without an answer", unless=not unknown)
    trial.recovered(lambda: well(lab, port))
    trial.verify(lab, numbers)


@fault("F58", "文件描述符耗尽", "no file descriptors are left", needs=("prlimit",))
def no_descriptors(trial: Trial) -> None:
    """The web server with 64 descriptors and 200 connections: it lives, and serves again when they are gone."""
    lab, port = trial.town(), free_port()
    lab.start_broker()
    lab.start_worker()
    lab.start_sweeper()
    lab.start_web(port, before=("prlimit", "--nofile=64"))
    applicants = Applicants(lab, port)
    with contextlib.ExitStack() as exits:
        trial.break_()
        for _ in range(200):
            exits.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))

        def used() -> int:
            return max(len(os.listdir(f"/proc/{pid}/fd")) for pid in children(lab.running["web"].pid))

        wait(lambda: used() >= 60, seconds=30)
        trial.reached(f"{used()} descriptors are in use")
        worker = children(lab.running["web"].pid)
        answer = ask(port, "/readyz", patience=3)
        trial.hold("no answer, or one that says it is busy", answer.status in (0, 200, 503), found=answer.status)
    applicants.ask_again()
    applicants.submit(0)
    trial.recovered(lambda: well(lab, port))
    trial.hold("the same process serves", children(lab.running["web"].pid) == worker)
    applicants.ask_again()
    trial.verify(lab, applicants.numbers())
