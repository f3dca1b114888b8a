"""The command centre: what the city's offices are doing now, where it is stuck, and whom to urge."""

from govsim.web.command.doors import live, overview, rows, tell

__all__ = ["live", "overview", "rows", "tell"]
