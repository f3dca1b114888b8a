"""The doors of packages (一窗通 and every theme): start, sign, watch the branches, withdraw."""

from typing import Any

from django.db.models import Sum
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from approvals.actions import cases
from approvals.actions import package as packages
from approvals.api import bodies, shapes
from approvals.api.applications import versioned
from approvals.api.telling import Teller
from approvals.models import Package
from govsim.core import clock
from govsim.core.rest import Nothing, Single, View


def _told(view: View, number: str) -> Any:
    row = cases.package(view.world, number, view.actor)
    return Teller(view.actor, clock.now(view.world)).package(row)


def etag(row: Package) -> str:
    """Return the version of a package as an ETag: its own, those of its branches, and how many have signed."""
    moved = row.applications.aggregate(all=Sum("version"))["all"] or 0
    return f'"{row.version}-{moved}-{row.signatures.exclude(signed_at=None).count()}"'


class Packages(View):
    """The packages that the asker may see, and new ones."""

    query = bodies.PackageFilter
    throttle_scope = "applications"
    key_required = True
    makes = True

    @extend_schema(
        operation_id="packages_list", tags=["packages"], parameters=[bodies.PackageFilter],
        responses=shapes.PackageLine(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List packages, newest first."""
        rows = cases.visible_packages(self.world, self.actor)
        if "state" in (asked := self.parameters()):
            rows = rows.filter(state=asked["state"])
        return self.page(shapes.PackageLine, rows, Teller(self.actor, clock.now(self.world)).package_line)

    @extend_schema(
        operation_id="packages_start", tags=["packages"], request=bodies.NewPackage, responses={202: shapes.Package}
    )
    def post(self, request: Request) -> Response:
        """Start a package: one form for all its branches. The asker signs by starting."""
        given = self.read(bodies.NewPackage)
        row = packages.start(
            world=self.world, actor=self.actor, applicant_name=self.seat.name_zh, theme_key=given.pop("theme"), **given
        )
        where = reverse("api-package", args=[row.number])
        return self.answer(shapes.Package, _told(self, row.number), code=202, location=where)


class OnePackage(Single):
    """One package."""

    versioned = True

    @extend_schema(operation_id="package", tags=["packages"], responses=shapes.Package)
    def get(self, request: Request, number: str) -> Response:
        """Return one package with its clock and the lanes of its branches."""
        tag = etag(cases.package(self.world, number, self.actor))
        return versioned(request, tag, lambda: self.answer(shapes.Package, _told(self, number)))


class SignPackage(Single):
    """Signing."""

    @extend_schema(operation_id="package_sign", tags=["packages"], request=Nothing, responses=shapes.Package)
    def post(self, request: Request, number: str) -> Response:
        """Sign as oneself; the last signature submits the package."""
        self.read(Nothing)
        packages.sign(world=self.world, actor=self.actor, number=number)
        return self.answer(shapes.Package, _told(self, number))


class WithdrawPackage(Single):
    """Withdrawing."""

    @extend_schema(operation_id="package_withdraw", tags=["packages"], request=Nothing, responses=shapes.Package)
    def post(self, request: Request, number: str) -> Response:
        """Withdraw a package and all of it that is not finished."""
        self.read(Nothing)
        packages.withdraw_package(world=self.world, actor=self.actor, number=number)
        return self.answer(shapes.Package, _told(self, number))
