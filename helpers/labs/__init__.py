"""The labs, and the parts of a lab of your own: a function that returns a `Scene`, and a `Lab` that shows it."""

from helpers.labs.controls import button, choice, integer, number
from helpers.labs.lab import Lab
from helpers.labs.scene import Scene, by_point

__all__ = ["Lab", "Scene", "button", "by_point", "choice", "integer", "number"]
