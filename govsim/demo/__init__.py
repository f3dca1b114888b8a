"""The demo stack: broker, web server, worker and sweeper as one command that leaves nothing behind."""


class CannotStart(Exception):
    """The demo cannot run here and now; the message is one line in Chinese and English, for the terminal."""
