"""Forged and twisted tokens (F48, F49): each is refused, each for its own reason."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from certificates import sdjwt
from certificates.verdicts import REASONS

KEY = ECKey.generate_key("P-256")
OTHER = ECKey.generate_key("P-256")
SIGNER = sdjwt.Signer(KEY, "k1")
HIDDEN = {"holder_name": "陈样甲", "number": "SIM018", "city": "深圳市"}


def keys(kid):
    return KEY if kid == "k1" else None


def plain(wall, **changes):
    now = int(wall.timestamp())
    return {"iss": "https://example.com/w/demo-1", "vct": "urn:t", "iat": now, "exp": now + 60, **changes}


def b64(data):
    return (
        base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()
    )


def disclosure(*parts):
    return b64(list(parts))


def token_of(payload, *disclosures, header=None, key=KEY, typ="dc+sd-jwt"):
    """A token with any content at all, signed as one likes."""
    head = {"alg": "ES256", "typ": typ, "kid": "k1", **(header or {})}
    message = f"{b64(head)}.{b64(payload)}"
    signature = jws.default_registry.get_alg("ES256").sign(message.encode(), key)
    return "~".join((f"{message}.{b64(signature)}", *disclosures, ""))


@pytest.fixture
def token(wall):
    return sdjwt.issue(plain(wall), HIDDEN, signer=SIGNER)


def reason_of(token, wall, **asked):
    with pytest.raises(sdjwt.TokenRefused) as refusal:
        sdjwt.verify(token, keys=keys, wall=wall, **asked)
    assert refusal.value.reason in REASONS
    return refusal.value.reason


def test_an_honest_token_says_what_was_issued(token, wall):
    content = sdjwt.verify(token, keys=keys, wall=wall)
    assert {name: content.claims[name] for name in HIDDEN} == HIDDEN
    assert content.disclosed == set(HIDDEN)
    assert "_sd" not in content.claims
    assert not content.bound


def test_a_presentation_shows_only_what_it_names(token, wall):
    content = sdjwt.verify(sdjwt.present(token, {"city"}), keys=keys, wall=wall)
    assert content.disclosed == {"city"}
    assert "holder_name" not in content.claims


def test_two_tokens_of_one_content_have_nothing_in_common(wall):
    first, second = (sdjwt.issue(plain(wall), HIDDEN, signer=SIGNER).split("~")[1:-1] for _ in range(2))
    assert not set(first) & set(second)


@pytest.mark.parametrize("name", ["exp", "status", "_sd", "...", "iss"])
def test_what_validity_hangs_on_cannot_be_hidden(wall, name):
    with pytest.raises(ValueError, match="cannot be hidden"):
        sdjwt.issue(plain(wall), {name: 1}, signer=SIGNER)


def parts(token):
    signed, *rest = token.split("~")
    return signed.split("."), rest


def with_signed(token, head, body, signature):
    return "~".join((f"{head}.{body}.{signature}", *parts(token)[1]))


def flip(text):
    raw = bytearray(sdjwt.decode(text))
    raw[len(raw) // 2] ^= 1
    return b64(bytes(raw))


def hs256(token):
    """The classic: sign with the public key as if it were a shared secret."""
    (_, body, _), _ = parts(token)
    secret = KEY.as_pem(private=False)
    message = f"{b64({'alg': 'HS256', 'typ': 'dc+sd-jwt', 'kid': 'k1'})}.{body}"
    mac = hmac.new(secret, message.encode(), hashlib.sha256).digest()
    return "~".join((f"{message}.{b64(mac)}", *parts(token)[1]))


def without_signature(token):
    (_, body, _), _ = parts(token)
    return with_signed(token, b64({"alg": "none", "typ": "dc+sd-jwt", "kid": "k1"}), body, "")


FORGED = {
    "a bit of the content flipped": (
        "bad_signature",
        lambda t, w: with_signed(t, parts(t)[0][0], flip(parts(t)[0][1]), parts(t)[0][2]),
    ),
    "a bit of the signature flipped": (
        "bad_signature",
        lambda t, w: with_signed(t, *parts(t)[0][:2], flip(parts(t)[0][2])),
    ),
    "signed by another key": ("bad_signature", lambda t, w: token_of(plain(w), key=OTHER)),
    "signature cut off": ("bad_signature", lambda t, w: with_signed(t, *parts(t)[0][:2], "")),
    "alg none": ("alg_none", lambda t, w: without_signature(t)),
    "alg nOnE": ("alg_none", lambda t, w: token_of(plain(w), header={"alg": "nOnE"})),
    "HS256 with the public key": ("alg_symmetric", lambda t, w: hs256(t)),
    "another algorithm": ("alg_not_allowed", lambda t, w: token_of(plain(w), header={"alg": "ES384"})),
    "an algorithm that is no text": ("alg_not_allowed", lambda t, w: token_of(plain(w), header={"alg": ["ES256"]})),
    "brings its own key": (
        "key_in_header",
        lambda t, w: token_of(plain(w), header={"jwk": OTHER.as_dict(private=False)}, key=OTHER),
    ),
    "says where its key is": (
        "key_in_header",
        lambda t, w: token_of(plain(w), header={"jku": "https://example.com/k"}, key=OTHER),
    ),
    "brings a chain": ("key_in_header", lambda t, w: token_of(plain(w), header={"x5c": ["AA"]}, key=OTHER)),
    "a key nobody knows": ("kid_unknown", lambda t, w: token_of(plain(w), header={"kid": "../../etc/passwd"})),
    "no key named": ("kid_missing", lambda t, w: token_of(plain(w), header={"kid": None})),
    "unknown crit": ("crit_unknown", lambda t, w: token_of(plain(w), header={"crit": ["exp"], "exp": 1})),
    "payload not encoded": ("crit_unknown", lambda t, w: token_of(plain(w), header={"b64": False})),
    "wrong typ": ("wrong_typ", lambda t, w: token_of(plain(w), typ="JWT")),
    "no typ": ("wrong_typ", lambda t, w: token_of(plain(w), typ=None)),
    "expired": ("token_expired", lambda t, w: token_of(plain(w, exp=int(w.timestamp()) - 61))),
    "from the future": ("issued_in_future", lambda t, w: token_of(plain(w, iat=int(w.timestamp()) + 120))),
    "not yet in use": ("token_not_yet", lambda t, w: token_of(plain(w, nbf=int(w.timestamp()) + 120))),
    "no end": ("claims_missing", lambda t, w: token_of({k: v for k, v in plain(w).items() if k != "exp"})),
    "an end that is no number": ("claims_missing", lambda t, w: token_of(plain(w, exp="never"))),
    "an end that is true": ("claims_missing", lambda t, w: token_of(plain(w, exp=True))),
    "no type": ("claims_missing", lambda t, w: token_of({k: v for k, v in plain(w).items() if k != "vct"})),
    "not a token": ("not_a_token", lambda t, w: "hello"),
    "two dots only": ("not_a_token", lambda t, w: "a.b.c"),
    "Chinese": ("not_a_token", lambda t, w: "证.照.一~"),
    "too large": ("too_large", lambda t, w: t + "A" * sdjwt.MAX_BYTES + "~"),
    "too many disclosures": ("too_large", lambda t, w: t + "A~" * 70),
    "padding": ("bad_base64", lambda t, w: with_signed(t, parts(t)[0][0] + "=", *parts(t)[0][1:])),
    "spare bits": ("bad_base64", lambda t, w: with_signed(t, *parts(t)[0][:2], "e31")),
    "header is a list": ("bad_json", lambda t, w: with_signed(t, b64([]), *parts(t)[0][1:])),
    "header is not JSON": ("bad_json", lambda t, w: with_signed(t, b64(b"{"), *parts(t)[0][1:])),
    "a claim twice": (
        "duplicate_claim",
        lambda t, w: with_signed(t, b64(b'{"alg":"none","alg":"ES256"}'), *parts(t)[0][1:]),
    ),
    "infinite": ("bad_json", lambda t, w: with_signed(t, b64(b'{"alg":Infinity}'), *parts(t)[0][1:])),
    "header nested 10,000 deep": ("too_deep", lambda t, w: with_signed(t, b64(b"[" * 10_000), *parts(t)[0][1:])),
    "content nested deeply": ("too_deep", lambda t, w: token_of(plain(w, a=json.loads("[" * 20 + "]" * 20)))),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_token_is_refused(forgery, token, wall):
    reason, forge = FORGED[forgery]
    assert reason_of(forge(token, wall), wall) == reason


A = disclosure("salt", "city", "深圳市")
NAMED_SD = disclosure("salt", "_sd", ["x"])
NAMED_DOTS = disclosure("salt", "...", "x")
OVERWRITES = disclosure("salt", "iss", "https://evil.example.com")
HIDES = disclosure("salt", "nbf", 1)
ITEM = disclosure("salt", "item")
DEEP = disclosure("salt", "deep", json.loads("[" * 12 + "]" * 12))
INNER = disclosure("salt", "inner", 1)
NESTED = disclosure("salt", "outer", {"_sd": [sdjwt.digest(INNER)]})

TWISTED = {
    "a disclosure altered": (
        "disclosure_altered",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(A)]), disclosure("salt", "city", "江门市")),
    ),
    "a disclosure appended": (
        "disclosure_appended",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(A)]), A, disclosure("s", "rank", "boss")),
    ),
    "one disclosure twice": ("disclosure_duplicate", lambda w: token_of(plain(w, _sd=[sdjwt.digest(A)]), A, A)),
    "one digest twice": ("digest_duplicate", lambda w: token_of(plain(w, _sd=[sdjwt.digest(A)] * 2), A)),
    "one digest in two places": (
        "digest_duplicate",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(A)], x={"_sd": [sdjwt.digest(A)]}), A),
    ),
    "a claim named _sd": ("claim_name_forbidden", lambda w: token_of(plain(w, _sd=[sdjwt.digest(NAMED_SD)]), NAMED_SD)),
    "a claim named ...": (
        "claim_name_forbidden",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(NAMED_DOTS)]), NAMED_DOTS),
    ),
    "... outside a list": ("claim_name_forbidden", lambda w: token_of(plain(w, x={"...": "y"}))),
    "... beside something": ("claim_name_forbidden", lambda w: token_of(plain(w, x=[{"...": "y", "z": 1}]))),
    "overwrites a claim": (
        "claim_overwritten",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(OVERWRITES)]), OVERWRITES),
    ),
    "hides what must be plain": ("claim_must_be_plain", lambda w: token_of(plain(w, _sd=[sdjwt.digest(HIDES)]), HIDES)),
    "unknown _sd_alg": ("sd_alg_unknown", lambda w: token_of(plain(w, _sd_alg="md5"))),
    "_sd is not a list": ("disclosure_malformed", lambda w: token_of(plain(w, _sd="x"))),
    "a digest that is no text": ("disclosure_malformed", lambda w: token_of(plain(w, _sd=[1]))),
    "two parts where three belong": (
        "disclosure_malformed",
        lambda w: token_of(plain(w, _sd=[sdjwt.digest(ITEM)]), ITEM),
    ),
    "four parts": ("disclosure_malformed", lambda w: token_of(plain(w), disclosure("s", "a", 1, 2))),
    "a name that is no text": ("disclosure_malformed", lambda w: token_of(plain(w), disclosure("s", 1, 2))),
    "a disclosure that is no JSON": ("bad_json", lambda w: token_of(plain(w), b64(b"["))),
    "an empty disclosure": ("bad_base64", lambda w: token_of(plain(w), "")),
    "nested deeply": ("too_deep", lambda w: token_of(plain(w, _sd=[sdjwt.digest(DEEP)]), DEEP)),
    "an inner one without its outer": ("disclosure_appended", lambda w: token_of(plain(w), INNER)),
}


@pytest.mark.parametrize("trick", TWISTED)
def test_a_twisted_disclosure_is_refused(trick, wall):
    reason, twist = TWISTED[trick]
    assert reason_of(twist(wall), wall) == reason


def test_nested_and_list_disclosures_are_put_back(wall):
    payload = plain(
        wall, _sd=[sdjwt.digest(NESTED), "decoy"], seals=["公章", {"...": sdjwt.digest(ITEM)}, {"...": "gone"}]
    )
    content = sdjwt.verify(token_of(payload, NESTED, INNER, ITEM), keys=keys, wall=wall)
    assert content.claims["outer"] == {"inner": 1}
    assert content.claims["seals"] == ["公章", "item"]


HOLDER = sdjwt.Signer(ECKey.generate_key("P-256"), "holder")


@pytest.fixture
def bound(wall):
    return sdjwt.issue(plain(wall), HIDDEN, signer=SIGNER, holder=HOLDER.key.as_dict(private=False))


def test_the_holder_confirms_a_presentation(bound, wall):
    shown = sdjwt.bind(sdjwt.present(bound, {"city"}), signer=HOLDER, nonce="n", audience="window", wall=wall)
    assert sdjwt.verify(shown, keys=keys, wall=wall, nonce="n", audience="window").bound


def bindings(bound, wall):
    old, soon = wall - timedelta(minutes=10), wall + timedelta(minutes=10)
    thief = sdjwt.Signer(OTHER, "holder")
    good = {"signer": HOLDER, "nonce": "n", "audience": "window", "wall": wall}
    less = sdjwt.present(bound, {"city"})
    confirmed = sdjwt.bind(bound, **good)
    claims = {"iat": int(wall.timestamp()), "aud": "window", "nonce": "n", "sd_hash": sdjwt.digest(bound)}
    return {
        "binding_missing": bound,
        "binding_other_nonce": sdjwt.bind(bound, **{**good, "nonce": "older"}),
        "binding_other_audience": sdjwt.bind(bound, **{**good, "audience": "bank"}),
        "binding_stale": sdjwt.bind(bound, **{**good, "wall": old}),
        "binding_stale ahead": sdjwt.bind(bound, **{**good, "wall": soon}),
        "binding_bad_signature": sdjwt.bind(bound, **{**good, "signer": thief}),
        "binding_other_content": less + confirmed.rpartition("~")[2],
        "binding_wrong_typ": bound + HOLDER.compact(claims, "jwt"),
        "binding_malformed": bound + "x.y",
        "binding_malformed no time": bound + HOLDER.compact({**claims, "iat": True}, "kb+jwt"),
    }


@pytest.mark.parametrize("asked", [{"nonce": "n", "audience": "window"}])
def test_a_replayed_or_stolen_confirmation_is_refused(bound, wall, asked):
    for name, shown in bindings(bound, wall).items():
        assert reason_of(shown, wall, **asked) == name.split()[0], name


def test_a_confirmation_is_checked_even_when_nobody_asked_for_it(bound, wall):
    forged = sdjwt.bind(bound, signer=sdjwt.Signer(OTHER, "x"), nonce="n", audience="window", wall=wall)
    assert reason_of(forged, wall) == "binding_bad_signature"


@pytest.mark.parametrize(
    ("cnf", "reason"),
    [
        (None, "binding_without_key"),
        ({"jwk": "x"}, "binding_without_key"),
        ({"jwk": {**OTHER.as_dict(private=True)}}, "binding_malformed"),
        ({"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}, "binding_malformed"),
        ({"jwk": {"kty": "oct", "k": "AA"}}, "binding_malformed"),
    ],
)
def test_a_holder_key_that_is_none_proves_nothing(wall, cnf, reason):
    token = token_of(plain(wall, cnf=cnf))
    shown = sdjwt.bind(token, signer=HOLDER, nonce="n", audience="window", wall=wall)
    assert reason_of(shown, wall) == reason
