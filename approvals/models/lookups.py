"""A way of asking that partial indexes understand."""

import re
from typing import Any

from django.db import models


@models.CharField.register_lookup
@models.TextField.register_lookup
class Among(models.Lookup):
    """One of some words that are written into the statement, not bound to it.

    SQLite uses a partial index only where it can read its condition in the statement.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `column IN ('a', 'b')`. Raises ValueError for anything but plain words."""
        if not all(re.fullmatch("[a-z_]*", word) for word in self.rhs):
            raise ValueError(self.rhs)
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({', '.join(f"'{word}'" for word in self.rhs)})", tuple(params)
