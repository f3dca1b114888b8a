"""Addresses of the presenter."""

from django.urls import path

from govsim.web.presenter import pages

urlpatterns = [
    path("present", pages.pick, name="present"),
    path("present/<slug:code>", pages.audience, name="present-show"),
    path("present/<slug:code>/notes", pages.notes, name="present-notes"),
    path("present/<slug:code>/live", pages.live, name="present-live"),
    path("present/<slug:code>/go", pages.move, name="present-go"),
    path("present/<slug:code>/reset", pages.again, name="present-reset"),
    path("present/<slug:code>/end", pages.finish, name="present-end"),
    path("present/<slug:code>/trouble", pages.make_trouble, name="present-trouble"),
    path("present/<slug:code>/picture/<int:step>", pages.picture, name="present-picture"),
]
