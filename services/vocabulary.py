"""Code lists of service items with their words (GB/T 39046-2020 Annex A; domain.md §C.6, §B.4, §E.4). Pure."""

from typing import Final

from govsim.core.codes.items import EXERCISE_LEVELS as EXERCISE_LEVELS
from govsim.core.codes.items import ITEM_TYPES as ITEM_TYPES

type Words = dict[str, tuple[str, str]]  # code: (zh, en)

SERVICE_OBJECTS: Final[Words] = {
    "1": ("自然人", "natural person"),
    "2": ("企业法人", "enterprise"),
    "3": ("事业法人", "public institution"),
    "4": ("社会组织法人", "social organisation"),
    "5": ("行政机关", "government organ"),
    "6": ("其他", "other"),
}
CASE_TYPES: Final[Words] = {"immediate": ("即办件", "immediate"), "promised": ("承诺件", "promised")}
CASE_TYPE_CODES: Final = {"immediate": "1", "promised": "2"}  # 办件类型
DEPTHS: Final[Words] = {  # 网上办理深度, shallow to deep
    "consult": ("互联网咨询", "consult online"),
    "receive": ("互联网收件", "receive online"),
    "precheck": ("互联网预审", "pre-check online"),
    "accept": ("互联网受理", "accept online"),
    "handle": ("互联网办理", "handle online"),
    "result": ("互联网办理结果信息反馈", "result online"),
    "certificate": ("互联网电子证照反馈", "e-certificate online"),
}
APPLIED_ONLINE: Final = frozenset({"receive", "precheck", "accept", "handle", "result", "certificate"})
FULLY_ONLINE: Final = frozenset({"result", "certificate"})  # 全程网办, which forces 0 visits
CHANNELS: Final[Words] = {
    "web": ("网页", "web"),
    "mobile": ("手机", "mobile"),
    "kiosk": ("自助终端", "kiosk"),
    "window": ("窗口", "window"),
    "post": ("邮寄", "post"),
    "zone": ("境外专区", "zone abroad"),
}
REPLACE_MODES: Final[Words] = {  # 免证办 (§B.4)
    "certificate": ("电子证照", "e-certificate"),
    "data": ("数据共享核验", "data check"),
    "commitment": ("告知承诺", "written commitment"),
    "assist": ("部门间协查", "department assistance"),
    "upload": ("上传", "upload"),
}
ROUTES: Final[Words] = {
    "instant": ("秒批", "instant approval"),
    "desk": ("部门席位办理", "department desk"),
    "manual": ("人工审批", "manual approval"),
}
SUBJECTS: Final[Words] = {"person": ("个人", "person"), "firm": ("企业", "firm")}
FIELD_TYPES: Final = ("text", "choice", "date", "money", "int", "bool", "list")
FACT_TYPES: Final = ("bool", "int", "text", "date", "choice", "choices")
RESULT_TYPES: Final = ("bool", "int", "text", "date", "money")
ABSENCES: Final = ("unknown", "none")
