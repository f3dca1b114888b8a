"""The catalogue as pages: what there is to ask for, the guide of each item, the route of each theme."""

from services.pages.guide import item
from services.pages.lists import items
from services.pages.themes import theme

__all__ = ["item", "items", "theme"]
