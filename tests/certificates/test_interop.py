"""Programs that are not ours read our tokens: openvc-core judges a certificate and a status list."""

import pytest

from certificates import queries, sdjwt
from certificates.actions import sign_on_first_use
from certificates.queries import keys
from tests.certificates.conftest import AT

sd_jwt = pytest.importorskip("openvc.proof.sd_jwt")
status_issue = pytest.importorskip("openvc.status.issue")
token_status_list = pytest.importorskip("openvc.status.token_status_list")

pytestmark = pytest.mark.interop


@pytest.fixture
def public(card):
    return keys.trusted()[card.kid].as_dict(private=False)


def test_openvc_accepts_a_certificate(card, public):
    found = sd_jwt.SdJwtVcProofSuite().verify(
        card.token, public_key_jwk=public, expected_vct="urn:govsim:certificate:senior_citizen_card"
    )
    assert found.claims["holder_name"] == "陈样甲"
    assert found.claims["identifier"] == card.identifier
    assert not found.expired


def test_openvc_accepts_a_presentation_bound_to_its_holder(world, wall, card, public):
    from joserfc.jwk import ECKey

    holder = sdjwt.Signer(ECKey.generate_key("P-256"), "holder")
    token = sign_on_first_use(world=world, identifier=card.identifier, holder_key=holder.key.as_dict(private=False))
    shown = sdjwt.bind(sdjwt.present(token, {"city"}), signer=holder, nonce="n-1", audience="sz.civil", wall=wall)
    found = sd_jwt.SdJwtVcProofSuite().verify(
        shown, public_key_jwk=public, audience="sz.civil", nonce="n-1", require_key_binding=True
    )
    assert found.key_bound
    assert "holder_name" not in found.claims


def test_openvc_refuses_an_altered_certificate(card, public):
    with pytest.raises(Exception, match=r"."):
        sd_jwt.SdJwtVcProofSuite().verify(card.token.replace("~", "A~", 1), public_key_jwk=public)


def test_openvc_reads_the_status_list(world, wall, card, public):
    from certificates.actions import suspend
    from tests.certificates.conftest import OFFICER

    suspend(world=world, identifier=card.identifier, reason="核查", actor=OFFICER, at=AT)
    claims = status_issue.verify_status_list_token(
        queries.status_list_token(world, card.status_list, wall=wall),
        public_key_jwk=public,
        expected_uri=queries.status_list_address(world, card.status_list),
    )
    entry = claims["status_list"]
    raw = token_status_list.decode_status_list(entry["lst"])
    assert token_status_list.get_status(raw, card.status_index, bits=entry["bits"]) == 2
