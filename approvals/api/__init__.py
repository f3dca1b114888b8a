"""The API of approvals. The roof includes `urlpatterns` under /api/v1/."""

from django.urls import path

from approvals.api import applications, packages, verbs

urlpatterns = [
    path("applications", applications.Applications.as_view(), name="api-applications"),
    path("applications/batch", applications.Batch.as_view(), name="api-batch"),
    path("applications/<slug:number>", applications.OneApplication.as_view(), name="api-application"),
    path("applications/<slug:number>/passport", applications.PassportOf.as_view(), name="api-passport"),
    path("applications/<slug:number>/history", applications.HistoryOf.as_view(), name="api-history"),
    path("applications/<slug:number>/ask_review", verbs.AskReview.as_view(), name="api-ask-review"),
    *(
        path(f"applications/<slug:number>/{verb.name}", verbs.door(verb).as_view(), name=f"api-{verb.name}")
        for verb in verbs.VERBS
    ),
    path("inbox", applications.Inbox.as_view(), name="api-inbox"),
    path("messages", applications.Messages.as_view(), name="api-messages"),
    path("packages", packages.Packages.as_view(), name="api-packages"),
    path("packages/<slug:number>", packages.OnePackage.as_view(), name="api-package"),
    path("packages/<slug:number>/sign", packages.SignPackage.as_view(), name="api-package-sign"),
    path("packages/<slug:number>/withdraw", packages.WithdrawPackage.as_view(), name="api-package-withdraw"),
]
