"""Token Status List: the vectors of the draft, and lists that do not tell (F52)."""

import itertools
import zlib
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from certificates import sdjwt, status

URI = "https://example.com/w/demo-1/status-lists/1"


@pytest.fixture(scope="module")
def signer():
    return sdjwt.Signer(ECKey.generate_key("P-256"), "k1")


def keys_of(signer):
    return {signer.kid: signer.key}.get


def test_the_two_bit_vector_of_the_draft():
    statuses = dict(enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]))
    lst = status.pack(statuses, 12)
    assert status.unpack(lst) == bytes.fromhex("c944f9")
    assert status.unpack("eNo76fITAAPfAgc") == bytes.fromhex("c944f9")
    assert [status.pick(status.unpack(lst), index) for index in range(12)] == list(statuses.values())


def test_the_one_bit_vector_of_the_draft():
    data = status.unpack("eNrbuRgAAhcBXQ")
    assert [status.pick(data, index, 1) for index in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


def test_indexes_are_each_used_once_and_do_not_follow_the_order_of_issue():
    spread = [status.spread(counter, 7) for counter in range(status.CAPACITY)]
    assert len(set(spread)) == status.CAPACITY
    assert max(spread) < status.CAPACITY
    steps = {after - before for before, after in itertools.pairwise(spread[:500])}
    assert len(steps) > 450
    assert [status.spread(counter, 8) for counter in range(5)] != spread[:5]


def test_an_index_outside_the_list_cannot_be_written():
    with pytest.raises(ValueError, match="outside"):
        status.pack({12: 1}, 12)


def test_a_published_list_is_read_back(signer, wall):
    token = status.publish(URI, status.pack({5: status.SUSPENDED}), signer=signer, wall=wall)
    ask = {"uri": URI, "keys": keys_of(signer), "wall": wall}
    assert status.read(token, index=5, **ask) == status.SUSPENDED
    assert status.read(token, index=6, **ask) == status.VALID


def bomb():
    return sdjwt.encode(zlib.compress(bytes(status.MAX_LIST_BYTES * 50), 9))


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("status_list_expired", {"exp": -3600}),
        ("status_list_bad", {"iat": 3600}),
        ("status_list_swapped", {"sub": "https://example.com/other"}),
        ("status_index_outside", {"lst": status.pack({}, 4)}),
        ("status_list_too_large", {"lst": bomb()}),
        ("status_list_bad", {"lst": "eNrbuRg"}),
        ("status_list_bad", {"lst": "AAAA"}),
        ("status_list_bad", {"lst": "=="}),
        ("status_list_bad", {"lst": sdjwt.encode(zlib.compress(b"x") + b"more")}),
        ("status_list_bad", {"bits": 3}),
        ("status_list_bad", {"bits": True}),
        ("status_list_bad", {"status_list": None}),
    ],
)
def test_a_list_that_is_less_than_certain_says_unknown(signer, wall, reason, change):
    now = int(wall.timestamp())
    claims = {"sub": URI, "iat": now, "exp": now + 60, "status_list": {"bits": 2, "lst": status.pack({})}}
    for key, value in change.items():
        if key in ("bits", "lst"):
            claims["status_list"][key] = value
        else:
            claims[key] = now + value if key in ("iat", "exp") else value
    with pytest.raises(status.StatusUnknown) as unknown:
        status.read(signer.compact(claims, status.TYP), uri=URI, index=99, keys=keys_of(signer), wall=wall)
    assert unknown.value.reason == reason


def test_a_list_of_somebody_else_or_of_another_kind_says_unknown(signer, wall):
    other = sdjwt.Signer(ECKey.generate_key("P-256"), "k1")
    ask = {"uri": URI, "index": 1, "keys": keys_of(signer), "wall": wall}
    for token, reason in [
        (status.publish(URI, status.pack({}), signer=other, wall=wall), "status_list_forged"),
        (signer.compact({"iat": 1}, "jwt"), "status_list_bad"),
        ("x" * (2 * status.MAX_LIST_BYTES + 1), "status_list_too_large"),
        ("a.b", "status_list_bad"),
    ]:
        with pytest.raises(status.StatusUnknown) as unknown:
            status.read(token, **ask)
        assert unknown.value.reason == reason


def test_the_list_is_fresh_for_an_hour(signer, wall):
    token = status.publish(URI, status.pack({}), signer=signer, wall=wall)
    later = wall + timedelta(seconds=status.LIFE_SECONDS + sdjwt.jws.SKEW_SECONDS + 1)
    with pytest.raises(status.StatusUnknown, match="status_list_expired"):
        status.read(token, uri=URI, index=1, keys=keys_of(signer), wall=later)
