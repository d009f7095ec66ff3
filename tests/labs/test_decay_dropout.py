"""The lab of λ and p without a browser: a map of pairs."""

from itertools import product

import numpy as np
import pytest

from helpers import DecayDropoutLab
from helpers.drawing.figures import make_figure
from helpers.labs.decay_dropout import LAMBDAS, PS, draw_map


@pytest.fixture(scope="module")
def lab():
    made = DecayDropoutLab()
    yield made
    made.close()


def test_a_picture_for_each_pair(lab):
    pictures = [lab.picture(*pair) for pair in product(LAMBDAS, PS)]
    assert pictures == lab.frames.pngs


def test_the_sliders_lead_to_their_pair(lab):
    assert [value for _, value in lab.slider.options] == list(LAMBDAS)
    assert [value for _, value in lab.slider_2.options] == list(PS)
    for i, j in ((0, 0), (5, 0), (2, 3)):
        lab.frames.index, lab.frames.index_2 = i, j
        assert lab.frames.picture == lab.picture(LAMBDAS[i], PS[j])
        assert lab.frames.readout[lab.frames.position].startswith(f"λ = {LAMBDAS[i]:g} and p = {PS[j]:g}: accuracy ")


def test_numbers_are_the_sweeps(lab):
    at = lab.at(0.004, 0.25)
    assert set(at) == {"train_loss", "test_loss", "train_acc", "test_acc"}
    assert at["test_acc"] == pytest.approx(lab.sweep.at((0.004, 0.25))["test_acc"][:, -1].mean().item())
    assert f"{at['test_acc']:.3f} on the test labels" in lab.frames.readout[2 * len(PS) + 2]


def test_less_of_each_beats_none_and_much(lab):
    best = lab.at(0.004, 0.25)["test_acc"]
    assert best > lab.at(0.0, 0.0)["test_acc"] + 0.05
    assert best > lab.at(0.03, 0.55)["test_acc"] + 0.1


def test_a_pair_off_the_map(lab):
    with pytest.raises(ValueError, match=r"\(0\.25, 0\.004\) was not trained"):
        lab.at(0.25, 0.004)


def test_the_map_shows_each_number_in_its_cell_and_frames_the_current_one():
    _, (ax,) = make_figure(400, 300, 1, 1)
    accuracy = np.array([[0.5, 0.6, 0.7], [0.8, 0.9, 0.95]])
    move = draw_map(ax, accuracy, [["0", "1"], ["a", "b", "c"]])
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    assert texts == {(j, i): f"{100 * accuracy[i, j]:.1f}" for i in range(2) for j in range(3)}
    assert [text.get_text() for text in ax.texts if text.get_weight() == "bold"] == ["70.0", "95.0"], "best of its row"
    (frame,) = move(5)
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((1.5, 0.5), 1, 1)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1"]


def test_a_control_trains_again(lab):
    before = lab.frames.pngs
    lab.set(epochs=3)
    assert lab.frames.message == ""
    assert lab.frames.pngs != before
    assert lab.sweep.epochs[-1] == 3


def test_accuracies_near_chance_stay_on_the_axes(lab, monkeypatch):
    figures = []
    monkeypatch.setattr("helpers.labs.decay_dropout.render", lambda figure, move, n: figures.append(figure) or [])
    lab.set(epochs=3, seeds=1, flipped=0.8)
    lowest = min(lab.sweep.final(name).min().item() for name in ("train_acc", "test_acc"))
    lab._draw()
    assert all(ax.get_ylim()[0] <= lowest < 0.4 for ax in figures[-1].axes[1:])
