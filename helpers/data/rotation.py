"""Images rotated by an angle: test data unlike what a net was trained on."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def rotate_images(X: Tensor, degrees: float, shape: tuple[int, int]) -> Tensor:
    """Return images rotated counter-clockwise about their centre, with linear interpolation; corners become 0.

    Parameters
    ----------
    X : Tensor, (n, h * w)
        Flattened images.
    degrees : float
        Angle of rotation; negative is clockwise.
    shape : (h, w)
        Height and width, which must be equal: any other rectangle would be distorted.

    Raises
    ------
    ValueError
        If the angle is not finite, or X does not hold square images of that shape.
    """
    if not math.isfinite(degrees):
        raise ValueError(f"degrees must be finite, got {degrees}: it is an angle")
    if X.ndim != 2 or shape[0] != shape[1] or X.shape[1] != shape[0] * shape[1]:
        raise ValueError(f"X must be (n, h * h) with shape = (h, h), got {tuple(X.shape)} with shape = {tuple(shape)}")
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = torch.tensor([[c, -s, 0.0], [s, c, 0.0]], dtype=X.dtype).expand(len(X), 2, 3)
    places = F.affine_grid(turn, [len(X), 1, *shape], align_corners=False)
    return F.grid_sample(X.reshape(-1, 1, *shape), places, align_corners=False).flatten(1)
