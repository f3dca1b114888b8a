"""Faults in what is sent: bodies that nobody can read, too deep, too large, and files that are not what they say."""

import gzip
import io
import socket
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from govsim.lab.bodies import MALFORMED, NESTED
from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, Site, problem, site, told
from govsim.lab.stack import children
from govsim.lab.trial import Trial
from govsim.lab.visitor import Visitor

HUGE = 60_000_000  # bytes
FLAT = 32_000_000  # bytes by which the web server may grow while it refuses something huge
PDF = b"%PDF-1.7\n"
COUNT = "SELECT count(*) FROM approvals_application"


@fault("F36", "畸形 JSON 请求", "bodies that can be read in two ways or not at all")
def malformed(trial: Trial) -> None:
    """Every malformed body, charset, encoding and framing is refused as a problem document; nothing is stored."""
    town = site(trial, workers=False)
    elder = town.person(0)
    answers = [elder.post("applications", body) for body in MALFORMED.values()]
    answers += [
        elder.post("applications", b"{}", Content_Type="application/json; charset=gbk"),
        elder.post("applications", b"<x/>", Content_Type="application/xml"),
        elder.post("applications", b"a=1", Content_Type="application/x-www-form-urlencoded"),
        elder.post("applications", gzip.compress(b"{}"), Content_Encoding="gzip"),
    ]
    trial.reached(f"{len(answers)} bodies, and four broken framings by hand")
    wrong = [told(each) for each in answers if not problem(each, 400, 415)]
    trial.hold("each is refused as a problem document", not wrong, found=wrong)
    framings = _framings(town, elder.token)
    wrong = [f"{name}: {line}" for name, line in framings.items() if line and not line.startswith("HTTP/1.1 4")]
    trial.hold("broken framings are refused or closed", not wrong, found=wrong)
    trial.hold("nothing is stored", town.one(COUNT) == 0)
    good = elder.post("applications", ALLOWANCE)
    trial.hold("a good one is taken afterwards", good.status_code == 202, found=told(good))
    trial.verify(town.lab)


def _framings(town: Site, token: str) -> dict[str, str]:
    """Return the first line that the server says to each request that is wrongly framed, "" when it hangs up."""
    head = f"POST /api/v1/applications HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nIdempotency-Key: framing\r\nConnection: close\r\n"
    sent = {
        "two lengths": f"{head}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{{}}",
        "length and chunks": f"{head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "a chunk without a size": f"{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n",
        "shorter than it says": f"{head}Content-Length: 500\r\n\r\n{{}}",
    }
    found = {}
    for name, text in sent.items():
        with socket.create_connection(("127.0.0.1", town.port), timeout=10) as line:
            line.sendall(text.encode())
            line.shutdown(socket.SHUT_WR)
            try:
                found[name] = line.recv(4096).decode(errors="replace").partition("\r\n")[0]
            except ConnectionError:
                found[name] = ""
    return found


@fault("F37", "嵌套极深的 JSON", "JSON that is nested 2,000 and 100,000 deep")
def nested(trial: Trial) -> None:
    """Deep nesting is a 400 of its own, on every door that reads JSON, and costs no process."""
    town = site(trial, workers=False)
    elder = town.person(0)
    server = children(town.lab.running["web"].pid)
    doors = ("applications", "applications/batch", "packages", "verify")
    began = time.monotonic()
    answers = [elder.post(door, body) for door in doors for body in NESTED.values()]
    spent = time.monotonic() - began
    trial.reached(f"{len(answers)} bodies up to 400,000 deep in {spent:.1f} s")
    wrong = [told(each) for each in answers if not problem(each, 400)]
    trial.hold("each is refused with 400", not wrong, found=wrong)
    trial.hold("no process of the web server died", children(town.lab.running["web"].pid) == server)
    trial.verify(town.lab)


@fault("F38", "六十兆字节的请求", "a body of 60 MB, with and without its length")
def huge(trial: Trial) -> None:
    """It is refused with 413 or 400, memory stays flat, and others are served meanwhile.

    A chunked body without a length is read as empty by the server's interface (WSGI), and so refused as empty (422).
    """
    town = site(trial, workers=False)
    elder = town.person(0)
    before = _memory(town)
    body = b'{"form": {"x": "' + b"y" * HUGE + b'"}}'
    sized = elder.post("applications", body)
    headers = {"Authorization": f"Bearer {elder.token}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    chunked = elder.http.post("/api/v1/applications", content=_pieces(body), headers=headers)
    grown = _memory(town) - before
    trial.reached(f"twice {len(body) / 1e6:.0f} MB sent; the web server grew by {grown / 1e6:.1f} MB")
    trial.hold("refused as a problem document, by its length", problem(sized, 413, 400), found=told(sized))
    trial.hold("and in chunks", problem(chunked, 413, 400, 422), found=told(chunked))
    trial.hold("memory stays flat", grown < FLAT, found=grown)
    trial.hold("nothing is stored", town.one(COUNT) == 0)
    good = elder.post("applications", ALLOWANCE)
    trial.hold("a good one is taken afterwards", good.status_code == 202, found=told(good))
    trial.verify(town.lab)


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


def _memory(town: Site) -> int:
    """Return the resident bytes of the web server and its workers."""
    master = town.lab.running["web"].pid
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (master, *children(master))]
    return sum(pages) * 4096


# --- files ------------------------------------------------------------------------------------------------------------


def _bomb() -> bytes:
    """A zip of some kilobytes that would unpack to 100 MB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 100_000_000)
    return made.getvalue()


def _zip(*names: str, link: bool = False, encrypted: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = ((stat.S_IFLNK if link else stat.S_IFREG) | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
    raw = bytearray(made.getvalue())
    if encrypted:  # the flag that says so, in the local header and in the directory
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


@fault("F39", "压缩炸弹与恶意压缩包", "zip bombs and zips with 10,000, climbing, linked or encrypted entries")
def archives(trial: Trial) -> None:
    """There is no upload of archives: a zip is refused by its first bytes wherever a file may be given.

    A file stands for a material by its name (PDF, JPG, PNG) or holds a certificate to verify; its content is never
    unpacked and never stored.
    """
    town = site(trial, workers=False)
    sent = {
        "bomb.pdf": _bomb(), "many.pdf": _zip(*(f"f{each}" for each in range(10_000))),
        "climbing.pdf": _zip("../../etc/passwd", "/etc/passwd"), "link.pdf": _zip("link", link=True),
        "locked.pdf": _zip("a", encrypted=True), "gzip.pdf": gzip.compress(b"\0" * 50_000_000),
    }  # fmt: skip
    elder, before, memory = _with_a_draft(town), _stored(town), _memory(town)
    answers = {name: elder.give_material(name, content) for name, content in sent.items()}
    shown = {name: elder.verify_file(name, content) for name, content in sent.items()}
    trial.reached(f"{len(sent)} archives of {sum(map(len, sent.values()))} bytes, at both doors for files")
    wrong = [f"{name}: {each}" for name, each in {**answers, **shown}.items() if each != 422]
    trial.hold("each is refused with 422", not wrong, found=wrong)
    trial.hold("no file is stored", _stored(town) == before, found=_stored(town) - before)
    trial.hold("memory stays flat", _memory(town) - memory < FLAT, found=_memory(town) - memory)
    trial.hold("the draft has no such material", _materials(town) == "{}", found=_materials(town))
    trial.verify(town.lab)


@fault("F40", "文件名实不符", "files that are not what they say")
def disguised(trial: Trial) -> None:
    """HTML and SVG as PDF, programs, and PDFs called .html are refused; of a good file only the name is kept.

    Content is never stored, so nothing that was uploaded is ever served.
    """
    town = site(trial, workers=False)
    elder, before = _with_a_draft(town), _stored(town)
    sent = {
        "page.pdf": b"<!doctype html><script>alert(1)</script>",
        "picture.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "scan.jpg": b"MZ\x90\x00", "program.pdf": b"\x7fELF\x02", "empty.pdf": b"",
        "polyglot.html": PDF + b"<script>alert(1)</script>", "polyglot.pdf.exe": PDF, "no-suffix": PDF,
        "large.pdf": PDF + b"x" * 6_000_000,
    }  # fmt: skip
    answers = {name: elder.give_material(name, content) for name, content in sent.items()}
    trial.reached(f"{len(sent)} files that are not what they say")
    wrong = [f"{name}: {each}" for name, each in answers.items() if each not in (413, 422)]
    trial.hold("each is refused with 422", not wrong, found=wrong)
    name = "../../x<b>\u202egpj.pdf"
    trial.hold("a real scan is taken", elder.give_material(name, PDF + b"scan") == 302)
    trial.hold("its name is text without a path", "/" not in _materials(town), found=_materials(town))
    trial.hold("its content is nowhere", _stored(town) == before, found=_stored(town) - before)
    page = elder.http.get(elder.draft)
    policy = page.headers["content-security-policy"]
    trial.hold("pages say nosniff and a policy", page.headers["x-content-type-options"] == "nosniff"
               and "default-src 'none'" in policy)  # fmt: skip
    trial.verify(town.lab)


def _with_a_draft(town: Site) -> Visitor:
    elder = Visitor(town, town.told["people"][0])
    elder.begin("sz.senior_citizen_card")
    return elder


def _materials(town: Site) -> str:
    return str(town.one("SELECT materials FROM approvals_application"))


def _stored(town: Site) -> set[str]:
    """Return every file of the installation but the database's own and the logs."""
    found = (each.relative_to(town.lab.var) for each in town.lab.var.rglob("*") if each.is_file())
    return {str(each) for each in found if not each.name.startswith("db.sqlite3") and each.suffix != ".log"}
