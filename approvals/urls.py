"""Addresses of this room's pages."""

from django.urls import path

from approvals.pages import applications, apply, casework, desk, inbox, packages, studio

urlpatterns = [
    path("items/<str:key>/apply", apply.apply, name="apply"),
    path("applications", applications.mine, name="applications"),
    path("applications/<str:number>", applications.one, name="application"),
    path("applications/<str:number>/live", applications.live, name="application-live"),
    path("applications/<str:number>/<str:verb>", applications.do, name="application-do"),
    path("packages", packages.mine, name="packages"),
    path("packages/new/<str:theme>", packages.new, name="package-new"),
    path("packages/<str:number>", packages.one, name="package"),
    path("packages/<str:number>/live", packages.live, name="package-live"),
    path("packages/<str:number>/sign", packages.sign, name="package-sign"),
    path("packages/<str:number>/withdraw", packages.withdraw, name="package-withdraw"),
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/next", inbox.following, name="inbox-next"),
    path("inbox/<str:number>", desk.case, name="case"),
    path("inbox/<str:number>/live", desk.live, name="case-live"),
    path("inbox/<str:number>/<str:verb>", casework.do, name="case-do"),
    path("studio", studio.rule_sets, name="studio"),
]
