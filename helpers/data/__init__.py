"""The data of the course, in memory as tensors: a synthetic regression, Fashion-MNIST, digits, and your own."""

from helpers.data.batches import Batches
from helpers.data.fashion_mnist import DataUnavailableError
from helpers.data.load import load_digits, load_fashion_mnist, load_images, synthetic_regression
from helpers.data.records import ImageData, RegressionData
from helpers.data.rotation import rotate_images

__all__ = [
    "Batches",
    "DataUnavailableError",
    "ImageData",
    "RegressionData",
    "load_digits",
    "load_fashion_mnist",
    "load_images",
    "rotate_images",
    "synthetic_regression",
]
