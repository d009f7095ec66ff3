"""The uncertainty lab without a browser."""

import math

import pytest
import torch

from helpers import UncertaintyLab, entropy, mutual_information
from helpers.labs.uncertainty import ANGLES, NUM_DRAWS


@pytest.fixture(scope="module")
def lab():
    made = UncertaintyLab()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def the_same_controls(lab):
    yield
    lab.set(digit=2, p=0.5)


def test_a_picture_for_each_angle(lab):
    assert [value for _, value in lab.slider.options] == list(ANGLES)
    assert [lab.picture(angle) for angle in ANGLES] == lab.frames.pngs


def test_upright_it_is_sure_and_right_and_then_unsure(lab):
    for digit in (0, 3, 7):
        lab.set(digit=digit)
        upright = lab.at(0.0)
        assert upright["label"] == upright["predicted"] == upright["off_predicted"] == digit
        assert upright["probability"] > 0.8
        assert max(lab.at(angle)["entropy"] for angle in ANGLES[:9]) > 2 * upright["entropy"]


def test_numbers_fit_together_and_are_those_of_the_read_out(lab):
    for i, angle in enumerate(ANGLES):
        at = lab.at(angle)
        assert -1e-6 < at["mutual_information"] < at["entropy"] < math.log(10)
        says = f"says {at['predicted']} with {at['probability']:.0%}, dropout off says {at['off_predicted']} with"
        assert says in lab.frames.readout[i]
        assert f"The 2 turned by {angle:g}°: " in lab.frames.readout[i]


def test_numbers_are_those_of_the_masks(lab):
    probs = lab._probs[:, 3]
    assert probs.shape == (NUM_DRAWS, 10)
    assert lab.at(22.5)["entropy"] == pytest.approx(entropy(probs.mean(dim=0)).item(), rel=1e-5)
    assert lab.at(22.5)["mutual_information"] == pytest.approx(mutual_information(probs).item(), rel=1e-4)


def test_less_dropout_at_prediction_is_less_disagreement(lab):
    at_half = lab.at(45.0)["mutual_information"]
    lab.set(p=0.1)
    assert lab.at(45.0)["mutual_information"] < at_half / 2


def test_resample_draws_new_masks_and_only_those(lab):
    before, pictures = lab.at(45.0), lab.frames.pngs
    lab.press("resample")
    after = lab.at(45.0)
    assert lab.frames.message == ""
    assert lab.frames.pngs != pictures
    assert after["entropy"] != before["entropy"]
    assert after["off_probability"] == before["off_probability"]


def test_the_global_random_state_stays(lab):
    state = torch.get_rng_state()
    lab.press("resample")
    assert torch.equal(torch.get_rng_state(), state)


def test_an_angle_off_the_axis(lab):
    for ask in (lab.at, lab.picture):
        with pytest.raises(ValueError, match="angle must be a value of the slider, got 10"):
            ask(10)


def test_after_an_error_numbers_and_pictures_are_the_old_ones(lab, monkeypatch):
    before, pictures = lab.at(45.0), lab.frames.pngs

    def broken(*args):
        raise RuntimeError("no paint")

    monkeypatch.setattr("helpers.labs.uncertainty.draw_frames", broken)
    lab.press("resample")
    assert lab.frames.message == "RuntimeError: no paint"
    assert lab.at(45.0) == before
    assert lab.frames.pngs == pictures
