"""The dropout mask lab: its draws against theory, its pictures, its button, and its end."""

import io

import pytest
import torch
from PIL import Image

from helpers.labs import dropout_mask as mask_lab
from helpers.labs.dropout_mask import NUM_DRAWS, DropoutMaskLab, draw_factors
from helpers.sliders import PS


@pytest.fixture(scope="module")
def lab():
    """A lab that is only read."""
    lab = DropoutMaskLab()
    yield lab
    lab.close()


@pytest.fixture
def own_lab():
    lab = DropoutMaskLab()
    yield lab
    lab.close()


def test_more_p_only_ever_drops_more_units():
    kept = draw_factors(list(PS), seed=1) > 0
    assert (kept[1:] <= kept[:-1]).all()
    assert (kept[-1] < kept[0]).any()


def test_factors_are_0_or_the_scale_and_all_1_at_p_0():
    for p, factors in zip(PS, draw_factors(list(PS), seed=2), strict=True):
        torch.testing.assert_close(factors[factors > 0].unique(), torch.tensor([1 / (1 - p)]))
        assert (factors == 0).any() == (p > 0)


def test_every_unit_and_layer_has_draws_of_its_own():
    factors = draw_factors([0.5], seed=3)[0].flatten(1)  # (draws, hidden units)
    correlations = torch.corrcoef(factors.T) - torch.eye(10)
    assert correlations.abs().max() < 5 / NUM_DRAWS**0.5


def test_mean_and_variance_agree_with_theory_within_standard_errors(lab):
    for p in PS[1:]:
        numbers, q = lab.at(p=p), 1 - p
        variance = p / q * 4
        assert numbers["expected_variance"] == pytest.approx(variance)
        kurtosis = (1 - 3 * p * q) / (p * q)
        assert abs(numbers["mean"] - 2) < 4 * (variance / NUM_DRAWS) ** 0.5
        assert abs(numbers["variance"] / variance - 1) < 4 * ((kurtosis - 1) / NUM_DRAWS + 2 / NUM_DRAWS**2) ** 0.5


def test_at_p_0_nothing_happens(lab):
    assert lab.at(p=0) == {"num_dropped": 0, "mean": 2.0, "variance": 0.0, "expected_variance": 0.0}
    assert "each stays as it is" in lab.frames.readout[0]


def test_a_picture_and_a_sentence_for_every_p(lab):
    assert len(lab.frames.pngs) == len(PS)
    assert [lab.picture(p=p) for p in PS] == lab.frames.pngs
    for p, sentence in zip(PS, lab.frames.readout, strict=True):
        assert sentence.startswith(f"p = {p:g}: {lab.at(p)['num_dropped']} of 10 hidden units ")
        assert f"the mean of h′₁ is {lab.at(p)['mean']:.2f} (h₁ = 2)." in sentence
    assert lab.frames.alt == lab.frames.readout


def test_the_slider_starts_where_the_pictures_do(lab):
    assert lab.slider.value == 0.5
    assert lab.frames.picture == lab.picture(p=0.5)


def test_dropped_units_are_hollow_in_the_picture(lab):
    blue = []
    for p in (0, 0.95):
        net = Image.open(io.BytesIO(lab.picture(p=p))).convert("RGB").crop((0, 0, 900, 460))
        blue.append(sum(number for number, (r, g, b) in net.getcolors(2**16) if b > r + 100))
    kept = 10 - lab.at(p=0.95)["num_dropped"]
    assert blue[1] / blue[0] == pytest.approx(kept / 10, abs=0.05)  # but for the names in the units


def test_the_button_draws_new_masks_and_one_seed_repeats_them(own_lab):
    lab, first, numbers = own_lab, own_lab.frames.pngs, own_lab.at(p=0.5)
    lab.press("resample")
    assert lab.frames.message == ""
    assert all(old != new for old, new in zip(first[1:], lab.frames.pngs[1:], strict=True))
    assert lab.at(p=0.5) != numbers
    again = DropoutMaskLab(seed=0)
    assert again.frames.pngs == first
    again.press("resample")
    assert again.frames.pngs == lab.frames.pngs
    again.close()


def test_seeds_differ(lab):
    other = DropoutMaskLab(seed=1)
    assert other.at(p=0.5) != lab.at(p=0.5)
    other.close()


@pytest.mark.parametrize(
    ("p", "words"), [(1.5, r"\[0, 1\], got 1.5"), (-0.1, r"\[0, 1\]"), (0.51, "slider, got 0.51"), (1, "slider, got 1")]
)
@pytest.mark.parametrize("ask", ["at", "picture"])
def test_a_p_without_a_picture_is_an_error(lab, ask, p, words):
    with pytest.raises(ValueError, match=words):
        getattr(lab, ask)(p=p)


def test_the_button_has_no_value_to_set(lab):
    with pytest.raises(ValueError, match="it is a button"):
        lab.set(resample=True)
    with pytest.raises(ValueError, match="no control named 'seed'"):
        lab.set(seed=1)


def test_an_error_while_drawing_is_shown_and_the_old_pictures_keep_their_numbers(own_lab, monkeypatch):
    lab = own_lab
    before = lab.frames.pngs, lab.at(p=0.5)

    def fail(*args):
        raise RuntimeError("no ink")

    monkeypatch.setattr(mask_lab, "_draw", fail)
    lab.press("resample")
    assert lab.frames.message == "RuntimeError: no ink"
    assert (lab.frames.pngs, lab.at(p=0.5)) == before
