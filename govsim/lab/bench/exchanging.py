"""Shared records through the exchange (catalogue, log, reconciliation) against bare COPY of as many like them."""

import json
import time
from typing import Any

from django.db import connection, transaction

from govsim.core import world as worlds
from govsim.core.codes import contacts
from govsim.exchange.actions import deliver
from govsim.lab.bench import cohort
from govsim.load import town

DATASET, SOURCE = "social_security_card", "sz.hrss"
COLUMNS = "world_id, dataset, key, source, body"


def exchange(*, first: int, count: int) -> dict[str, Any]:
    """Load `count` records each way into the same indexed table, and return the seconds of both.

    COPY is given text that was made beforehand and does nothing but store it; the exchange is given what a department
    sends. Both are one transaction.
    """
    world = worlds.current(town.NAME)
    keys = cohort.numbers(2 * count, first=first)
    own, bare = [(key, _body(place)) for place, key in enumerate(keys[:count])], keys[count:]
    lines = [
        f"{world.pk}\t{DATASET}\t{key}\t{SOURCE}\t{json.dumps(_body(place), ensure_ascii=False)}\n"
        for place, key in enumerate(bare)
    ]
    blocks = ["".join(lines[start : start + 1000]) for start in range(0, count, 1000)]
    began = time.perf_counter()
    told = deliver(world=world, dataset=DATASET, source=SOURCE, records=own)
    between = time.perf_counter()
    statement = f"COPY exchange_record ({COLUMNS}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)
    ended = time.perf_counter()
    if told.stored != count:
        raise RuntimeError(f"{told.stored} of {count} stored")
    return {"exchange": between - began, "copy": ended - between}


def _body(place: int) -> dict[str, Any]:
    return {
        "number": f"SC{place:09}", "bank": cohort.BANK, "account": contacts.bank_account(8_000_000_000 + place),
        "account_name": cohort.name(place), "account_status": "active",
    }  # fmt: skip
