"""The live plot: a record of points, and a picture that is drawn within a time budget."""

from helpers.drawing.animator.animator import Animator

__all__ = ["Animator"]
