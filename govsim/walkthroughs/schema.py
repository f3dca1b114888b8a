"""Reading the packs of walk-throughs: YAML files under `packs/<city>/`, each a story over the public API (`story`).

Everything is checked when it is read; each complaint names file and line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from govsim.core import clock, yamlfile
from govsim.core.actors import OFFICERS, ROLES
from govsim.core.models import Department
from govsim.core.organisations import cities, departments
from govsim.walkthroughs.story import CUTS, MECHANISMS, PUBLIC, VERBS, WORLD_DEEDS, Pack, Role, Step, Words

PACKS: Final = Path(__file__).parent / "packs"
MATCHERS: Final = frozenset({"is", "not", "in", "contains", "at_least", "at_most", "matches", "exists", "count"})
_PACK: Final = {
    "name": True, "city": True, "row": True, "mechanism": True, "title": True, "aim": True, "minutes": True,
    "roles": True, "steps": True, "cast": False, "population": False, "starts_at": False, "settings": False,
    "staffed_by": False, "values": False,
}  # fmt: skip
_STEP: Final = {
    "title": True, "say": True, "do": True, "as": False, "body": False, "status": False, "save": False,
    "expect": False, "within_hours": False, "cut": False, "notes": False,
}  # fmt: skip
_ROLE: Final = {"key": True, "role": True, "name": True, "holder": False, "department": False}


@dataclass(frozen=True)
class Problem:
    """One complaint about a pack file."""

    file: Path
    line: int
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.zh} / {self.en}"


class BadPack(Exception):
    """A pack file with faults: `problems` has them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


class _Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, node: Any, key: Any, zh: str, en: str) -> None:
        self.problems.append(Problem(self.path, yamlfile.line(node, key), zh, en))

    def keys(self, node: Any, allowed: Mapping[str, bool], above: Any, key: Any) -> bool:
        """Say whether `node` is a mapping, complaining about keys that are unknown or missing."""
        if not isinstance(node, Mapping):
            self.wrong(above, key, "此处应为对象", "an object is expected here")
            return False
        for name in node:
            if name not in allowed:
                self.wrong(node, name, f"没有“{name}”这一项", f"there is no key “{name}”")
        missing = [name for name, needed in allowed.items() if needed and name not in node]
        if missing:
            self.wrong(above, key, f"缺少 {'、'.join(missing)}", f"missing: {', '.join(missing)}")
        return not missing

    def words(self, node: Any, key: str) -> Words:
        value = node.get(key)
        if not isinstance(value, Mapping) or set(value) != {"zh", "en"} or not all(map(str, value.values())):
            self.wrong(node, key, f"“{key}”应有中文 zh 和英文 en", f"“{key}” needs Chinese (zh) and English (en)")
            return Words("", "")
        return Words(str(value["zh"]).strip(), str(value["en"]).strip())

    def among(self, node: Any, key: str, allowed: Sequence[str] | frozenset[str]) -> str:
        value = str(node.get(key, ""))
        if value not in allowed:
            known = ", ".join(sorted(allowed))
            self.wrong(node, key, f"“{key}”不能是“{value}”，可用：{known}", f"{key} cannot be {value}; known: {known}")
        return value


def read(path: Path) -> Pack:
    """Return the pack in a file. Raises BadPack with every fault, each with its line."""
    try:
        node = yamlfile.load(path)
    except yamlfile.YamlError as error:
        raise BadPack([Problem(path, error.line, "不是有效的 YAML", error.problem)]) from error
    reader = _Reader(path)
    if not reader.keys(node, _PACK, node, None):
        raise BadPack(reader.problems)
    roles = _roles(reader, node)
    pack = Pack(
        name=str(node["name"]),
        path=path,
        city=reader.among(node, "city", frozenset(cities())),
        row=str(node["row"]),
        mechanism=reader.among(node, "mechanism", frozenset(MECHANISMS)),
        title=reader.words(node, "title"),
        aim=reader.words(node, "aim"),
        minutes=_whole(reader, node, "minutes", 1, 60),
        roles=roles,
        steps=_steps(reader, node, roles),
        cast=node.get("cast"),
        starts_at=_moment(reader, node),
        settings=yamlfile.plain(node.get("settings") or {}),
        staffed_by=_staff(reader, node),
        values=yamlfile.plain(node.get("values") or {}),
        **_population(reader, node),
    )
    if pack.name != path.stem:
        reader.wrong(node, "name", f"名称应与文件名一致：{path.stem}", f"it must be the file's name: {path.stem}")
    if path.parent.name != pack.city:
        reader.wrong(node, "city", "城市应与所在文件夹一致", "the city must be that of the folder")
    if reader.problems:
        raise BadPack(reader.problems)
    return pack


def packs(root: Path = PACKS) -> list[Pack]:
    """Return every pack under `root`, in a fixed order. Raises BadPack with the faults of all files."""
    found: list[Pack] = []
    problems: list[Problem] = []
    for path in sorted(root.glob("*/*.yaml")):
        try:
            found.append(read(path))
        except BadPack as bad:
            problems += bad.problems
    if problems:
        raise BadPack(problems)
    return found


def _whole(reader: _Reader, node: Any, key: str, low: int, high: int) -> int:
    value = node.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        reader.wrong(node, key, f"“{key}”应为 {low} 到 {high} 的整数", f"{key} must be a whole number, {low} to {high}")
        return low
    return int(value)


def _moment(reader: _Reader, node: Any) -> datetime:
    if "starts_at" not in node:
        return clock.DAWN
    try:
        return datetime.fromisoformat(str(node["starts_at"])).replace(tzinfo=clock.ZONE)
    except ValueError:
        reader.wrong(node, "starts_at", "应为时刻，如 2021-12-01T09:00", "a moment is expected: 2021-12-01T09:00")
        return clock.DAWN


def _population(reader: _Reader, node: Any) -> dict[str, int]:
    sizes = node.get("population")
    if sizes is None or not reader.keys(sizes, {"persons": True, "enterprises": True}, node, "population"):
        return {}
    return {key: _whole(reader, sizes, key, 1, 100_000) for key in ("persons", "enterprises")}


def _staff(reader: _Reader, node: Any) -> dict[str, str]:
    staffed = node.get("staffed_by") or {}
    for key in staffed:
        if key not in departments():
            reader.wrong(staffed, key, f"没有部门“{key}”", f"there is no department “{key}”")
        reader.among(staffed, key, Department.Staff.values)
    return {str(key): str(value) for key, value in staffed.items()}


def _roles(reader: _Reader, node: Any) -> dict[str, Role]:
    found: dict[str, Role] = {}
    listed = node["roles"]
    if not isinstance(listed, list):
        reader.wrong(node, "roles", "此处应为列表", "a list is expected here")
        return found
    for at, each in enumerate(listed):
        if not reader.keys(each, _ROLE, listed, at):
            continue
        role = Role(
            key=str(each["key"]),
            role=reader.among(each, "role", frozenset(ROLES)),
            name=reader.words(each, "name"),
            holder=str(each.get("holder", "")),
            department=str(each.get("department", "")),
        )
        if role.key in found or role.key == PUBLIC:
            reader.wrong(each, "key", f"“{role.key}”重复或已保留", f"“{role.key}” appears twice or is reserved")
        if role.role == "applicant" and not role.holder:
            reader.wrong(each, "role", "申请人须有 holder", "an applicant needs a holder")
        if role.role in OFFICERS and role.department not in departments():
            reader.wrong(each, "department", "工作人员须属于某个部门", "an officer needs a department")
        found[role.key] = role
    if not any(role.role == "trainer" for role in found.values()):
        reader.wrong(node, "roles", "须有一位培训教师，时钟由其推进", "a trainer is needed: it moves the clock")
    return found


def _steps(reader: _Reader, node: Any, roles: Mapping[str, Role]) -> list[Step]:
    listed = node["steps"]
    if not isinstance(listed, list) or not listed:
        reader.wrong(node, "steps", "此处应为列表", "a list is expected here")
        return []
    found = [_step(reader, listed, at, roles) for at in range(len(listed))]
    return [step for step in found if step is not None]


def _step(reader: _Reader, listed: Any, at: int, roles: Mapping[str, Role]) -> Step | None:
    each = listed[at]
    if not reader.keys(each, _STEP, listed, at):
        return None
    deed = each["do"]
    if not isinstance(deed, Mapping) or len(deed) != 1 or next(iter(deed)) not in VERBS + WORLD_DEEDS:
        known = ", ".join(VERBS + WORLD_DEEDS)
        reader.wrong(each, "do", f"do 应为一项，可用：{known}", f"do needs exactly one of: {known}")
        return None
    verb, target = next(iter(deed.items()))
    role = str(each.get("as", ""))
    if verb in VERBS:
        if role not in roles and role != PUBLIC:
            reader.wrong(each, "as", f"没有角色“{role}”", f"there is no role “{role}”")
        if not isinstance(target, str) or not target.startswith("/"):
            reader.wrong(deed, verb, "应为以 / 开头的接口路径", "an API path that begins with / is expected")
    if verb == "clock" and not _is_clock(target):
        reader.wrong(deed, verb, "应为 step，或 {until: 时刻}，或 {hours: 数}", "step, {until: moment} or {hours: n}")
    if "within_hours" in each and verb != "get":
        reader.wrong(each, "within_hours", "只有 get 可以等待", "only a get can wait")
    cut = each.get("cut", 10)
    if cut not in CUTS:
        reader.wrong(each, "cut", "cut 应为 3、10 或 30 分钟", "cut must be 3, 10 or 30 minutes")
    _expectations(reader, each)
    return Step(
        title=reader.words(each, "title"),
        say=reader.words(each, "say"),
        verb=str(verb),
        target=yamlfile.plain(target) if verb != "load" else target,
        line=yamlfile.line(listed, at),
        role=role,
        body=yamlfile.plain(each.get("body")),
        status=each.get("status"),
        save={str(key): str(value) for key, value in (each.get("save") or {}).items()},
        expect=yamlfile.plain(each.get("expect") or {}),
        within_hours=float(each.get("within_hours", 0)),
        cut=cut,
        notes=reader.words(each, "notes") if "notes" in each else None,
    )


def _is_clock(target: Any) -> bool:
    return target == "step" or (isinstance(target, Mapping) and set(target) in ({"until"}, {"hours"}))


def _expectations(reader: _Reader, step: Any) -> None:
    for key in ("expect", "save"):
        if not isinstance(step.get(key) or {}, Mapping):
            reader.wrong(step, key, "此处应为对象", "an object is expected here")
            return
    expect = step.get("expect") or {}
    for path, wanted in expect.items():
        if isinstance(wanted, Mapping) and not set(wanted) <= MATCHERS:
            known = ", ".join(sorted(MATCHERS))
            reader.wrong(expect, path, f"比较方式可用：{known}", f"ways to compare: {known}")
