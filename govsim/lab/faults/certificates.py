"""Faults of certificates: a signing key that is not right, and certificates that are taken back on the way."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, Client, site, told
from govsim.lab.stack import wait
from govsim.lab.trial import NotHeld, Trial

CARD: Final = {"item": "sz.senior_citizen_card", "consent": True, "form": {}}
ISSUED: Final = "SELECT count(*) FROM certificates_certificate WHERE case_number <> ''"
KEY: Final = "signing_es256.json"


def _under_our_name(file: Path) -> None:
    """Somebody else's key under the name of ours: only a test signature tells."""
    from certificates.queries.keys import new_key

    ours = json.loads(file.read_bytes())["kid"]
    file.write_bytes(json.dumps({**json.loads(new_key()), "kid": ours}).encode())


def _other(file: Path) -> None:
    from certificates.queries.keys import new_key

    file.write_bytes(new_key())


def _public_half(file: Path) -> None:
    file.write_bytes(json.dumps({**json.loads(file.read_bytes()), "d": None}).encode())


def _other_algorithm(file: Path) -> None:
    from joserfc.jwk import ECKey

    file.write_bytes(json.dumps({**ECKey.generate_key("P-384").as_dict(private=True), "kid": "x"}).encode())


BROKEN: Final[dict[str, Callable[[Path], Any]]] = {
    "another key": _other, "another key under our name": _under_our_name, "the public half": _public_half,
    "another algorithm": _other_algorithm, "gone": Path.unlink, "not JSON": lambda file: file.write_text("x"),
}  # fmt: skip


@fault(
    "F32", "签名密钥错误、缺失或算法不符", "a signing key that is wrong, missing, unreadable or of another algorithm"
)
def signing_key(trial: Trial) -> None:
    """While the key is not right no certificate is stored and no grant without one; the cases wait, unharmed.

    They use up none of their attempts, so they are granted by themselves once the key is back.
    """
    town = site(trial, elders=len(BROKEN) + 1)
    file = town.lab.var / "secrets" / KEY
    numbers = [town.person(len(BROKEN)).post("applications", CARD).json()["number"]]
    wait(town.idle, seconds=60)  # the first certificate; by now the list of trusted keys is there
    good = file.read_bytes()
    for place, breaks in enumerate(BROKEN.values()):
        file.unlink(missing_ok=True)
        file.write_bytes(good)
        breaks(file)
        if file.exists():
            file.chmod(0o600)  # or it would be refused for that alone
        trial.break_()
        numbers.append(town.person(place).post("applications", CARD).json()["number"])
        _waits(town.rows, numbers[-1])
        if town.one(ISSUED) != 1:
            raise NotHeld(f"a certificate was stored with a key that is not ours, after {place} kinds")
    said = sum(town.lab.said(each).count("rows wait") for each in ("worker", "sweeper"))
    trial.reached(f"{len(BROKEN)} kinds of wrong keys, {said} batches held by them", unless=not said)
    kept = town.rows("SELECT state, dead_reason FROM approvals_application WHERE number <> ?", numbers[0])
    trial.hold("cases wait, none is an incident", set(kept) == {("submitted", "")}, found=kept)
    file.unlink(missing_ok=True)
    file.write_bytes(good)
    file.chmod(0o600)
    trial.recovered(town.idle)
    public = town.client()
    cards = town.rows("SELECT identifier FROM certificates_certificate WHERE case_number <> ''")
    verdicts = [public.post("verify", {"identifier": each, "world": town.told["world"]}).json() for (each,) in cards]
    trial.hold("each case has its certificate", len(cards) == len(numbers), found=len(cards))
    trial.hold("and each is valid", all(each.get("valid") for each in verdicts), found=verdicts[:1])
    trial.verify(town.lab)


def _waits(rows: Callable[..., list[Any]], number: str) -> None:
    """Wait until a worker has claimed a case and put it back for a while."""
    asked = "SELECT claim <> '' AND attempts = 0 FROM approvals_application WHERE number = ?"
    wait(lambda: rows(asked, number)[0][0], seconds=60)


@fault("F51", "证照在办理途中被暂停、吊销", "a certificate that is suspended or revoked, also on the way")
def revoked(trial: Trial) -> None:
    """From the moment of the change no door says valid: by identifier, by token, by the page behind the QR code.

    A case that was submitted with it is judged by what is true when it is decided: no automatic grant.
    """
    town = site(trial, workers=False)
    holder, elder, public = town.told["people"][0]["number"], town.person(0), town.client()
    card = next(each for each in town.told["cards"][holder] if _kind(elder, each) == "resident_identity_card")
    token = elder.post(f"wallet/{card}/present", {"purpose": "x", "user": "y", "fields": []}).json()["token"]
    number = elder.post("applications", ALLOWANCE).json()["number"]
    officer = town.staff("certificate_officer", "sz.psb")

    def seen() -> dict[str, str]:
        page = public.http.get(f"/w/{town.told['world']}/verify/{card}").text
        return {
            "identifier": public.post("verify", {"identifier": card, "world": town.told["world"]}).json()["verdict"],
            "token": public.post("verify", {"token": token}).json()["verdict"],
            "page": "".join(re.findall(r"<code>([A-Z_]+)</code>", page)[:1]),
        }

    verdicts = {"before": seen()}
    for verb in ("suspend", "resume", "revoke"):
        trial.break_()
        answer = officer.post(f"certificates/{card}/{verb}", {"reason": "x"})
        if answer.status_code != 200:
            raise NotHeld(told(answer))
        verdicts[verb] = seen()
    trial.reached("suspended, resumed and revoked", unless=set(verdicts["before"].values()) != {"VALID"})
    trial.hold("valid again after the suspension", set(verdicts["resume"].values()) == {"VALID"}, found=verdicts)
    bad = (set(verdicts["suspend"].values()), set(verdicts["revoke"].values()))
    trial.hold("every door says what happened", bad == ({"SUSPENDED"}, {"REVOKED"}), found=verdicts)
    again = officer.post(f"certificates/{card}/resume", {"reason": "x"})
    trial.hold("a revocation is for good", again.status_code in (409, 422), found=told(again))
    later = [public.post("verify", {"token": token}).json()["verdict"] for _ in range(20)]
    trial.hold("and stays so", set(later) == {"REVOKED"}, found=set(later))
    town.lab.start_broker()
    town.lab.start_worker()
    town.lab.start_sweeper()
    began = time.monotonic()
    trial.recovered(lambda: town.one("SELECT state FROM approvals_application WHERE number = ?", number) != "submitted")
    state = town.one("SELECT state FROM approvals_application WHERE number = ?", number)
    trial.hold("the case on the way goes to a person", state == "received",
               found=f"{state} after {time.monotonic() - began:.1f} s")  # fmt: skip
    trial.verify(town.lab)


def _kind(elder: Client, card: str) -> str:
    found = elder.get(f"wallet/{card}").json()["type"]
    return str(found["key"] if isinstance(found, dict) else found)
