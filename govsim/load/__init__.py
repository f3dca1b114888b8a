"""Load on the approval flow, by people who do what people do, and figures that can be trusted."""


class LoadError(Exception):
    """A run cannot be made as it was asked for; the message says why, in both languages."""
