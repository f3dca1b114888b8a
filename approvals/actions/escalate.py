"""Put a case under supervision (督办): only what was urged in vain, or is over its limit."""

from approvals import states
from approvals.actions import cases, urge
from approvals.events import ApplicationEscalated, ApplicationUrged
from approvals.models import Application
from approvals.queries import limit
from govsim.core import clock, moves
from govsim.core.actors import Actor
from govsim.core.errors import Refused
from govsim.core.models import World
from services import queries as catalogue


def escalate(*, world: World, actor: Actor, number: str, note: str = "") -> Application:
    """Put a case under supervision; within the interval of urging a second time changes nothing.

    Raises Refused for a case that is in time and was never urged, and whatever `urge` raises.
    """
    row = cases.application(world, number, actor)
    moves.check(row, states.APPLICATION, "escalate", actor)
    promised = catalogue.item_version(row.item_key, row.item_version).body["limits"]["promised_days"]
    stands = limit(row, promised, clock.now(world))
    overdue = stands is not None and stands.light == "red"
    if not overdue and not urge.moments(row, ApplicationUrged):
        raise Refused("未超期的办件须先催办，再督办", "A case in time is urged before it is supervised")
    return urge.tell(world, actor, number, "escalate", ApplicationEscalated, note)
