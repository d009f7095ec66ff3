"""The book's live plot by its short name: ``from helpers.animator import Animator``."""

from helpers.drawing.animator import Animator

__all__ = ["Animator"]
