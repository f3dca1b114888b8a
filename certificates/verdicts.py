"""What a verification answers: one code, a distinct reason, and a sentence that a citizen understands. Pure.

`code` is one of thirteen and says what to do; `reason` says exactly what was found (reliability.md F48 to F52).
Only VALID may be relied on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

VALID = "VALID"
EXPIRED = "EXPIRED"
NOT_YET_VALID = "NOT_YET_VALID"
REVOKED = "REVOKED"
SUSPENDED = "SUSPENDED"
CANCELLED = "CANCELLED"
SUPERSEDED = "SUPERSEDED"
BAD_SIGNATURE = "BAD_SIGNATURE"
UNTRUSTED_ISSUER = "UNTRUSTED_ISSUER"
MALFORMED = "MALFORMED"
WRONG_TYPE = "WRONG_TYPE"
STATUS_UNKNOWN = "STATUS_UNKNOWN"
NOT_FOUND = "NOT_FOUND"

# reason: (code, Chinese sentence, English sentence)
REASONS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        # the certificate itself
        "valid": (VALID, "证照有效", "The certificate is valid"),
        "expired": (EXPIRED, "证照已过有效期", "The certificate has expired"),
        "not_yet_valid": (NOT_YET_VALID, "证照尚未生效", "The certificate is not valid yet"),
        "revoked": (REVOKED, "证照已被发证机关吊销或撤销", "The issuer has revoked the certificate"),
        "suspended": (SUSPENDED, "证照被暂扣，目前不能使用", "The certificate is suspended and cannot be used now"),
        "cancelled": (CANCELLED, "证照已注销", "The certificate has been cancelled"),
        "superseded": (SUPERSEDED, "证照已换发新版本，请出示新证", "A newer version has replaced the certificate"),
        "not_found": (NOT_FOUND, "没有查到这个证照", "No such certificate was found"),
        "other_holder": (NOT_FOUND, "申请人名下没有这个证照", "The applicant holds no such certificate"),
        "wrong_type": (WRONG_TYPE, "证照不是所需的种类", "It is not the kind of certificate that is needed"),
        # the identifier
        "identifier_malformed": (MALFORMED, "证照标识的格式不对", "The certificate identifier is not well formed"),
        "identifier_check": (
            MALFORMED,
            "证照标识的校验位不对，可能输错了",
            "The check character of the identifier is wrong; it may be mistyped",
        ),
        # the form of the token
        "not_a_token": (MALFORMED, "这不是电子证照", "This is not an electronic certificate"),
        "too_large": (MALFORMED, "内容过大，拒绝读取", "It is too large and was not read"),
        "too_deep": (MALFORMED, "内容嵌套过深，拒绝读取", "It is nested too deeply and was not read"),
        "bad_base64": (MALFORMED, "电子证照的编码有误", "The certificate's encoding is faulty"),
        "bad_json": (MALFORMED, "电子证照的内容无法读取", "The certificate's content cannot be read"),
        "duplicate_claim": (
            MALFORMED,
            "同一内容出现两次，无法判断以哪个为准",
            "A claim appears twice, so none can be trusted",
        ),
        "claims_missing": (MALFORMED, "电子证照缺少必需的内容", "The certificate lacks something that it must contain"),
        "wrong_typ": (WRONG_TYPE, "这是另一种凭证，不是电子证照", "This is another kind of token, not a certificate"),
        # who signed
        "alg_none": (BAD_SIGNATURE, "电子证照没有签名", "The certificate is not signed"),
        "alg_symmetric": (
            BAD_SIGNATURE,
            "签名用公开密钥冒充，拒绝",
            "The signature passes a public key off as a secret and is refused",
        ),
        "alg_not_allowed": (BAD_SIGNATURE, "签名算法不在允许之列", "The signature algorithm is not allowed"),
        "crit_unknown": (
            MALFORMED,
            "电子证照要求本系统不支持的扩展",
            "The certificate demands an extension unknown here",
        ),
        "key_in_header": (
            UNTRUSTED_ISSUER,
            "电子证照自带验签密钥，不予采信",
            "The certificate brings its own key, which proves nothing",
        ),
        "kid_missing": (UNTRUSTED_ISSUER, "没有写明由哪个密钥签发", "It does not say which key signed it"),
        "kid_unknown": (
            UNTRUSTED_ISSUER,
            "签发密钥不在信任名单内",
            "The signing key is not on the list of trusted keys",
        ),
        "bad_signature": (
            BAD_SIGNATURE,
            "签名不符：内容被改动或不是发证机关签发",
            "The signature does not match the content",
        ),
        "issuer_not_entitled": (
            UNTRUSTED_ISSUER,
            "该机关无权签发这种证照",
            "This body may not issue certificates of this kind",
        ),
        "other_world": (
            UNTRUSTED_ISSUER,
            "证照属于另一个模拟世界",
            "The certificate belongs to another simulated world",
        ),
        # disclosures
        "sd_alg_unknown": (MALFORMED, "摘要算法不受支持", "The digest algorithm is not supported"),
        "disclosure_malformed": (MALFORMED, "披露项的格式不对", "A disclosure is not well formed"),
        "disclosure_duplicate": (MALFORMED, "同一披露项出现两次", "A disclosure appears twice"),
        "digest_duplicate": (MALFORMED, "同一摘要出现两次", "A digest appears twice"),
        "disclosure_altered": (
            BAD_SIGNATURE,
            "有披露项与签发时的摘要不符，内容被改动",
            "A disclosure does not match what was signed: it was altered",
        ),
        "disclosure_appended": (
            BAD_SIGNATURE,
            "多出一个未经签发的披露项",
            "A disclosure was added that the issuer never signed",
        ),
        "claim_name_forbidden": (MALFORMED, "披露项使用了保留的名称", "A disclosure uses a reserved name"),
        "claim_overwritten": (
            MALFORMED,
            "披露项企图覆盖已签名的内容",
            "A disclosure tries to overwrite a signed claim",
        ),
        "claim_must_be_plain": (MALFORMED, "必须公开的内容被隐藏", "A claim is hidden that must stay in plain sight"),
        # technical life of the token
        "issued_in_future": (MALFORMED, "签发时间在将来", "It says that it was issued in the future"),
        "token_not_yet": (NOT_YET_VALID, "电子证照文件尚未启用", "The electronic certificate is not in use yet"),
        "token_expired": (
            EXPIRED,
            "电子证照文件已过期，请重新下载",
            "This electronic copy has expired; fetch a new one",
        ),
        # key binding
        "binding_missing": (BAD_SIGNATURE, "缺少持证人当场确认", "The holder's confirmation is missing"),
        "binding_without_key": (
            BAD_SIGNATURE,
            "证照没有绑定持证人密钥",
            "The certificate is not bound to a holder's key",
        ),
        "binding_malformed": (MALFORMED, "持证人确认的格式不对", "The holder's confirmation is not well formed"),
        "binding_wrong_typ": (WRONG_TYPE, "持证人确认的类型不对", "The holder's confirmation is of the wrong kind"),
        "binding_bad_signature": (BAD_SIGNATURE, "不是持证人本人确认", "Somebody other than the holder confirmed"),
        "binding_other_content": (BAD_SIGNATURE, "持证人确认的不是这些内容", "The holder confirmed something else"),
        "binding_stale": (
            EXPIRED,
            "持证人确认已超时，请重新出示",
            "The holder's confirmation is too old; present it again",
        ),
        "binding_other_audience": (BAD_SIGNATURE, "这次出示是给别的单位的", "This was presented to somebody else"),
        "binding_other_nonce": (
            BAD_SIGNATURE,
            "这次出示不是应本次要求作出的",
            "This does not answer the present request",
        ),
        "nonce_unknown": (BAD_SIGNATURE, "没有发出过这个出示要求", "This request to present was never made"),
        "nonce_used": (BAD_SIGNATURE, "这次出示已经用过，不能重复使用", "This presentation has been used already"),
        "nonce_expired": (EXPIRED, "出示要求已过期，请重新扫码", "The request to present is too old; scan again"),
        # status
        "row_missing": (STATUS_UNKNOWN, "签名有效，但证照库中没有记录", "Signed, but the register does not know it"),
        "row_differs": (STATUS_UNKNOWN, "签名有效，但与证照库的记录不一致", "Signed, but it differs from the register"),
        "status_missing": (STATUS_UNKNOWN, "证照没有写明在哪里查状态", "It does not say where its status is listed"),
        "status_unreachable": (STATUS_UNKNOWN, "状态名单暂时无法取得", "The status list cannot be reached now"),
        "status_list_bad": (STATUS_UNKNOWN, "状态名单无法读取", "The status list cannot be read"),
        "status_list_forged": (
            STATUS_UNKNOWN,
            "状态名单的签名不可信",
            "The status list is not signed by a trusted key",
        ),
        "status_list_expired": (STATUS_UNKNOWN, "状态名单已过期", "The status list has expired"),
        "status_list_swapped": (STATUS_UNKNOWN, "这是另一份状态名单", "This is another status list"),
        "status_list_too_large": (
            STATUS_UNKNOWN,
            "状态名单过大，拒绝读取",
            "The status list is too large and was not read",
        ),
        "status_index_outside": (STATUS_UNKNOWN, "状态名单里没有这个位置", "The status list has no such entry"),
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `claims` is what has been proven about the certificate, empty unless its authenticity stands."""

    code: str
    reason: str
    zh: str
    en: str
    identifier: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Say whether the certificate may be relied on."""
        return self.code == VALID


def verdict(reason: str, *, identifier: str = "", claims: Mapping[str, Any] | None = None) -> Verdict:
    """Return the verdict for a reason of REASONS."""
    code, zh, en = REASONS[reason]
    return Verdict(code, reason, zh, en, identifier, claims or {})


# --- what was checked, in order ------------------------------------------------------------------------------------

# key: (Chinese, English, the reasons that mean that this check failed)
_OF_TOKENS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("form", "格式", "Form", frozenset({
        "not_a_token", "too_large", "too_deep", "bad_base64", "bad_json", "duplicate_claim", "claims_missing",
        "wrong_typ", "crit_unknown", "identifier_malformed", "identifier_check",
    })),
    ("key", "签发密钥在信任名单内", "Signing key on the list of trusted keys", frozenset({
        "key_in_header", "kid_missing", "kid_unknown",
    })),
    ("signature", "签名", "Signature", frozenset({"alg_none", "alg_symmetric", "alg_not_allowed", "bad_signature"})),
    ("disclosures", "出示的内容与签发时一致", "What is shown is what was signed", frozenset({
        "sd_alg_unknown", "disclosure_malformed", "disclosure_duplicate", "digest_duplicate", "disclosure_altered",
        "disclosure_appended", "claim_name_forbidden", "claim_overwritten", "claim_must_be_plain",
    })),
    ("life", "电子文件期限", "Life of the electronic file", frozenset({
        "issued_in_future", "token_not_yet", "token_expired",
    })),
    ("binding", "持证人当场确认", "The holder's confirmation", frozenset({
        "binding_missing", "binding_without_key", "binding_malformed", "binding_wrong_typ", "binding_bad_signature",
        "binding_other_content", "binding_stale", "binding_other_audience", "binding_other_nonce", "nonce_unknown",
        "nonce_used", "nonce_expired",
    })),
    ("issuer", "发证机关有权签发，属于本模拟世界", "Issuer entitled, and of this simulated world", frozenset({
        "other_world", "wrong_type", "issuer_not_entitled",
    })),
    ("register", "与证照库一致", "Agrees with the register", frozenset({
        "row_missing", "row_differs", "not_found", "other_holder",
    })),
    ("status", "状态名单", "Status list", frozenset({
        "revoked", "suspended", "cancelled", "superseded", "status_missing", "status_unreachable", "status_list_bad",
        "status_list_forged", "status_list_expired", "status_list_swapped", "status_list_too_large",
        "status_index_outside",
    })),
    ("validity", "有效期（按模拟时间）", "Validity (in simulated time)", frozenset({"expired", "not_yet_valid"})),
)  # fmt: skip
_OF_IDENTIFIERS = frozenset({"form", "register", "status", "validity"})

PASSED, FAILED, SKIPPED, ABSENT = "passed", "failed", "skipped", "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """One check that verification makes: passed, failed, skipped after a failure, or absent: there was none to make."""

    key: str
    zh: str
    en: str
    result: str


def checks(reason: str, *, of_token: bool, bound: bool) -> list[Check]:
    """Return each check in order with its result, from the reason of a verdict. `bound`: a confirmation was there."""
    found, failed = [], False
    for key, zh, en, reasons in _OF_TOKENS:
        if not of_token and key not in _OF_IDENTIFIERS:
            continue
        result = SKIPPED if failed else FAILED if reason in reasons else PASSED
        if key == "binding" and result == PASSED and not bound:
            result = ABSENT
        failed = failed or result == FAILED
        found.append(Check(key, zh, en, result))
    return found
