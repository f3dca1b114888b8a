"""Addresses of this room's pages."""

from django.urls import path

from certificates import pages

urlpatterns = [
    path("wallet", pages.wallet, name="wallet"),
    path("wallet/<str:identifier>", pages.certificate, name="certificate"),
    path("wallet/<str:identifier>/card.svg", pages.card, name="certificate-card"),
    path("my-data", pages.my_data, name="my-data"),
    path("my-data/consents/<int:consent>/withdraw", pages.withdraw, name="consent-withdraw"),
    path("verify", pages.verify, name="verify"),
    path("w/<slug:world>/verify/<str:identifier>", pages.verify_certificate, name="verify-certificate"),
]
