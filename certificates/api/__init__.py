"""The API of certificates. The roof includes `urlpatterns` under /api/v1/, `public_urlpatterns` at the top."""

from django.urls import path

from certificates.api import doors, published

urlpatterns = [
    path("certificate-types", doors.Types.as_view(), name="api-certificate-types"),
    path("wallet", doors.Wallet.as_view(), name="api-wallet"),
    path("wallet/<str:identifier>", doors.OneCard.as_view(), name="api-card"),
    path("wallet/<str:identifier>/present", doors.Present.as_view(), name="api-present"),
    path("use-log", doors.UseLog.as_view(), name="api-use-log"),
    *(
        path(
            f"certificates/<str:identifier>/{verb}", doors.door(verb, action).as_view(), name=f"api-certificate-{verb}"
        )
        for verb, action in doors.VERBS
    ),
    path("verify", doors.Verify.as_view(), name="api-verify"),
]
public_urlpatterns = [
    path("w/<slug:world>/status-lists/<int:number>", published.status_list, name="status-list"),
    path("w/<slug:world>/.well-known/jwt-vc-issuer", published.issuer, name="issuer"),
    path(".well-known/jwt-vc-issuer/w/<slug:world>", published.issuer, name="issuer-well-known"),
]
