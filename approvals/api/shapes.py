"""What the doors of applications and packages give, field by field; `bodies` is what they take."""

from typing import Any

from rest_framework import serializers

from govsim.core.rest import Named, Words

CODES = ("granted", "refused")
LIGHTS = ("green", "yellow", "red")
SPANS = ("queue", "work", "waiting_applicant", "waiting_system", "off_hours", "review")
VIEWS = ("applicant", "expert")


class Missing(Words):
    """One thing that the correction notice asks for."""

    what = serializers.CharField()


class Holder(serializers.Serializer[Any]):
    """Who applies. Others than the applicant see the code masked."""

    code = serializers.CharField()
    name = serializers.CharField()


class ItemName(Named):
    """The service item in the version that the case is handled by."""

    version = serializers.IntegerField()


class Limit(serializers.Serializer[Any]):
    """The promised limit in working hours; `ends_at` is null while it does not run."""

    promised_hours = serializers.FloatField()
    used_hours = serializers.FloatField()
    left_hours = serializers.FloatField(help_text="negative when overdue")
    light = serializers.ChoiceField(choices=LIGHTS)
    ends_at = serializers.DateTimeField(allow_null=True)


class Event(serializers.Serializer[Any]):
    """One thing that happened, in order of `seq`. `by` is a role; officers see who."""

    seq = serializers.IntegerField()
    event = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # the metaclass takes it out again


class Deliverable(serializers.Serializer[Any]):
    """Something that the applicant receives."""

    key = serializers.CharField()
    name = Words()


class Decision(serializers.Serializer[Any]):
    """The one decision on a case."""

    outcome = serializers.ChoiceField(choices=CODES)
    automatic = serializers.BooleanField()
    decided_at = serializers.DateTimeField()
    result = serializers.DictField()
    remedy = serializers.DictField()
    deliverables = Deliverable(many=True)
    certificate = serializers.CharField(help_text="证照标识 · identifier, or empty")


class Move(Words):
    """A verb that the asker may use now: POST …/{verb}."""

    verb = serializers.CharField()


class Line(serializers.Serializer[Any]):
    """One application in a list."""

    number = serializers.CharField()
    item = ItemName()
    department = Named()
    applicant = Holder()
    state = Named()
    version = serializers.IntegerField()
    channel = serializers.CharField()
    package = serializers.CharField(allow_null=True)
    branch = serializers.CharField()
    opened = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    limit = Limit(allow_null=True)
    outcome = serializers.ChoiceField(choices=CODES, allow_null=True)


class Application(Line):
    """One application with everything that its applicant and its officers may see."""

    long_number = serializers.CharField()
    subject = serializers.CharField()
    human_route = serializers.BooleanField()
    form = serializers.DictField()
    corrections = serializers.DictField()
    materials = serializers.DictField()
    missing = Missing(many=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    decision = Decision(allow_null=True)
    history = Event(many=True)
    moves = Move(many=True)
    reviews = serializers.CharField(allow_null=True, help_text="复核的原办件 · the case that this one reviews")


class EntryFault(Words):
    """One thing that is wrong with an entry."""

    field = serializers.CharField()


class Stored(serializers.Serializer[Any]):
    """What became of one entry of a batch: stored under a number, or refused with the reasons."""

    index = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    code = serializers.CharField(help_text="stored, or the code of the error")
    errors = EntryFault(many=True)  # type: ignore[assignment]  # the metaclass takes it out again


class Batch(serializers.Serializer[Any]):
    """What became of a batch, entry by entry."""

    stored = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = Stored(many=True)


class Passport(serializers.Serializer[Any]):
    """The decision passport as the asker may see it; before a decision, the findings that an officer works from."""

    number = serializers.CharField()
    view = serializers.ChoiceField(choices=VIEWS)
    decided = serializers.BooleanField()
    passport = serializers.DictField()


class Message(Words):
    """A (simulated) short message."""

    number = serializers.CharField()
    at = serializers.DateTimeField()


class Signature(serializers.Serializer[Any]):
    """A person who has to sign; numbers and names of others are masked."""

    person = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    signed_at = serializers.DateTimeField(allow_null=True)


class Clock(serializers.Serializer[Any]):
    """The package clock in working hours; it stops while a branch waits for the applicant."""

    started_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    used_hours = serializers.FloatField()
    promised_hours = serializers.FloatField()
    light = serializers.ChoiceField(choices=LIGHTS)
    met = serializers.BooleanField(allow_null=True, help_text="null while nobody can say")
    slowest_branch = serializers.CharField(allow_null=True)


class Span(serializers.Serializer[Any]):
    """A piece of a branch's time."""

    kind = serializers.ChoiceField(choices=SPANS)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class Branch(serializers.Serializer[Any]):
    """One branch of a package; without an application yet it waits."""

    key = serializers.CharField()
    name = Words()
    department = Named()
    state = Named()
    number = serializers.CharField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    spans = Span(many=True)
    deliverables = Deliverable(many=True)


class Company(serializers.Serializer[Any]):
    """The firm that a package founds."""

    name = serializers.CharField()
    credit_code = serializers.CharField(help_text="empty until the licence is granted")


class PackageLine(serializers.Serializer[Any]):
    """One package in a list."""

    number = serializers.CharField()
    theme = ItemName()
    applicant = Holder()
    state = Named()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class Package(PackageLine):
    """One package with its clock, signatures and branches."""

    form = serializers.DictField()
    clock = Clock()
    signatures = Signature(many=True)
    branches = Branch(many=True)
    company = Company(allow_null=True)
    deliverables = Deliverable(many=True)
