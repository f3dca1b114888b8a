"""Every refusal of the API is one document of RFC 9457, in both languages; nobody gets HTML or a stack trace.

Clients branch on `type` (one of TYPES) and, where they care for more, on `code`. Each type has a page at its address.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from govsim.core import errors
from govsim.core.rest import PreconditionFailed, UnknownParameter
from govsim.web.parsers import TooLarge

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
ADDRESS = "/api/v1/problems/"

type Sentence = tuple[str, str]

# key: (status, title in Chinese, in English, what to do in Chinese, in English)
TYPES: dict[str, tuple[int, str, str, str, str]] = {
    "malformed": (
        400, "请求无法读取", "The request cannot be read", "请按接口说明改正请求", "Send what the schema says",
    ),
    "unknown_parameter": (
        400, "有未知的查询参数", "An unknown query parameter",
        "请删去接口说明中没有的参数", "Leave out parameters that the schema does not have",
    ),
    "key_required": (
        400, "缺少幂等键", "The idempotency key is missing",
        "请加上 Idempotency-Key 请求头，重试时不变", "Send an Idempotency-Key, the same one when you try again",
    ),
    "not_signed_in": (401, "需要登录", "Sign in first", "请带上有效令牌", "Send a valid token"),
    "not_allowed": (403, "无权操作", "Not allowed", "请换用有权限的席位", "Use a seat that may do this"),
    "not_found": (
        404, "没有找到", "Not found",
        "请核对编号；别人的办件同样查不到", "Check the number; what is not yours is not found either",
    ),
    "no_such_method": (405, "不支持这种请求方法", "No such method here", "请看 Allow 响应头", "See the Allow header"),
    "not_acceptable": (406, "只提供 JSON", "Only JSON is given", "请接受 application/json", "Accept application/json"),
    "conflict": (
        409, "与当前状态冲突", "It conflicts with the present state",
        "请重新读取后再决定", "Read it again, then decide",
    ),
    "precondition_failed": (
        412, "版本已变化", "The version has changed", "请重新读取后再操作", "Read it again before you act",
    ),
    "too_large": (413, "内容过大", "Too large", "请缩小请求", "Send less"),
    "unsupported_media": (415, "只接受 JSON", "Only JSON is read", "请发送 application/json", "Send application/json"),
    "bad_input": (
        422, "填写有误", "There is a problem with what was entered",
        "请按 errors 逐项更正", "Correct what errors lists",
    ),
    "refused": (422, "规则不允许", "A rule does not allow it", "请看 detail 说明的规则", "See the rule in detail"),
    "key_reused": (
        422, "幂等键已用于别的请求", "The idempotency key was used for another request",
        "请为新的请求换一个键", "Use a new key for a new request",
    ),
    "too_many": (429, "请求过于频繁", "Too many requests", "请按 Retry-After 稍后再试", "Wait as Retry-After says"),
    "server_fault": (
        500, "系统出错", "Something went wrong here",
        "请凭 trace_id 联系管理员", "Tell the administrator the trace_id",
    ),
    "busy": (
        503, "系统繁忙", "Busy",
        "请按 Retry-After 稍后再试；没有保存任何内容", "Try again as Retry-After says; nothing was stored",
    ),
}  # fmt: skip

_BY_STATUS = {
    400: "malformed", 401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "no_such_method",
    406: "not_acceptable", 409: "conflict", 413: "too_large", 415: "unsupported_media", 422: "bad_input",
    429: "too_many", 500: "server_fault", 503: "busy",
}  # fmt: skip

_DOMAIN: tuple[tuple[type[errors.GovsimError], str], ...] = (
    (errors.BadInput, "bad_input"),
    (errors.NotAllowed, "not_allowed"),
    (errors.NotFound, "not_found"),
    (errors.Conflict, "conflict"),
    (errors.Busy, "busy"),
    (errors.GovsimError, "refused"),
)

# What is wrong with one field, by the code that the serializer gives.
_FIELD: dict[str, Sentence] = {
    "required": ("必须填写", "This is required"),
    "null": ("不能为空值", "This may not be null"),
    "blank": ("不能为空", "This may not be blank"),
    "invalid": ("类型或格式不对", "Wrong type or format"),
    "invalid_choice": ("不在可选范围内", "Not one of the choices"),
    "not_a_list": ("应为列表", "This must be a list"),
    "not_a_dict": ("应为对象", "This must be an object"),
    "max_length": ("内容过长", "Too long"),
    "min_length": ("内容过短", "Too short"),
    "max_value": ("数值过大", "Too large"),
    "min_value": ("数值过小", "Too small"),
    "empty": ("至少要有一项", "At least one is needed"),
    "unknown": ("没有这一项", "There is no such field"),
    "overflow": ("日期超出范围", "The date is out of range"),
    "make_aware": ("日期超出范围", "The date is out of range"),
}
_UNCLEAR: Sentence = ("内容无效", "Not valid")
_RETRY_SECONDS = 2  # for a database that is locked or away


class KeyRequired(exceptions.APIException):
    """A POST that makes something has to carry an Idempotency-Key."""

    status_code = 400
    default_code = "key_required"
    default_detail = "this POST needs an Idempotency-Key"


class KeyReused(exceptions.APIException):
    """The key was used by this user on this route for another request."""

    status_code = 422
    default_code = "key_reused"
    default_detail = "this Idempotency-Key was used for another request"


def trace() -> str:
    """Return the identifier that the request has in the logs."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4())


def document(
    kind: str, *, instance: str, zh: str = "", en: str = "", code: str = "", faults: Iterable[Any] = ()
) -> dict[str, Any]:
    """Return a problem document of one of TYPES; without a sentence of its own it says the type's."""
    status, title_zh, title_en, todo_zh, todo_en = TYPES[kind]
    zh, en = zh or todo_zh, en or todo_en
    return {
        "type": f"{ADDRESS}{kind}",
        "title": f"{title_zh} / {title_en}",
        "status": status,
        "detail": f"{zh} / {en}",
        "instance": instance,
        "code": code or kind,
        "zh": zh,
        "en": en,
        "errors": list(faults),
        "trace_id": trace(),
    }


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into a problem document. What nobody foresaw is logged and becomes a 500."""
    request = context["request"]
    kind, said, headers = _read(error)
    if kind == "server_fault":
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        got_request_exception.send(sender=None, request=request._request)
    set_rollback()
    body = document(kind, instance=request.path, **said)
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _read(error: Exception) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return (type, what to say, headers) for an exception."""
    if isinstance(error, errors.GovsimError):
        return _domain(error)
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    if isinstance(error, Http404):
        return "not_found", {}, {}
    if isinstance(error, PermissionDenied):
        return "not_allowed", {}, {}
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return "too_large", {}, {}
    if isinstance(error, SuspiciousOperation | DisallowedHost | UnreadablePostError):
        return "malformed", {}, {}
    if isinstance(error, OperationalError):
        return "busy", {}, {"Retry-After": str(_RETRY_SECONDS)}
    return "server_fault", {}, {}


def _domain(error: errors.GovsimError) -> tuple[str, dict[str, Any], dict[str, str]]:
    kind = next(kind for of, kind in _DOMAIN if isinstance(error, of))
    said: dict[str, Any] = {"zh": error.zh, "en": error.en, "code": error.code}
    headers = {}
    if isinstance(error, errors.BadInput):
        said["faults"] = [_fault(name, zh, en) for name, (zh, en) in error.fields.items()]
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(error.retry_after)
    return kind, said, headers


def _framework(error: exceptions.APIException) -> tuple[str, dict[str, Any], dict[str, str]]:
    if isinstance(error, exceptions.ValidationError):
        zh, en = "提交的内容有误，请更正后再试", "There is a problem with what was entered"
        return "bad_input", {"zh": zh, "en": en, "faults": list(_faults(error.get_codes(), ""))}, {}
    if isinstance(error, PreconditionFailed | UnknownParameter | KeyRequired | KeyReused | TooLarge):
        return error.default_code, {"en": str(error.detail)} if isinstance(error, UnknownParameter) else {}, {}
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    kind = _BY_STATUS.get(error.status_code, "server_fault")
    said = {"en": str(error.detail)} if kind == "malformed" else {}
    return kind, said, headers


def _faults(codes: Any, name: str) -> Iterator[dict[str, str]]:
    """Flatten a serializer's tree of codes into one entry per faulty field."""
    if isinstance(codes, dict):
        for key, inner in codes.items():
            whole = name if key == "non_field_errors" else f"{name}.{key}" if name else str(key)
            yield from _faults(inner, whole)
    elif isinstance(codes, list) and any(isinstance(each, dict) for each in codes):
        for position, inner in enumerate(codes):
            if inner:
                yield from _faults(inner, f"{name}.{position}")
    else:
        code = codes[0] if isinstance(codes, list) and codes else codes
        yield _fault(name, *_FIELD.get(str(code), _UNCLEAR))


def _fault(name: str, zh: str, en: str) -> dict[str, str]:
    escaped = "/".join(part.replace("~", "~0").replace("/", "~1") for part in str(name).split("."))
    return {"field": str(name), "pointer": f"#/{escaped}", "zh": zh, "en": en}


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Return the problem document for a request that no view of the API has seen (handlers of the whole site)."""
    body = document(_BY_STATUS.get(status, "server_fault"), instance=request.path)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
