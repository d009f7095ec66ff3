"""load_images: Fashion-MNIST or the digits, and always one announcement that says which and why."""

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from helpers.data import fashion_mnist, load_digits, load_fashion_mnist, load_images
from tests.data.fashion_server import not_found, put

pytestmark = pytest.mark.usefixtures("own_world")

FIRST = "train-images-idx3-ubyte.gz"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    return tmp_path


def test_fashion_mnist_is_announced(server, place, capsys):
    images = load_images()
    assert images.name == "Fashion-MNIST"
    assert capsys.readouterr().out == f"Images: Fashion-MNIST: {images.sizes} pixels\n"
    assert load_images(12).num_train == 12
    assert "Fashion-MNIST: 12 training and" in capsys.readouterr().out
    assert not torch.equal(load_images(12, seed=1).X_train, load_images(12, seed=2).X_train)


def test_the_fallback_is_announced_with_its_reason(server, place, capsys):
    server.faults[FIRST] = not_found
    images = load_images(seed=3)
    shown = capsys.readouterr().out
    assert torch.equal(images.X_train, load_digits(seed=3).X_train)
    assert shown.count("\n") == 1
    assert shown.startswith("Images: Fashion-MNIST is not available: ")
    for part in ("404", server.url, str(place), "digits instead: 1,000 training and 797 test images of 8×8 pixels."):
        assert part in shown


@pytest.mark.parametrize(("asked", "got", "said"), [(200, 200, False), (5000, 1000, True)])
def test_the_fallback_says_when_it_holds_fewer_than_asked_for(place, capsys, asked, got, said):
    assert load_images(asked).num_train == got
    assert ("(5,000 for training were asked for)" in capsys.readouterr().out) == said


@pytest.mark.parametrize(("num_train", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError)])
def test_the_fallback_refuses_what_fashion_mnist_would(place, num_train, error):
    with pytest.raises(error, match="num_train must be"):
        load_images(num_train)


def test_a_network_that_failed_is_not_tried_again_unless_asked_for(server, place, capsys):
    server.faults[FIRST] = not_found
    load_images()
    first = capsys.readouterr().out
    load_images()
    again = capsys.readouterr().out
    assert server.asked == [FIRST]
    assert "404" in first
    assert "404" in again
    assert "earlier attempt" in again
    server.faults.clear()
    assert load_images().name.startswith("digits")
    assert load_fashion_mnist().name == "Fashion-MNIST"
    assert load_images().name == "Fashion-MNIST"


def test_files_that_turn_up_after_a_failure_are_used(closed, files, place, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (closed,))
    assert load_images().name.startswith("digits")
    put(place, files)
    assert load_images().name == "Fashion-MNIST"


def shown_in_a_notebook():
    cell = nbformat.v4.new_code_cell("from helpers import load_images\nimages = load_images(100)")
    NotebookClient(nbformat.v4.new_notebook(cells=[cell])).execute()
    (output,) = cell.outputs
    assert output.output_type == "display_data"
    assert sorted(output.data) == ["text/html", "text/plain"]
    text, html = output.data["text/plain"], output.data["text/html"]
    assert "\n" not in text + html
    assert html.startswith('<div class="images-notice"')
    assert html.endswith("</div>")
    assert html.count("<") == 2  # what it holds is escaped
    return text


def test_a_notebook_shows_fashion_mnist_in_one_line(fashion_mnist_dir, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(fashion_mnist_dir))
    text = shown_in_a_notebook()
    assert text == "Images: Fashion-MNIST: 100 training and 10,000 test images of 28×28 pixels"


def test_a_notebook_shows_the_fallback_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DOWNLOAD", "0")
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path / "<none> & \n nothing"))
    assert shown_in_a_notebook().startswith("Images: Fashion-MNIST is not available: its files are not in ")
