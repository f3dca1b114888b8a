"""Faults of those who ask: the same request many times, keys used wrongly, and requests that try to say too much."""

from concurrent.futures import ThreadPoolExecutor

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, problem, site, told
from govsim.lab.trial import Trial

AT_ONCE = 50
COUNT = "SELECT count(*) FROM approvals_application"


@fault("F21", "同一幂等键并发五十次", "one request fifty times at once, with one key")
def retry_storm(trial: Trial) -> None:
    """Fifty clients send the same submission with the same Idempotency-Key: one row, one number."""
    town = site(trial)
    clients = [town.person(0) for _ in range(AT_ONCE)]
    trial.break_()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda each: each.post("applications", ALLOWANCE, key="storm"), clients))
    first = [each for each in answers if each.status_code == 202]
    repeated = sum("idempotent-replayed" in each.headers or each.status_code == 409 for each in answers)
    trial.reached(f"{AT_ONCE} sent, {repeated} answered as repetitions", unless=repeated != AT_ONCE - 1)
    numbers = {each.json()["number"] for each in first}
    trial.hold("one number is told", len(numbers) == 1, found=numbers)
    trial.hold("one row is stored", town.one(COUNT) == 1)
    others = [told(each) for each in answers if each.status_code != 202 and not problem(each, 409)]
    trial.hold("the others get the answer of the first, or 409", not others, found=others[:1])
    again = clients[0].post("applications", ALLOWANCE, key="storm")
    trial.hold("so does who comes late", again.json()["number"] in numbers)
    trial.recovered(town.idle)
    trial.verify(town.lab)


@fault("F22", "同一幂等键、不同内容", "the key of one request on another")
def key_reused(trial: Trial) -> None:
    """The second request is refused with 422 and changes nothing; the first answer stays what it was."""
    town = site(trial, workers=False)
    elder = town.person(0)
    first = elder.post("applications", ALLOWANCE, key="k")
    other = elder.post("applications", {**ALLOWANCE, "human_route": True}, key="k")
    trial.reached("the key was sent with two bodies", unless=first.status_code != 202)
    trial.hold("the other body is refused", problem(other, 422), found=told(other))
    trial.hold("nothing is stored for it", town.one(COUNT) == 1)
    again = elder.post("applications", ALLOWANCE, key="k")
    trial.hold("the first answer is repeated", again.json() == first.json(), found=told(again))
    trial.hold("what makes something needs a key", problem(elder.http.post(
        "/api/v1/applications", json=ALLOWANCE, headers={"Authorization": f"Bearer {elder.token}"}), 400))  # fmt: skip
    trial.verify(town.lab)


@fault("F23", "使用他人的幂等键", "somebody else's key")
def foreign_key(trial: Trial) -> None:
    """Keys belong to a user and a route: two users with one key make two rows, and neither sees the other's."""
    town = site(trial, workers=False)
    mine, theirs = (town.person(place).post("applications", ALLOWANCE, key="k") for place in (0, 1))
    numbers = {each.json()["number"] for each in (mine, theirs)}
    trial.reached("two users sent one key", unless=(mine.status_code, theirs.status_code) != (202, 202))
    trial.hold("each has a row of their own", len(numbers) == 2 == town.one(COUNT), found=numbers)
    answer = town.person(1).get(mine.headers["location"])
    trial.hold("and sees only that", problem(answer, 404), found=told(answer))
    trial.verify(town.lab)


@fault("F45", "越权赋值", "requests that set what is not theirs to set")
def mass_assignment(trial: Trial) -> None:
    """State, world, applicant and outcome in a body are refused by name, and nothing changes."""
    town = site(trial, workers=False)
    elder, stranger = town.person(0), town.told["people"][1]["number"]
    wanted = {
        "state": "granted", "applicant": stranger, "owner": 2, "world": 1, "version": 99, "number": "1",
        "decision": {"outcome": "granted"}, "claim": "x", "due_at": None, "department": "sz.tax",
    }  # fmt: skip
    refused = [elder.post("applications", {**ALLOWANCE, name: each}) for name, each in wanted.items()]
    trial.reached(f"{len(wanted)} fields were sent that are not the applicant's")
    wrong = [told(each) for each in refused if not problem(each, 400, 422)]
    trial.hold("each is refused on a new application", not wrong, found=wrong)
    trial.hold("nothing is stored", town.one(COUNT) == 0)
    draft = elder.post("applications", {**ALLOWANCE, "draft": True, "form": ALLOWANCE["form"]})
    address = draft.headers["location"]
    before = town.rows("SELECT state, version, applicant, department FROM approvals_application")
    answers = [elder.send("PUT", address, {"form": {}, name: each}) for name, each in wanted.items()]
    answers += [elder.send("PATCH", address, {"state": "granted"})]
    answers += [elder.post(f"{address}/submit", {"form": ALLOWANCE["form"], "consent": True, "state": "granted"})]
    answers += [elder.post("applications/batch", {"applications": [{**ALLOWANCE, "state": "granted"}]})]
    wrong = [told(each) for each in answers if not problem(each, 400, 405, 422)]
    trial.hold("each is refused on a draft, a verb and a batch", not wrong, found=wrong)
    after = town.rows("SELECT state, version, applicant, department FROM approvals_application")
    trial.hold("the draft is what it was", before == after, found=after)
    trial.verify(town.lab)
