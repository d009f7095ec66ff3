"""Turned images."""

import pytest
import torch

from helpers import load_digits, rotate_images

SHAPE = (8, 8)


@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3, 4])
def test_quarter_turns_are_counter_clockwise_and_exact(quarters):
    X = load_digits().X_test[:5]
    turned = torch.rot90(X.reshape(-1, *SHAPE), quarters, dims=(1, 2)).flatten(1)
    torch.testing.assert_close(rotate_images(X, 90.0 * quarters, SHAPE), turned, rtol=0, atol=1e-4)


def test_between_them_pixels_stay_in_range_and_the_middle_stays_in_place():
    X = torch.ones(1, 64)
    turned = rotate_images(X, 45, SHAPE).reshape(SHAPE)
    assert turned.min() == 0
    assert turned.max() <= 1 + 1e-6
    assert turned[0, 0] == 0
    torch.testing.assert_close(turned[2:6, 2:6], torch.ones(4, 4))


def test_what_is_refused():
    with pytest.raises(ValueError, match="degrees must be finite, got nan"):
        rotate_images(torch.ones(1, 64), float("nan"), SHAPE)
    for X, shape in ((torch.ones(1, 60), SHAPE), (torch.ones(64), SHAPE), (torch.ones(1, 32), (4, 8))):
        with pytest.raises(ValueError, match=r"X must be \(n, h \* h\)"):
            rotate_images(X, 10, shape)
