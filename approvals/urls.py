"""Addresses of this room's pages."""

from django.urls import path

from approvals.pages import applications, apply, desk, packages
from approvals.pages.studio import drafts, replays, shelf, tries

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
    path("inbox", desk.inbox, name="inbox"),
    path("inbox/<str:number>", desk.case, name="case"),
    path("studio", shelf.rule_sets, name="studio"),
    path("studio/<str:key>", shelf.rule_set, name="studio-rule-set"),
    path("studio/<str:key>/export", shelf.export, name="studio-export"),
    path("studio/<str:key>/try", tries.attempt, name="studio-try"),
    path("studio/<str:key>/drafts", drafts.start, name="studio-draft-start"),
    path("studio/<str:key>/drafts/<int:number>", drafts.one, name="studio-draft"),
    path("studio/<str:key>/drafts/<int:number>/<str:verb>", drafts.do, name="studio-draft-do"),
    path("studio/<str:key>/drafts/<int:number>/replays/<int:run>", replays.one, name="studio-replay"),
]
