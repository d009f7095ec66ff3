"""The records that hold data: their contents are checked when they are created."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from helpers.data.own_images import ImageSources
from helpers.data.own_regression import RegressionSources
from helpers.seeding import generator_for
from helpers.validation import check_count


class TrainTestSplit:
    """The base of both kinds of data: a training and a test part, whose rows are examples with the same inputs."""

    X_train: Tensor
    y_train: Tensor
    X_test: Tensor
    y_test: Tensor

    @property
    def num_train(self) -> int:
        """Number of training examples."""
        return len(self.X_train)

    @property
    def num_test(self) -> int:
        """Number of test examples."""
        return len(self.X_test)

    @property
    def num_inputs(self) -> int:
        """Number of inputs of one example."""
        return self.X_train.shape[1]

    def _check_inputs(self) -> None:
        for part in ("train", "test"):
            shape = tuple(getattr(self, f"X_{part}").shape)
            if len(shape) != 2 or 0 in shape:
                raise ValueError(f"X_{part} must be (n, d) with n and d at least 1, got {shape}: a row is an example")
        if self.X_train.shape[1] != self.X_test.shape[1]:
            raise ValueError(
                f"X_train and X_test must have the same number of columns, got {self.X_train.shape[1]} and "
                f"{self.X_test.shape[1]}: a model trained on one could not be tested on the other"
            )


@dataclass(frozen=True, eq=False, repr=False)
class RegressionData(TrainTestSplit, RegressionSources):
    """Hold a linear regression, ``y = X w + b + noise ε`` with ε ~ N(0, 1), and the truth behind it where it is known.

    Attributes
    ----------
    X_train, X_test : Tensor, (n, d) and (m, d)
        Inputs, one row per example.
    y_train, y_test : Tensor, (n, 1) and (m, 1)
        Targets, as columns: (n, 1) minus (n,) would be (n, n).
    w : Tensor, (d, 1), optional
        True weights; None, like bias and noise, if the truth is unknown.
    b : float, optional
        True bias.
    noise : float, at least 0, optional
        Standard deviation of what X does not explain.
    feature_names : tuple of str
        Names of the inputs; empty if they have none.
    target_name : str

    Raises
    ------
    ValueError
        If a shape is not as above, a part is empty, or the noise is negative.
    """

    X_train: Tensor
    y_train: Tensor
    X_test: Tensor
    y_test: Tensor
    w: Tensor | None = None
    b: float | None = None
    noise: float | None = None
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"

    def __post_init__(self) -> None:
        self._check_inputs()
        for part in ("train", "test"):
            got, due = tuple(getattr(self, f"y_{part}").shape), (len(getattr(self, f"X_{part}")), 1)
            if got != due:
                raise ValueError(
                    f"y_{part} must be {due}, got {got}: one target per row of X_{part}, as a column, "
                    "because (n, 1) - (n,) broadcasts to (n, n)"
                )
        if len(self.feature_names) not in (0, self.num_inputs):
            raise ValueError(
                f"feature_names must hold {self.num_inputs} names, got {len(self.feature_names)}: one per column of X"
            )
        if self.w is None:
            return
        if self.w.shape != (self.num_inputs, 1):
            raise ValueError(f"w must be {(self.num_inputs, 1)}, got {tuple(self.w.shape)}: one weight per column of X")
        if not 0 <= self.noise < float("inf"):
            raise ValueError(f"noise must be finite and at least 0, got {self.noise}: it is a standard deviation")

    def __repr__(self) -> str:
        known = f"target {self.target_name!r}" if self.noise is None else f"noise {self.noise:g}"
        return (
            f"RegressionData({self.num_train:,} training and {self.num_test:,} test examples of "
            f"{self.num_inputs:,} inputs, {known})"
        )

    def with_scaled_target(self) -> "RegressionData":
        """Return the same with targets in standard deviations from their mean, both of the training part.

        Predicting the mean then has a loss of ½, whatever the units were.

        Raises
        ------
        ValueError
            If all training targets are equal.
        """
        mean, std = self.y_train.mean(), self.y_train.std(correction=0)
        if not std > 0:
            raise ValueError(f"y_train must vary, got {mean:g} in all {self.num_train} rows: nothing to explain")
        parts = {"y_train": (self.y_train - mean) / std, "y_test": (self.y_test - mean) / std}
        if self.w is not None:
            parts |= {"w": self.w / std, "b": ((self.b - mean) / std).item(), "noise": (self.noise / std).item()}
        return replace(self, **parts)


@dataclass(frozen=True, eq=False, repr=False)
class ImageData(TrainTestSplit, ImageSources):
    """Hold labelled images, flattened to rows.

    Attributes
    ----------
    name : str
        What the data set is called.
    X_train, X_test : Tensor, (n, h * w) and (m, h * w), float32
        Brightness of each pixel, in [0, 1].
    y_train, y_test : Tensor, (n,) and (m,), int64
        Classes, from 0.
    class_names : tuple of str
        At least two, in the order of the labels.
    shape : tuple of int
        Height and width of an image, in pixels.
    y_true : Tensor, (n,), optional
        The true classes of the training images, where `with_label_noise` has replaced some of them.

    Raises
    ------
    ValueError
        If a tensor is not as above, or a part is empty.
    """

    name: str
    X_train: Tensor
    y_train: Tensor
    X_test: Tensor
    y_test: Tensor
    class_names: tuple[str, ...]
    shape: tuple[int, int]
    y_true: Tensor | None = None

    def __post_init__(self) -> None:
        self._check_inputs()
        if self.shape[0] * self.shape[1] != self.num_inputs:
            raise ValueError(f"shape must have {self.num_inputs} pixels, got {self.shape}: X has a column per pixel")
        if len(self.class_names) < 2:
            raise ValueError(f"class_names must hold at least 2 names, got {self.class_names}: nothing to tell apart")
        for part in ("train", "test"):
            self._check_pixels(f"X_{part}", getattr(self, f"X_{part}"))
            self._check_labels(f"y_{part}", getattr(self, f"y_{part}"), len(getattr(self, f"X_{part}")))
        if self.y_true is not None:
            self._check_labels("y_true", self.y_true, self.num_train)

    def _check_pixels(self, name: str, X: Tensor) -> None:
        if X.dtype != torch.float32:
            raise ValueError(f"{name} must be float32, got {X.dtype}: divide bytes by 255 first")
        low, high = (bound.item() for bound in X.aminmax())
        if not (low >= 0 and high <= 1):
            raise ValueError(f"{name} must lie in [0, 1], got [{low:g}, {high:g}]: divide bytes by 255 first")

    def _check_labels(self, name: str, y: Tensor, count: int) -> None:
        if y.dtype != torch.int64 or y.shape != (count,):
            raise ValueError(f"{name} must be int64 {(count,)}, got {y.dtype} {tuple(y.shape)}: a class per image")
        if y.min() < 0 or y.max() >= len(self.class_names):
            raise ValueError(
                f"{name} must lie in 0..{len(self.class_names) - 1}, got {y.min()}..{y.max()}: "
                f"there are {len(self.class_names)} class names"
            )

    @property
    def is_wrong(self) -> Tensor:
        """Which training images have a wrong label, bool (n,)."""
        return self.y_train != (self.y_train if self.y_true is None else self.y_true)

    @property
    def sizes(self) -> str:
        """Number and size of the images, as a phrase."""
        height, width = self.shape
        return f"{self.num_train:,} training and {self.num_test:,} test images of {height}×{width}"

    def __repr__(self) -> str:
        return f"ImageData({self.name!r}, {self.sizes}, {len(self.class_names)} classes)"

    def subset(self, num_train: int, num_test: int | None = None, *, seed: int = 0) -> "ImageData":
        """Return the same with only `num_train` training images, chosen at random.

        The test part stays whole unless `num_test` is given; then it is chosen at random too.

        Raises
        ------
        ValueError, TypeError
            If there are fewer images than that, a number is below 1, or it or the seed is not an integer.
        """
        check_count("num_train", num_train, most=self.num_train)
        chosen = torch.randperm(self.num_train, generator=generator_for(seed, "subset"))[:num_train]
        y_true = None if self.y_true is None else self.y_true[chosen]
        smaller = replace(self, X_train=self.X_train[chosen], y_train=self.y_train[chosen], y_true=y_true)
        if num_test is None:
            return smaller
        check_count("num_test", num_test, most=self.num_test)
        chosen = torch.randperm(self.num_test, generator=generator_for(seed, "test subset"))[:num_test]
        return replace(smaller, X_test=self.X_test[chosen], y_test=self.y_test[chosen])

    def with_label_noise(self, fraction: float, *, seed: int = 0) -> "ImageData":
        """Return the same with wrong labels: ``round(fraction * n)`` training images get another class at random.

        Test labels stay correct, so that test accuracy still measures what was learned; `is_wrong` says which changed.

        Raises
        ------
        ValueError, TypeError
            If the fraction lies outside [0, 1], or the seed is not an integer.
        """
        if not 0 <= fraction <= 1:
            raise ValueError(f"fraction must be in [0, 1], got {fraction}: it is the share of wrong labels")
        generator = generator_for(seed, "label noise")
        wrong = torch.randperm(self.num_train, generator=generator)[: round(fraction * self.num_train)]
        num_classes = len(self.class_names)
        shift = torch.randint(1, num_classes, wrong.shape, generator=generator)  # never 0: the class does change
        y_train = self.y_train.clone()
        y_train[wrong] = (y_train[wrong] + shift) % num_classes
        return replace(self, y_train=y_train, y_true=self.y_train if self.y_true is None else self.y_true)
