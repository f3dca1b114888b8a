"""Verifying on a page: every kind of rubbish gets a verdict or a sentence, never an error of the server."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from certificates import actions, queries, sdjwt, verdicts
from certificates.queries import keys
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.exchange.queries import PersonView
from tests.pages.browser import Page
from tests.pages.conftest import visit

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def card(town: World, elder: PersonView) -> queries.Held:
    """The elder's identity card."""
    held = queries.wallet(town, elder.number, at=clock.now(town))
    return next(each for each in held if each.type_key == "resident_identity_card")


@pytest.fixture
def token(town: World, card: queries.Held) -> str:
    return actions.sign_on_first_use(world=town, identifier=card.identifier)


def ask(presented: str, status: int = 200) -> Page:
    """Paste something and return the page that answers."""
    stranger = visit()
    return stranger.send(stranger.get(reverse("verify")).form("/verify").put("presented", presented), status=status)


def results(page: Page) -> list[str]:
    """Return how each check went, in order."""
    return [each.attrs["data-r"] for each in page.elements if "data-r" in each.attrs]


def test_every_check_is_a_row(card: queries.Held, token: str) -> None:
    assert results(ask(card.identifier)) == ["passed"] * 4
    found = results(ask(token))
    assert found.count("passed") == 9
    assert found.count("absent") == 1  # nobody asked the holder to confirm


def test_the_check_that_failed_is_named_and_the_rest_is_skipped(token: str) -> None:
    head, body, rest = token.split(".", 2)
    altered = ".".join((head, body, ("A" if rest[0] != "A" else "B") + rest[1:]))
    page = ask(altered)
    assert results(page)[:3] == ["passed", "passed", "failed"]
    assert set(results(page)[3:]) == {"skipped"}
    assert "签名不符" in page.text


def test_every_reason_belongs_to_one_check() -> None:
    for reason in verdicts.REASONS:
        made = verdicts.checks(reason, of_token=True, bound=True)
        failed = [each.key for each in made if each.result == verdicts.FAILED]
        assert len(failed) == (reason != "valid"), reason


def test_the_address_in_a_code_is_understood(town: World, card: queries.Held) -> None:
    address = queries.verification_address(town, card.identifier)
    assert "证照有效" in ask(address).text
    assert "证照有效" in ask(address.replace("http://", "https://elsewhere.example@", 1)).text
    assert "没有这个模拟世界" in ask(address.replace(worlds.address(town), "none-1"), status=422).text


def test_a_text_file_is_read_and_others_are_refused(town: World, card: queries.Held, token: str) -> None:
    client = visit().client

    def send(content: bytes) -> tuple[int, Page]:
        answer = client.post(reverse("verify"), {"presented": "", "file": SimpleUploadedFile("x", content)})
        return answer.status_code, Page(answer.content.decode())

    status, page = send(token.encode() + b"\n")
    assert status == 200
    assert "证照有效" in page.text
    for odd in (b"", b"\x89PNG\r\n\x1a\n\x00\xff", b"\x00\x01", b"x" * (sdjwt.MAX_BYTES + 1)):
        status, page = send(odd)
        assert status == 422
        assert {"#file", "#presented"} & set(page.links)


NASTY = (
    "~", "~~~~", ".~.", "..", "a.b.c", "a.b.c~", "e30.e30.e30~", "eyJhbGciOiJub25lIn0.e30.~", "\x00", "\ud7ff", "😀~😀",
    "1.2.156.3005.2.", "1.2.156.3005.2.11440399MN1000022E001.11440399MN1000022E.20190424IBCXEIIOOC93.001.X",
    "http://x/w/none-1/verify/1", "http://x/w/-/verify/1", "http://x/w/none-99999999999999999999999/verify/1",
    "http://x/w/test-1/shown/x", "http://x/w/test-1/shown/%00", "http://x/w/test-1/verify/%2e%2e",
    "eyJhbGciOiJFUzI1NiJ9." + "A" * 30_000 + ".A~", "[" * 5000, '{"a":' * 500, "' OR 1=1 --", "{{ 7*7 }}", "%s%n",
    "<script>alert(1)</script>", "٣" * 40, "A" * 200_000,
)  # fmt: skip


@pytest.mark.parametrize("odd", NASTY, ids=range(len(NASTY)))
def test_rubbish_gets_an_answer(town: World, odd: str) -> None:
    answer = visit().client.post(reverse("verify"), {"presented": odd}, follow=True)
    assert answer.status_code in ((400,) if "\0" in odd else (200, 422))
    text = answer.content.decode()
    assert "<script>alert" not in text
    assert "可以采信" not in Page(text).text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=some.text(max_size=300) | some.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){2}~.{0,40}"))
def test_any_text_gets_an_answer(town: World, odd: str) -> None:
    answer = visit().client.post(reverse("verify"), {"presented": odd}, follow=True)
    assert answer.status_code in ((400,) if "\0" in odd else (200, 422))


@pytest.mark.parametrize("change", ["status", "valid_from", "issuing_authority", "vct", "iss"])
def test_signed_rubbish_gets_an_answer(town: World, token: str, change: str) -> None:
    """Somebody with our key signs odd claims: a verdict that is not valid."""
    payload = json.loads(sdjwt.decode(token.split("~", maxsplit=1)[0].split(".")[1]))
    signer = keys.signer()
    for odd in (None, 7, "x", [], {"key": []}, {"status_list": []}, {"status_list": {"uri": 1, "idx": "x"}}):
        made = signer.compact({**payload, change: odd}, sdjwt.TYP) + "~"
        answer = visit().client.post(reverse("verify"), {"presented": made})
        assert answer.status_code == 200, (change, odd)
        assert "可以采信" not in Page(answer.content.decode()).text


def test_another_program_finds_what_it_needs(town: World) -> None:
    page = visit().get(reverse("verify"))
    metadata = next(each for each in page.links if "/.well-known/jwt-vc-issuer/" in each)
    answer = visit().client.get(metadata[metadata.index("/.well-known") :])
    assert answer.json()["jwks"]["keys"]
    assert answer.json()["issuer"] in page.text
    status = next(each for each in page.links if "/status-lists/" in each)
    assert visit().client.get(status[status.index("/w/") :]).status_code == 200


def test_a_check_takes_few_statements(town: World, card: queries.Held) -> None:
    client = visit().client
    with CaptureQueriesContext(connection) as seen:
        client.post(reverse("verify"), {"presented": card.identifier})
    assert len(seen) <= 8
