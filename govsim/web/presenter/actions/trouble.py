"""Make trouble in the world of a show, or undo it. It ends with the world: a show that begins again has none."""

from django.db.models import F
from django.http import QueryDict

from govsim.core.errors import NotAllowed
from govsim.web import troubles
from govsim.web.models import Show


def trouble(show: Show, told: QueryDict) -> None:
    """Do what a form asks of `troubles.VERBS`, and let both windows of the show know.

    Raises NotAllowed for any other verb, and what the verb raises.
    """
    verb = troubles.VERBS.get(told.get("do", ""))
    if verb is None:
        raise NotAllowed("没有这个操作", "There is no such action")
    show.world.refresh_from_db()
    verb(show.world, told)
    Show.objects.filter(pk=show.pk).update(version=F("version") + 1)
    show.refresh_from_db()
