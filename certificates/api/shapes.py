"""What the doors of certificates take and give, field by field."""

from typing import Any

from rest_framework import serializers

from certificates import schema, sdjwt
from govsim.core.rest import Body, Named, Text, Texts, Whole, Words


class TypeField(serializers.Serializer[Any]):
    """One field of a certificate type."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    type = serializers.ChoiceField(choices=sorted(schema.FIELD_TYPES))
    mandatory = serializers.BooleanField()


class TypeShape(Named):
    """One certificate type (证照目录)."""

    number = serializers.IntegerField()
    issuer = serializers.CharField()
    level = serializers.CharField()
    holders = serializers.ListField(child=serializers.CharField())
    verified = serializers.BooleanField()
    fields = TypeField(many=True)  # type: ignore[assignment]  # the metaclass takes it out again


class CardLine(serializers.Serializer[Any]):
    """One certificate in a wallet."""

    identifier = serializers.CharField()
    type = Named()
    number = serializers.CharField()
    edition = serializers.IntegerField()
    issuer = Named()
    holder_name = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    issued_at = serializers.DateTimeField()
    state = Named()


class FieldValue(serializers.Serializer[Any]):
    """One field of a certificate with its value."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    value = serializers.JSONField(allow_null=True)


class CardShape(CardLine):
    """One certificate with everything on it."""

    holder_code = serializers.CharField()
    fields = FieldValue(many=True)  # type: ignore[assignment]  # the metaclass takes it out again
    case_number = serializers.CharField(allow_blank=True)
    replaces = serializers.CharField(allow_blank=True)
    verification_address = serializers.CharField()
    metadata = serializers.DictField(help_text="元数据 · GB/T 36903")


class Presentation(Body):
    """To whom a certificate is shown, for what, which of its fields, and for how long the copy is good."""

    purpose = Text(max_length=200)
    user = Text(max_length=60)
    fields = Texts(default=list)  # type: ignore[assignment]  # the metaclass takes it out again
    minutes = Whole(min_value=1, max_value=60, default=5)


class Presented(serializers.Serializer[Any]):
    """A presentation: the token with only the chosen fields, and the annotated copy (加注件)."""

    identifier = serializers.CharField()
    token = serializers.CharField(help_text="SD-JWT VC")
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # as above
    copy_svg = serializers.CharField()
    copy_sha256 = serializers.CharField()
    until = serializers.DateTimeField()
    verification_address = serializers.CharField()


class UseShape(serializers.Serializer[Any]):
    """One use of a certificate (用证日志)."""

    at = serializers.DateTimeField()
    identifier = serializers.CharField()
    type = Named()
    actor = serializers.CharField()
    department = Named()
    item = serializers.CharField(allow_blank=True)
    case_number = serializers.CharField(allow_blank=True)
    purpose = serializers.CharField()
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # as above
    result = serializers.CharField()
    consent = serializers.IntegerField(allow_null=True)


class ChangeReason(Body):
    """Why a certificate is changed."""

    reason = Text(max_length=500)


class ToVerify(Body):
    """What was shown: a token or an identifier, and the world in whose register it is looked up."""

    token = Text(max_length=sdjwt.MAX_BYTES, required=False)
    identifier = Text(max_length=160, required=False)
    world = Text(max_length=60, required=False, help_text="如 demo-1；令牌自带 · a token names it itself")


class VerdictShape(serializers.Serializer[Any]):
    """The answer. `claims` is what has been proven; empty unless the certificate is authentic."""

    verdict = serializers.CharField()
    reason = serializers.CharField()
    valid = serializers.BooleanField()
    zh = serializers.CharField()
    en = serializers.CharField()
    identifier = serializers.CharField(allow_blank=True)
    type = Named(allow_null=True)
    claims = serializers.DictField()
    checked_at = serializers.DateTimeField(help_text="模拟世界时间 · time of the world")
