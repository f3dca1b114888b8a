"""Addresses of this room's pages."""

from django.urls import path

from certificates.pages import consents, desk, disputes, my_data, presenting, verify, wallet

urlpatterns = [
    path("wallet", wallet.wallet, name="wallet"),
    path("wallet/<str:identifier>", wallet.certificate, name="certificate"),
    path("wallet/<str:identifier>/card.svg", wallet.card, name="certificate-card"),
    path("wallet/<str:identifier>/show", wallet.show_in_full, name="certificate-show"),
    path("wallet/<str:identifier>/hide", wallet.hide, name="certificate-hide"),
    path("wallet/<str:identifier>/present", presenting.present, name="certificate-present"),
    path("wallet/<str:identifier>/presented", presenting.presented, name="certificate-presented"),
    path("wallet/<str:identifier>/presented/token", presenting.token, name="certificate-token"),
    path("wallet/<str:identifier>/presented/copy.svg", presenting.copy, name="certificate-copy"),
    path("my-data", my_data.my_data, name="my-data"),
    path("my-data/registers/<slug:dataset>/<int:record>/dispute", my_data.dispute, name="dispute"),
    path("my-data/consents/<int:consent>", consents.consent, name="consent"),
    path("my-data/consents/<int:consent>/withdraw", consents.withdraw, name="consent-withdraw"),
    path("disputes", disputes.disputes, name="disputes"),
    path("disputes/<int:number>", disputes.answer, name="dispute-answer"),
    path("certificates/desk", desk.desk, name="certificate-desk"),
    path("certificates/desk/<str:identifier>", desk.one, name="certificate-desk-one"),
    path("certificates/desk/<str:identifier>/<slug:verb>", desk.change, name="certificate-desk-change"),
    path("verify", verify.verify, name="verify"),
    path("w/<slug:world>/verify/<str:identifier>", verify.verify_certificate, name="verify-certificate"),
    path("w/<slug:world>/shown/<str:code>", presenting.scanned, name="certificate-scanned"),
]
