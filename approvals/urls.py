"""Addresses of this room's pages."""

from django.urls import path

from approvals.pages import answers, applications, apply, desk, founding, incidents, lists, moves, packages, studio
from approvals.pages import answers, applications, apply, desk, lists, moves, packages, papers, progress, studio

urlpatterns = [
    path("items/<str:key>/apply", apply.apply, name="apply"),
    path("apply/<str:number>", apply.tasks, name="apply-tasks"),
    path("apply/<str:number>/details", answers.details, name="apply-details"),
    path("apply/<str:number>/materials", answers.materials, name="apply-materials"),
    path("apply/<str:number>/check", answers.check, name="apply-check"),
    path("applications", lists.mine, name="applications"),
    path("applications/<str:number>", applications.one, name="application"),
    path("applications/<str:number>/live", applications.live, name="application-live"),
    path("applications/<str:number>/receipt.pdf", papers.receipt, name="application-receipt"),
    path("applications/<str:number>/decision.pdf", papers.decision, name="application-decision"),
    path("applications/<str:number>/sent", answers.sent, name="application-sent"),
    path("applications/<str:number>/<str:verb>", moves.do, name="application-do"),
    path("progress", progress.progress, name="progress"),
    path("packages", packages.mine, name="packages"),
    path("packages/new/<str:theme>", founding.new, name="package-new"),
    path("packages/new/<str:theme>/name", founding.name, name="package-name"),
    path("packages/<str:number>", packages.one, name="package"),
    path("packages/<str:number>/live", packages.live, name="package-live"),
    path("packages/<str:number>/sign", packages.sign, name="package-sign"),
    path("packages/<str:number>/clock", packages.move_clock, name="package-clock"),
    path("packages/<str:number>/answer/<str:branch>", packages.answer, name="package-answer"),
    path("packages/<str:number>/withdraw", packages.withdraw, name="package-withdraw"),
    path("inbox", desk.inbox, name="inbox"),
    path("inbox/<str:number>", desk.case, name="case"),
    path("incidents", incidents.incidents, name="incidents"),
    path("studio", studio.rule_sets, name="studio"),
]
