"""The sliders for λ and p, and the weight decay lab without a browser."""

import hashlib
import io
import math

import pytest
import torch
from ipywidgets import interactive
from PIL import Image

from helpers import WeightDecayLab, lambda_slider, p_slider, sweep_weight_decay, synthetic_regression
from helpers.sliders import LAMBDAS


@pytest.fixture(scope="module")
def shared():
    made = WeightDecayLab()
    yield made
    made.close()


@pytest.fixture
def lab():
    made = WeightDecayLab("real overfitting")
    yield made
    made.close()


def test_sliders_go_from_zero_through_round_numbers():
    assert lambda_slider().options[0] == ("0", 0.0)
    assert {"0.01", "1", "3", "30"} <= {label for label, _ in lambda_slider().options}
    values = [value for _, value in lambda_slider().options]
    assert values == sorted(set(values))
    assert [p_slider().options[i] for i in (0, 10)] == [("0", 0.0), ("0.5", 0.5)]


def test_a_slider_starts_at_the_nearest_place():
    assert lambda_slider(value=2.9).value == 3.0
    assert p_slider([0, 0.5, 1], value=0.2).value == 0.0
    assert p_slider([0, 0.5, 1]).value == 0.0


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
        (p_slider, [0.5, 1.5], r"p must be in \[0, 1\], got 1.5"),
        (p_slider, [], "at least one p, got none"),
    ],
)
def test_a_slider_refuses(make, values, message):
    with pytest.raises(ValueError, match=message):
        make(values)


def test_the_lab_shows_what_the_sweep_says(shared):
    sweep = sweep_weight_decay(lambda seed: synthetic_regression(seed=seed), LAMBDAS, num_seeds=8)
    for lambd in (0.0, 3.0, 30.0):
        at = shared.at(lambd)
        assert set(at) == {"train_loss", "test_loss", "w_norm"}
        for name, value in at.items():
            assert value == pytest.approx(sweep.at(lambd)[name][:, -1].mean().item())
        sentence = shared.frames.readout[shared.sweep.index(lambd)]
        assert f"λ = {lambd:g}: " in sentence
        assert f"test loss {at['test_loss']:.3g}" in sentence


def test_every_value_has_a_picture_of_its_own(shared):
    pictures = [shared.picture(lambd) for lambd in LAMBDAS]
    assert pictures == shared.frames.pngs
    assert len({hashlib.sha256(picture).digest() for picture in pictures}) == len(LAMBDAS)
    with Image.open(io.BytesIO(pictures[0])) as image:
        assert image.size == (2 * shared.frames.width, 2 * shared.frames.height)


def test_it_starts_at_the_lambda_of_the_book(shared):
    assert shared.slider.value == 3.0
    assert shared.frames.picture == shared.picture(3.0)


def test_a_lambda_off_the_axis_names_its_neighbours(shared):
    with pytest.raises(ValueError, match="3"):
        shared.at(3.1)


def test_real_overfitting_has_its_minimum_inside(lab):
    lab.set(seeds=20)
    final = lab.sweep.final("test_loss")  # (20, L)
    best = final.mean(dim=0).argmin().item()
    for end in (0, -1):
        excess = final[:, end] - final[:, best]
        assert excess.mean() > 3 * excess.std() / math.sqrt(20)


@pytest.mark.parametrize(("name", "value"), [("n", 50), ("noise", 0.1), ("scale", 2.0), ("epochs", 20), ("seeds", 2)])
def test_every_control_trains_and_draws_again(lab, name, value):
    before, numbers = lab.picture(0.0), lab.at(0.0)
    lab.set(**{name: value})
    assert lab.picture(0.0) != before
    assert lab.at(0.0) != numbers
    assert lab.frames.message == ""


def test_a_preset_sets_the_other_controls_and_trains_once(lab, monkeypatch):
    trainings = []
    monkeypatch.setattr(
        "helpers.labs.weight_decay.sweep_weight_decay",
        lambda *a, **o: trainings.append(o) or sweep_weight_decay(*a, **o),
    )
    lab.set(preset="the book's demo")
    assert {name: lab.controls[name].value for name in ("n", "noise", "scale")} == {
        "n": 20,
        "noise": 0.01,
        "scale": 1.0,
    }
    assert len(trainings) == 1
    assert trainings[0]["init_std"] == 1.0
    lab.set(n=30)
    assert len(trainings) == 2


def test_an_error_is_shown_and_the_old_pictures_stay(lab, monkeypatch):
    before = lab.frames.pngs

    def fail(*args, **options):
        raise RuntimeError("no luck today")

    monkeypatch.setattr("helpers.labs.weight_decay.sweep_weight_decay", fail)
    lab.set(n=33)
    assert lab.frames.message == "RuntimeError: no luck today"
    assert lab.frames.pngs == before
    monkeypatch.undo()
    lab.set(n=34)
    assert lab.frames.message == ""
    assert lab.frames.pngs != before


def test_where_drawing_fails_the_numbers_stay_those_of_the_pictures(lab, monkeypatch):
    before, numbers = lab.frames.pngs, lab.at(1.0)

    def fail():
        raise MemoryError("no room")

    monkeypatch.setattr(lab, "_draw", fail)
    lab.set(n=44)
    assert lab.frames.message == "MemoryError: no room"
    assert lab.frames.pngs == before
    assert lab.at(1.0) == numbers


def test_bad_input():
    with pytest.raises(ValueError, match=r"preset must be one of .*real overfitting.*, got 'mine'"):
        WeightDecayLab("mine")


def test_the_axis_is_a_tensor_of_its_values(shared):
    torch.testing.assert_close(shared.sweep.values, torch.tensor(LAMBDAS, dtype=torch.float64))
