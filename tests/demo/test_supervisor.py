"""The stack leaves nothing behind, however its supervisor ends."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from govsim.demo import CannotStart, address, broker, processes
from govsim.demo.supervisor import Program, Stack, answers
from govsim.management.commands.demo import wait_for_broker
from tests.broker import serve
from tests.demo import standin

pytestmark = pytest.mark.stack
EVERYBODY = 6  # broker, web and its child, worker and its child, sweeper


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    processes.end(lambda: processes.members(tmp_path), grace=0)  # whatever a failed test left


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def supervise(var: Path, token: str) -> subprocess.Popen[bytes]:
    """A supervisor in a process of its own, with all its programs up."""
    port = address.free_port(address.LOOPBACK, 0)
    supervisor = subprocess.Popen(
        [*standin.THIS, "supervise", str(var), token, str(port)],
        env=os.environ | {"PYTHONPATH": str(Path(standin.THIS[1]).parents[2])},
    )
    assert eventually(lambda: len(processes.members(var, token)) == EVERYBODY)
    return supervisor


def guardian(supervisor: subprocess.Popen[bytes]) -> int:
    listing = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(supervisor.pid)], capture_output=True, text=True, check=True
    ).stdout
    return next(int(line.split()[0]) for line in listing.splitlines() if "govsim.demo.guardian" in line)


def test_leaving_the_stack_leaves_no_process(var: Path) -> None:
    port = address.free_port(address.LOOPBACK, 0)
    with standin.stack(var, "aa", port) as stack:
        stack.start("broker", "web", "worker", "sweeper")
        stack.wait(lambda: answers(address.LOOPBACK, port), 10)
        assert eventually(lambda: len(processes.members(var)) == EVERYBODY)
    assert processes.members(var) == []
    assert address.free_port(address.LOOPBACK, port) == port


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_that_ends_takes_everything_along(var: Path, number: signal.Signals) -> None:
    supervisor = supervise(var, "aa")
    watching = guardian(supervisor)
    supervisor.send_signal(number)
    supervisor.wait(15)
    assert eventually(lambda: processes.members(var) == [])
    assert eventually(lambda: not Path(f"/proc/{watching}/cmdline").exists() or zombie(watching))


def zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes() == b""


def test_a_start_ends_what_a_killed_supervisor_and_a_killed_guardian_left(var: Path) -> None:
    supervisor = supervise(var, "aa")
    os.kill(guardian(supervisor), signal.SIGKILL)
    supervisor.kill()
    supervisor.wait()
    assert eventually(lambda: {member.role for member in processes.members(var)} >= {"worker"})  # it ignores SIGTERM
    with standin.stack(var, "bb", address.free_port(address.LOOPBACK, 0)):
        assert processes.members(var, "aa") == []
    assert processes.members(var) == []


def test_a_program_that_ends_is_started_again_with_its_children_gone(var: Path) -> None:
    with standin.stack(var, "aa", address.free_port(address.LOOPBACK, 0)) as stack:
        stack.start("worker")
        assert eventually(lambda: len(processes.members(var)) == 2)
        first = {member.pid for member in processes.members(var)}
        worker = stack.programs["worker"]
        assert worker.process
        worker.process.kill()
        worker.process.wait()
        stack.watch()
        assert eventually(lambda: processes.members(var) == [])  # a killed process is gone a moment later
        stack.watch()
        assert not worker.running()  # not before its pause is over

        def again() -> bool:
            stack.watch()
            return len(processes.members(var)) == 2

        assert eventually(again)
        assert not first & {member.pid for member in processes.members(var)}


def test_a_program_that_does_not_start_is_named_with_its_last_words(var: Path) -> None:
    broken = Program("web", ["sh", "-c", "echo no such settings; exit 5"])
    with Stack(var, "aa", {}, [broken]) as stack:
        stack.start("web")
        with pytest.raises(CannotStart, match="no such settings"):
            stack.wait(lambda: False, 10)


def test_a_broker_that_cannot_read_its_data_starts_empty(var: Path) -> None:
    path = broker.socket_path(var)
    with serve(var):
        redis.Redis(unix_socket_path=str(path)).lpush("queue", "a")
    for log in (var / "broker" / "appendonlydir").glob("*.incr.aof"):
        log.write_bytes(b"\x00 not a log")
    with Stack(var, "aa", {}, [Program("broker", broker.command(var))]) as stack:
        stack.start("broker")
        wait_for_broker(stack)
        assert redis.Redis(unix_socket_path=str(path)).llen("queue") == 0
    assert (var / "broker.damaged").exists()
