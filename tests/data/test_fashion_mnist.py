"""Getting Fashion-MNIST: a download is whole or there is an error; nothing damaged is used or kept."""

import gzip
import os
import sys
from functools import partial

import numpy as np
import pooch
import pytest
from tqdm import tqdm

from helpers.data import DataUnavailableError, fashion_mnist, load_fashion_mnist
from tests.data.fashion_server import FAULTS, idx, not_found, other_content, put, serve, silent, stalled

pytestmark = pytest.mark.usefixtures("own_world")

FIRST, LAST = "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


def assert_only_good_files(directory, files, names):
    """Nothing is in the directory but these files, whole: nothing damaged, nothing temporary."""
    assert sorted(path.name for path in directory.iterdir()) == sorted(names)
    for name in names:
        assert (directory / name).read_bytes() == files[name]


def labels_in(content):
    return list(gzip.decompress(content)[8:])


# The good case


def test_a_download_is_whole_and_happens_once(server, files, tmp_path):
    directory = tmp_path / "new" / "place"
    fashion = load_fashion_mnist(directory)
    assert fashion.y_train.tolist() == labels_in(files["train-labels-idx1-ubyte.gz"])
    assert fashion.y_test.tolist() == labels_in(files[LAST])
    for X, name in ((fashion.X_train, FIRST), (fashion.X_test, FIRST.replace("train", "t10k"))):
        pixels = np.frombuffer(gzip.decompress(files[name]), np.uint8, offset=16)
        assert np.array_equal(X.numpy(), pixels.reshape(-1, 784) / np.float32(255))
    assert_only_good_files(directory, files, files)
    assert server.asked == list(files)
    load_fashion_mnist(directory)
    assert server.asked == list(files)


def test_the_download_shows_its_progress_and_no_log(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(pooch.get_logger().handlers[0], "stream", sys.stderr)  # the one that capsys reads
    monkeypatch.setattr("pooch.downloaders.tqdm", partial(tqdm, disable=False))  # which TQDM_DISABLE set at its import
    load_fashion_mnist(tmp_path)
    shown = capsys.readouterr().err
    assert shown.count("100%") >= 4
    assert "Downloading" not in shown


def test_files_that_are_there_need_no_network(files, tmp_path, monkeypatch):
    put(tmp_path, files)
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    assert load_fashion_mnist().num_train == len(labels_in(files["train-labels-idx1-ubyte.gz"]))
    assert load_fashion_mnist(num_train=7).num_train == 7


def test_root_goes_before_the_environment_and_the_cache_comes_last(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path / "environment"))
    assert fashion_mnist.data_directory(tmp_path / "root") == tmp_path / "root"
    assert fashion_mnist.data_directory() == tmp_path / "environment"
    monkeypatch.chdir(tmp_path)
    assert fashion_mnist.data_directory("here") == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))  # Windows
    monkeypatch.setenv("FASHION_MNIST_DIR", "~/mine")
    assert fashion_mnist.data_directory() == tmp_path / "home" / "mine"
    monkeypatch.setenv("FASHION_MNIST_DIR", "")
    assert fashion_mnist.data_directory() == tmp_path / "cache" / "regularization-hands-on"


def test_only_what_is_missing_is_downloaded(server, files, tmp_path):
    put(tmp_path, {name: files[name] for name in list(files)[:3]})
    load_fashion_mnist(tmp_path)
    assert server.asked == [LAST]
    assert_only_good_files(tmp_path, files, files)


def test_the_next_mirror_helps_out(server, closed, files, tmp_path, monkeypatch):
    with serve(files) as broken:
        broken.faults = {FIRST: not_found, LAST: other_content}
        monkeypatch.setattr(fashion_mnist, "MIRRORS", (closed, broken.url, server.url))
        load_fashion_mnist(tmp_path)
    assert server.asked == [FIRST, LAST]
    assert_only_good_files(tmp_path, files, files)


# Faults of the server


@pytest.mark.parametrize("name", [FIRST, LAST])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_faulty_answer_is_named_and_nothing_of_it_is_kept(server, files, tmp_path, monkeypatch, fault, name):
    if fault in (silent, stalled):
        monkeypatch.setattr(fashion_mnist, "TIMEOUT", (5, 0.5))
    server.faults[name] = fault
    with pytest.raises(DataUnavailableError, match=FAULTS[fault]) as caught:
        load_fashion_mnist(tmp_path)
    for part in (name, server.url, str(tmp_path), "FASHION_MNIST_DIR"):
        assert part in str(caught.value)
    assert_only_good_files(tmp_path, files, list(files)[: list(files).index(name)])


def test_every_mirror_that_failed_is_named_with_its_reason(server, closed, tmp_path, monkeypatch):
    server.faults[FIRST] = not_found
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (server.url, closed))
    with pytest.raises(DataUnavailableError) as caught:
        load_fashion_mnist(tmp_path)
    first, second = str(caught.value).split("could not be downloaded: ")[1].split("; ")
    assert first.startswith(f"{server.url}: HTTPError: 404")
    assert second.startswith(f"{closed}: ConnectionRefusedError")


def test_an_error_that_is_being_handled_is_not_taken_for_the_cause(closed, tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (closed,))
    try:
        raise KeyError("something else")
    except KeyError:
        with pytest.raises(DataUnavailableError, match="ConnectionRefusedError"):
            load_fashion_mnist(tmp_path)


def test_an_interrupted_download_leaves_nothing(server, tmp_path, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.downloaders.tqdm.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_fashion_mnist(tmp_path)
    assert list(tmp_path.iterdir()) == []


# Faults of the disk

DAMAGE = {
    "half": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "one bit": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_replaced(server, files, tmp_path, damage):
    put(tmp_path, files, **{FIRST: damage(files[FIRST])})
    load_fashion_mnist(tmp_path)
    assert server.asked == [FIRST]
    assert_only_good_files(tmp_path, files, files)


def test_a_whole_file_of_another_data_set_is_neither_used_nor_lost(server, files, tmp_path):
    """The original MNIST has the same file names: whoever points at it by mistake must not lose it."""
    theirs = idx(np.zeros((3, 28, 28), np.uint8))
    put(tmp_path, files, **{FIRST: theirs})
    with pytest.raises(DataUnavailableError, match=f"{FIRST} is an intact file of another data set"):
        load_fashion_mnist(tmp_path)
    assert (tmp_path / FIRST).read_bytes() == theirs
    assert server.asked == []


def test_a_damaged_file_that_cannot_be_replaced_is_not_kept(closed, files, tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (closed,))
    put(tmp_path, files, **{LAST: b"nonsense"})
    with pytest.raises(DataUnavailableError, match=f"{LAST} is damaged.*ConnectionRefusedError"):
        load_fashion_mnist(tmp_path)
    assert_only_good_files(tmp_path, files, list(files)[:3])


def test_a_file_where_the_directory_should_be_is_an_error(server, tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    for root in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(DataUnavailableError, match="nothing can be written there"):
            load_fashion_mnist(root)
    assert (tmp_path / "file").read_bytes() == b"mine"
    assert server.asked == []


@pytest.fixture
def read_only(tmp_path):
    """Return a function that makes the directory read-only for the time of the test, if that stops this user."""

    def protect():
        tmp_path.chmod(0o500)
        if os.access(tmp_path, os.W_OK):
            pytest.skip("file permissions do not stop this user")

    yield protect
    tmp_path.chmod(0o700)


def test_good_files_in_a_read_only_directory_are_used(read_only, files, tmp_path):
    put(tmp_path, files)
    read_only()
    assert load_fashion_mnist(tmp_path).num_inputs == 784


@pytest.mark.parametrize("content", [None, b"nonsense"], ids=["missing", "damaged"])
def test_a_bad_file_in_a_read_only_directory_is_an_error(read_only, server, files, tmp_path, content):
    put(tmp_path, {name: files[name] for name in list(files)[:3]} | ({LAST: content} if content else {}))
    read_only()
    with pytest.raises(DataUnavailableError, match="nothing can be written there"):
        load_fashion_mnist(tmp_path)
    assert server.asked == []


def test_a_file_that_cannot_be_read_is_an_error(files, tmp_path, monkeypatch):
    def refuse(path, alg):
        raise PermissionError(13, "Permission denied", str(path))

    put(tmp_path, files)
    monkeypatch.setattr("pooch.file_hash", refuse)
    with pytest.raises(DataUnavailableError, match=r"cannot be read \(.*Permission denied.*FASHION_MNIST_DIR"):
        load_fashion_mnist(tmp_path)


@pytest.mark.parametrize(
    "content", [b"\0\0\x09\x01\0\0\0\x02ab", b"\0\0\x08\x01\0\0\0\x03ab"], ids=["signed bytes", "too short"]
)
def test_an_idx_file_must_be_what_its_header_says(tmp_path, content):
    (tmp_path / "x.gz").write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=r"x.gz must hold unsigned bytes"):
        fashion_mnist.read_idx(tmp_path / "x.gz")


# Downloads forbidden


@pytest.mark.parametrize("left", [0, 3])
def test_a_forbidden_download_is_not_tried(server, files, tmp_path, monkeypatch, left):
    monkeypatch.setenv("FASHION_MNIST_DOWNLOAD", "0")
    put(tmp_path, {name: files[name] for name in list(files)[:left]})
    with pytest.raises(DataUnavailableError, match="FASHION_MNIST_DOWNLOAD=0 forbids"):
        load_fashion_mnist(tmp_path)
    assert server.asked == []


def test_where_downloads_are_forbidden_a_damaged_file_is_refused_but_left_alone(files, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DOWNLOAD", "0")
    put(tmp_path, files, **{LAST: b"perhaps of another data set"})
    with pytest.raises(DataUnavailableError, match=f"{LAST} is damaged"):
        load_fashion_mnist(tmp_path)
    assert (tmp_path / LAST).read_bytes() == b"perhaps of another data set"
