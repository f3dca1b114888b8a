"""Addresses of this room's pages."""

from django.urls import path

from services import pages

urlpatterns = [
    path("items/", pages.items, name="items"),
    path("items/<str:key>", pages.item, name="item"),
    path("themes/<str:key>", pages.theme, name="theme"),
]
