"""What the doors of applications and packages take, field by field."""

from rest_framework import serializers

from approvals.actions.after import METHODS
from approvals.actions.submit import CHANNELS
from approvals.actions.submit_batch import MOST
from approvals.states import APPLICATION, PACKAGE
from govsim.core.rest import Body, Flag, Text, Whole

VIEWS = ("applicant", "expert")


class Entries(Body):
    """What is typed and chosen. Fields that the platform fills belong into `corrections` when they are wrong."""

    form = serializers.DictField(default=dict)
    corrections = serializers.DictField(default=dict)
    materials = serializers.DictField(
        child=serializers.DictField(),
        default=dict,
        help_text='{"certificate": …} | {"commitment": true} | {"upload": …} | {"withhold": true}',
    )
    consent = Flag(default=False, help_text="同意为本事项使用共享数据与电子证照 · consent to data and certificates")
    human_route = Flag(default=False, help_text="选择人工办理 · an officer shall decide")


class NewApplication(Entries):
    """A new application: submitted at once, or kept as a draft."""

    item = Text(max_length=60)
    subject = Text(max_length=18, default="", allow_blank=True, help_text="企业代码 · the firm that one acts for")
    channel = serializers.ChoiceField(choices=CHANNELS, default="web")
    draft = Flag(default=False)


class OneOfMany(Entries):
    """One application of a batch."""

    item = Text(max_length=60)
    applicant = Text(
        max_length=18, default="", allow_blank=True, help_text="窗口代办时的申请人 · for whom, from a window officer"
    )
    subject = Text(max_length=18, default="", allow_blank=True)
    channel = serializers.ChoiceField(choices=CHANNELS, default="web")


class NewBatch(Body):
    """Up to 200 new applications."""

    applications = serializers.ListField(child=OneOfMany(), min_length=1, max_length=MOST)


class Draft(Body):
    """What a draft holds; it is checked when it is submitted. Parts that are left out stay as they are."""

    form = serializers.DictField()
    corrections = serializers.DictField(required=False)
    materials = serializers.DictField(child=serializers.DictField(), required=False)


class Correction(Body):
    """What is added or replaced; the rest stays."""

    form = serializers.DictField(default=dict)
    materials = serializers.DictField(child=serializers.DictField(), default=dict)
    consent = Flag(default=False)


class ReasonGiven(Body):
    """A reason that the applicant is told."""

    reason_zh = Text(max_length=500)
    reason_en = Text(max_length=500, default="", allow_blank=True)


class MissingGiven(Body):
    """One thing that is missing."""

    what = Text(max_length=60)
    zh = Text(max_length=300)
    en = Text(max_length=300, default="", allow_blank=True)


class CorrectionAsked(Body):
    """Everything that is missing, told at one time."""

    missing = serializers.ListField(child=MissingGiven(), min_length=1, max_length=50)


class Opinion(Body):
    """An officer's opinion."""

    opinion = Text(default="", allow_blank=True)


class NoteGiven(Body):
    """What the command centre says to the officer."""

    note = Text(default="", allow_blank=True)


class SpecialStart(Body):
    """Why a special procedure is needed."""

    reason = Text(max_length=500)


class SpecialEnd(Body):
    """What the special procedure found."""

    result = Text(max_length=500, default="", allow_blank=True)


class DeliveryChosen(Body):
    """How the result is taken."""

    method = serializers.ChoiceField(choices=METHODS, default="electronic")


class RatingGiven(Body):
    """One of five grades: 1 very satisfied … 5 very dissatisfied (GB/T 39046)."""

    code = Whole(min_value=1, max_value=5)
    words = Text(max_length=500, default="", allow_blank=True)


class ReviewAsked(Body):
    """Why a review is asked for."""

    reason = Text(max_length=500, default="", allow_blank=True)


class Inspection(Body):
    """The result of a quality check."""

    passed = Flag()
    words = Text(max_length=500, default="", allow_blank=True)


class NewPackage(Body):
    """A new package; with `sign_all` the simulation signs for the other persons."""

    theme = Text(max_length=60)
    form = serializers.DictField()
    materials = serializers.DictField(child=serializers.DictField(), default=dict)
    consent = Flag(default=False)
    sign_all = Flag(default=False)


class ApplicationFilter(Body):
    """Which applications are listed."""

    state = serializers.ChoiceField(choices=sorted(APPLICATION.states), required=False)
    item = Text(max_length=60, required=False)


class PackageFilter(Body):
    """Which packages are listed."""

    state = serializers.ChoiceField(choices=sorted(PACKAGE.states), required=False)


class PassportView(Body):
    """Which view is wanted; applicants always get theirs."""

    view = serializers.ChoiceField(choices=VIEWS, default="applicant")
