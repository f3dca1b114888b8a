"""The signing key: proved when loaded, refused when it is not ours (F32), changed without losing old certificates."""

import json

import pytest

from certificates import queries
from certificates.actions import issue, rotate_key
from certificates.models import Certificate
from certificates.queries import keys
from tests.certificates.conftest import AT, a_request, issue_now


@pytest.fixture
def file(installation):
    keys.signer()
    return installation / "secrets" / keys.SIGNING_FILE


def other_key(file):
    file.write_bytes(keys.new_key())


def same_name_other_key(file):
    """Somebody else's key under the kid of ours: only a test signature tells."""
    kid = json.loads(file.read_bytes())["kid"]
    file.write_bytes(json.dumps({**json.loads(keys.new_key()), "kid": kid}).encode())


def public_half(file):
    key = json.loads(file.read_bytes())
    del key["d"]
    file.write_bytes(json.dumps(key).encode())


def other_curve(file):
    from joserfc.jwk import ECKey

    file.write_bytes(json.dumps({**ECKey.generate_key("P-384").as_dict(private=True), "kid": "x"}).encode())


BROKEN = {
    "another key": other_key,
    "another key under our name": same_name_other_key,
    "the public half only": public_half,
    "another algorithm": other_curve,
    "gone": lambda file: file.unlink(),
    "not JSON": lambda file: file.write_text("x"),
    "a directory": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_nothing_is_issued_with_a_wrong_key(world, wall, file, fault):
    BROKEN[fault](file)
    with pytest.raises(issue.SigningFailed) as failure:
        issue.prepare(world, [a_request()], at=AT, wall=wall)
    assert (failure.value.code, failure.value.retry_after) == ("signing_failed", 60)
    assert not Certificate.objects.exists()


def test_a_damaged_trust_list_stops_issuing_and_trusts_nobody(world, wall, card, installation):
    (installation / "secrets" / keys.TRUSTED_FILE).write_text("{}")
    with pytest.raises(issue.SigningFailed):
        issue.prepare(world, [a_request(case_number="2")], at=AT, wall=wall)
    assert keys.trusted() == {}
    assert queries.verify(card.token, world=world, at=AT, wall=wall).reason == "kid_unknown"


def test_a_signature_that_does_not_verify_holds_the_whole_batch(world, wall, file, monkeypatch):
    real = issue.sign

    def bad_sign(row, **asked):
        real(row, **asked)
        row.token = row.token.replace("~", "A~", 1)

    monkeypatch.setattr(issue, "sign", bad_sign)
    with pytest.raises(issue.SigningFailed, match="复验"):
        issue.prepare(world, [a_request(), a_request(case_number="2")], at=AT, wall=wall)
    assert not Certificate.objects.exists()


def test_issuing_goes_on_when_the_key_is_back(world, wall, file):
    good = file.read_bytes()
    file.write_text("x")
    with pytest.raises(issue.SigningFailed):
        issue.prepare(world, [a_request()], at=AT, wall=wall)
    file.write_bytes(good)
    assert issue_now(world, wall)


def test_old_certificates_stay_good_after_a_change_of_key(world, wall, card, installation):
    before = keys.signer().kid
    after = rotate_key()
    assert after != before
    assert keys.signer().kid == after
    [new] = issue_now(world, wall, a_request(case_number="2"))
    assert new.row.kid == after
    for token in (card.token, new.row.token):
        assert queries.verify(token, world=world, at=AT, wall=wall).code == "VALID"
    published = queries.jwks()["keys"]
    assert [key["kid"] for key in published] == [before, after]
    assert not any("d" in key for key in published)
    assert (installation / "secrets" / keys.SIGNING_FILE).stat().st_mode & 0o077 == 0


def test_the_metadata_of_the_issuer_has_its_address_and_keys(world, file):
    found = queries.issuer_metadata(world, "https://example.com")
    assert found["issuer"] == "https://example.com/w/classroom-1"
    assert [key["kid"] for key in found["jwks"]["keys"]] == [keys.signer().kid]
