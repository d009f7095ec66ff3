"""The sliders for λ and p, and the axes that they go along."""

import math

import numpy as np
import pytest
from ipywidgets import interactive

from helpers import lambda_slider, p_slider
from helpers.sliders import LAMBDAS, PS, Axis, axis, lambda_axis, p_axis


def test_sliders_go_from_zero_through_round_numbers():
    assert lambda_slider().options[0] == ("0", 0.0)
    assert {"0.01", "1", "3", "30"} <= {label for label, _ in lambda_slider().options}
    values = [value for _, value in lambda_slider().options]
    assert values == sorted(set(values))
    assert [p_slider().options[i] for i in (0, 10)] == [("0", 0.0), ("0.5", 0.5)]


def test_lambdas_grow_by_about_equal_factors_and_ps_by_equal_steps():
    factors = np.divide(LAMBDAS[2:], LAMBDAS[1:-1])
    assert (LAMBDAS[1], LAMBDAS[-1]) == (0.01, 30)
    assert 1.1 < factors.min() < factors.max() < 1.4
    np.testing.assert_allclose(PS, np.arange(20) * 0.05)


def test_a_slider_starts_at_the_nearest_place():
    assert lambda_slider(value=2.9).value == 3.0
    assert p_slider([0, 0.5, 1], value=0.2).value == 0.0
    assert p_slider([0, 0.5, 1]).value == 0.0
    assert (lambda_slider().description, p_slider().description) == ("λ", "p")


def test_a_slider_moves_a_function_of_the_learners_own():
    panel = interactive(lambda lambd, p: lambd + p, lambd=lambda_slider(), p=p_slider(value=0.5))
    panel.children[0].value = 3.0
    panel.update()
    assert panel.result == 3.5
    panel.close_all()


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        (lambda_slider, [0, -1], "lambd must be finite and at least 0, got -1"),
        (lambda_slider, [math.inf], "got inf"),
        (lambda_axis, [math.nan], "got nan"),
        (p_slider, [0.5, 1.5], r"p must be in \[0, 1\], got 1.5"),
        (p_axis, [-0.1], r"p must be in \[0, 1\], got -0.1"),
        (p_slider, [], "at least one p, got none"),
        (lambda_slider, [], "at least one λ, got none"),
    ],
)
def test_a_slider_refuses(make, values, message):
    with pytest.raises(ValueError, match=message):
        make(values)


def test_an_axis_shows_its_values_with_their_unit():
    angles = axis("angle", [0, 7.5, 15], 8, "°")
    assert angles == Axis("angle", (0, 7.5, 15), 1, "°")
    assert angles.labels == ["0°", "7.5°", "15°"]
    slider = angles.slider()
    assert (slider.description, slider.index, slider.value) == ("angle", 1, 7.5)
    assert slider.options == (("0°", 0), ("7.5°", 7.5), ("15°", 15))
    assert p_axis([0.25, 0.5], name="p of layer 2") == Axis("p of layer 2", (0.25, 0.5))


def test_an_axis_knows_the_place_of_each_value_also_of_one_that_went_through_float32():
    lambdas = lambda_axis()
    assert [lambdas.index(value) for value in LAMBDAS] == list(range(len(LAMBDAS)))
    assert [lambdas.index(float(np.float32(value))) for value in LAMBDAS] == list(range(len(LAMBDAS)))


@pytest.mark.parametrize(
    ("value", "nearest"), [(3.1, "3 and 3.5"), (2.99, "2.5 and 3"), (99, "25 and 30"), (1e-9, "0 and 0.01")]
)
def test_a_value_off_the_axis_is_refused_with_its_neighbours(value, nearest):
    message = f"λ = {value} is not on the slider: the nearest values are {nearest}$"
    with pytest.raises(ValueError, match=message):
        lambda_axis().index(value)
    with pytest.raises(ValueError, match="λ = nan is not on the slider"):
        lambda_axis().index(math.nan)
