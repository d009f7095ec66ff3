"""The project at the end of the course: two data sets with flaws, sealed test sets, and what simple models reach."""

from helpers.project.baselines import plain_ridge, untuned_net
from helpers.project.sealed import Sealed, sealed_cars, sealed_digits
from helpers.project.sources import load_cars, wrong_digits

__all__ = ["Sealed", "load_cars", "plain_ridge", "sealed_cars", "sealed_digits", "untuned_net", "wrong_digits"]
