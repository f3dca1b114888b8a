"""Arrivals: the planned rate, the same for everybody with the same seed, independent of how many share them."""

import itertools
import statistics

import pytest

from govsim.load import LoadError, arrivals
from govsim.load.profile import DAY, SHAPES, Profile, shares


def applying(profile: Profile) -> list[float]:
    return [
        dict(each.steps)["submit"]
        for each in arrivals.sessions(profile)
        if each.persona in arrivals.SUBMITTING
    ]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_rate_is_that_of_the_applications(shape: str) -> None:
    profile = Profile(rate=100, seconds=60, warm_up=0, shape=shape)
    mean = statistics.fmean(arrivals.intensity(profile, at / 10) for at in range(600))
    assert len(applying(profile)) / 60 == pytest.approx(100 * mean, rel=0.05)


def test_arrivals_of_a_poisson_stream_are_independent() -> None:
    moments = sorted(each.steps[0][1] for each in arrivals.sessions(Profile(rate=200, seconds=60)))
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert statistics.stdev(gaps) == pytest.approx(statistics.fmean(gaps), rel=0.1)  # as of an exponential


def test_constant_arrivals_are_even() -> None:
    moments = [each.steps[0][1] for each in arrivals.sessions(Profile(rate=10, seconds=5, shape="constant"))]
    gaps = {round(later - earlier, 6) for earlier, later in itertools.pairwise(moments)}
    assert len(gaps) == 1


def test_a_day_has_its_peaks_and_its_lunch() -> None:
    profile = Profile(rate=300, seconds=90, warm_up=0, shape="day")
    hours = [0] * len(DAY)
    for each in arrivals.sessions(profile):
        hours[int(each.steps[0][1] / 10)] += 1
    assert hours.index(max(hours)) in (1, 5)
    assert min(hours[1:6]) == hours[3]


def test_the_same_seed_plans_the_same_whoever_shares_it() -> None:
    profile = Profile(rate=50, seconds=10, seed=7)
    whole = list(arrivals.sessions(profile))
    parted = itertools.chain(*(arrivals.sessions(profile, part=part, parts=3) for part in range(3)))
    assert sorted(parted, key=lambda each: each.number) == whole
    assert list(arrivals.sessions(Profile(rate=50, seconds=10, seed=8))) != whole


def test_steps_follow_each_other() -> None:
    for each in arrivals.sessions(Profile(rate=50, seconds=10)):
        moments = [at for _, at in each.steps]
        assert moments == sorted(moments)


@pytest.mark.parametrize(
    "wrong",
    [{"rate": 0}, {"seconds": 0}, {"shape": "wave"}, {"personas": {"reader": 1}}, {"personas": {"nobody": 1}},
     {"items": {"sz.old_age_allowance": -1}}, {"human": 2}],
)  # fmt: skip
def test_what_cannot_be_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(LoadError):
        Profile(**wrong)  # type: ignore[arg-type]


def test_shares_are_read() -> None:
    assert shares("applicant=0.5,careful") == {"applicant": 0.5, "careful": 1.0}
    with pytest.raises(LoadError):
        shares("applicant=many")
