"""`manage.py demo`: the whole platform from one command, and `demo --check`: does it do what it says?"""

import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import segno
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from govsim.demo import CannotStart, address, broker, first_run, handover, instance
from govsim.demo.check import Check
from govsim.demo.supervisor import Stack, answers, log, programs

NOT_HELD, CANNOT_START, INTERRUPTED = 1, 3, 130
PATIENCE = 60.0  # seconds for the stack to become ready


class Command(BaseCommand):
    help = (
        "启动演示（Ctrl-C 停止） / start the demo (Ctrl-C stops it). "
        "Exit status: 0 ended or all passed, 1 a walk-through failed, 2 usage, 3 cannot start, 130 check interrupted."
    )
    requires_system_checks = ()  # the first migration comes before anything that can be checked

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=port_number, default=8000, help="端口，0 为自动选择 / port; 0 takes any free one"
        )
        parser.add_argument("--lan", action="store_true", help="局域网可访问 / reachable in the local network")
        parser.add_argument("--check", action="store_true", help="运行全部演练并报告 / run every walk-through, report")
        parser.add_argument("--json", action="store_true", help="--check 以 JSON 输出 / report of --check as JSON")
        parser.add_argument("--seed", type=int, help="新建世界的种子 / seed of a world that is made now")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # one way to stop, whoever asks
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
                signal.signal(number, signal.default_int_handler)
        try:
            status = self.prove(**options) if options["check"] else self.serve(**options)
        except CannotStart as reason:
            self.stderr.write(f"govsim: {reason}")
            status = CANNOT_START
        except KeyboardInterrupt:
            status = INTERRUPTED if options["check"] else 0
        if status:
            sys.exit(status)

    def serve(self, *, port: int, lan: bool, seed: int | None, **_: Any) -> int:
        with self.stack(port=port, lan=lan, seed=seed) as (stack, url):
            self.stdout.write(f"\n  {url}\n")
            for zh, en, link in first_run.sign_in_links(url):
                self.stdout.write(f"  {zh} · {en}: {link}")
            if lan:
                self.stdout.write(self.qr(url))
                self.stderr.write(
                    "注意：同一网络中的任何人都能访问此演示 / warning: anyone in this network can reach this demo"
                )
            self.stdout.write(f"\n模拟系统。按 Ctrl-C 停止 / a simulation; Ctrl-C stops it. Logs: {stack.logs}")
            self.stdout.flush()
            nobody = threading.Event()
            while not nobody.wait(0.2):
                self.tend(stack)
        return 0

    def tend(self, stack: Stack) -> None:
        """Look after the programs once, and renew them when somebody has asked for it."""
        stack.watch()
        if self.wishes:
            handover.answer(stack, partial(first_run.collect_static_files, clear=False))  # the old files are asked for
            self.wishes.clear()

    def prove(self, *, seed: int | None, json: bool, **_: Any) -> int:
        running = instance.find(settings.VAR, PATIENCE)
        if running:
            check = Check(running.url, seed)
            check.run()
        else:
            with self.stack(port=0, lan=False, seed=seed) as (stack, url):
                check = Check(url, seed)
                thread = threading.Thread(target=check.run, daemon=True)
                thread.start()
                while thread.is_alive():
                    self.tend(stack)
                    thread.join(0.2)
        if check.error:
            raise check.error
        self.stdout.write(check.as_json() if json else check.as_text())
        return 0 if check.held else NOT_HELD

    @contextlib.contextmanager
    def stack(self, *, port: int, lan: bool, seed: int | None) -> Iterator[tuple[Stack, str]]:
        """A prepared and ready stack and its address; stopped on the way out, whatever happens."""
        os.umask(0o077)  # what the stack writes is for this user
        var = settings.VAR
        host = address.lan_host() if lan else address.LOOPBACK
        embedded = "BROKER_URL" not in os.environ
        with instance.claim(var) as token, contextlib.ExitStack() as exits:
            port = address.free_port(host, port)
            url = f"http://{host}:{port}"
            environment = {
                "GOVSIM_VAR": str(var),
                "PUBLIC_URL": url,
                "GOVSIM_DEMO": "0" if lan else "1",  # switching personas is for loopback only
                "GOVSIM_ALLOWED_HOSTS": f"{host},localhost",
            }
            if embedded:
                environment["BROKER_URL"] = broker.url(var)
            stack = Stack(
                var,
                token,
                environment,
                programs(host, port, sqlite=settings.SQLITE, broker=broker.command(var) if embedded else None),
            )
            exits.enter_context(log_to(stack.log_file("supervisor")))
            self.stderr.write("正在启动 / starting …")
            exits.enter_context(stack)
            self.wishes = exits.enter_context(handover.asked())
            stack.start("broker")
            first_run.prepare(seed=seed, lan=lan)
            if embedded:
                wait_for_broker(stack)
            stack.start("web", "worker", "sweeper")
            stack.wait(lambda: answers(host, port), PATIENCE)
            instance.announce(var, instance.Running(url, os.getpid(), token))
            try:
                yield stack, url
            finally:
                instance.withdraw(var)
                self.stderr.write("正在停止 / stopping …")

    def qr(self, url: str) -> str:
        drawing = io.StringIO()
        segno.make(url).terminal(drawing, compact=True)
        return drawing.getvalue()


def wait_for_broker(stack: Stack) -> None:
    """Return when the embedded broker answers; give it an empty folder when it cannot read its own."""

    def ready() -> bool:
        return broker.answers(broker.socket_path(stack.var))

    try:
        stack.wait(ready, PATIENCE)
    except CannotStart as reason:
        log.warning("%s; 从空队列开始 / going on with an empty queue: %s", reason, broker.set_aside(stack.var))
        broker.command(stack.var)  # makes the folder again
        stack.start("broker")
        stack.wait(ready, PATIENCE)


def port_number(text: str) -> int:
    if not 0 <= int(text) <= 65535:  # argparse makes a usage error of it
        raise ValueError(text)
    return int(text)


@contextlib.contextmanager
def log_to(path: Any) -> Iterator[None]:
    """The supervisor's story goes to its file; warnings also to the terminal."""
    file, terminal = logging.FileHandler(path), logging.StreamHandler()
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    terminal.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    log.propagate = False
    for handler in (file, terminal):
        log.addHandler(handler)
    try:
        yield
    finally:
        for handler in (file, terminal):
            log.removeHandler(handler)
        file.close()
