"""`Lab.figure`: the picture at a point for print. That it is the same picture is tested with the reference images."""

import pytest
from PIL import ImageChops

from helpers import ConstraintLab, DropoutMaskLab
from tests.labs.pictures import as_image, printed


@pytest.fixture(scope="module")
def lab():
    made = DropoutMaskLab()
    yield made
    made.close()


def test_a_lab_gives_its_figure_at_a_point(lab, tmp_path):
    assert ImageChops.difference(as_image(lab.picture(0.5)), printed(lab.figure(0.5))).getbbox() is None
    lab.save(tmp_path / "a.svg", 0.5)
    lab.save(tmp_path / "a.PDF", 0.5)
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()
    assert (tmp_path / "a.PDF").read_bytes().startswith(b"%PDF")


def test_what_picture_rejects_figure_rejects(lab):
    for point in ((0.123,), (), (0.5, 0.5)):
        errors = []
        for draw in (lab.picture, lab.figure):
            with pytest.raises(ValueError, match=r"got|is not on the slider") as caught:
                draw(*point)
            errors.append(str(caught.value))
        assert errors[0] == errors[1]


def test_a_figure_belongs_to_who_asked_for_it():
    lab = ConstraintLab()
    before = lab.picture(0.5)
    figure = lab.figure(0.5)
    figure.axes[0].clear()
    figure.set_size_inches(2, 2)
    assert lab.picture(0.5) == before
    again = printed(lab.figure(0.5))
    assert ImageChops.difference(as_image(before), again).getbbox() is None
    lab.close()
