"""Hands: walk-throughs done in a browser, by clicks and typing, each persona in a window of their own."""

from tests.browser.hands.by_hand import ByHand

__all__ = ["ByHand"]
