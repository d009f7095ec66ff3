"""One epoch on Fashion-MNIST and its evaluation: ours, the book's loader, and the bare matrix products.

Run ``python -m benchmarks.fashion``; it needs the real Fashion-MNIST (see `helpers.load_fashion_mnist`).
"""

import time
import warnings
from statistics import median

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from helpers import Batches, dropout_layer, load_fashion_mnist

BATCH = 256
SIZES = [(784, 256), (256, 256), (256, 10)]


class PictureSet(Dataset):
    """The book's way: each example becomes a PIL image, and then a tensor again (as torchvision's data set does)."""

    def __init__(self, X, y):
        self.pictures, self.labels = (X * 255).round().byte().reshape(-1, 28, 28), y

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        picture = Image.fromarray(self.pictures[i].numpy())
        return torch.from_numpy(np.array(picture, copy=True))[None].float().div(255), int(self.labels[i])


class ScratchDropout(nn.Module):
    """Chapter 3's dropout."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, X):
        return dropout_layer(X, self.p) if self.training else X


def make_net(dropout):
    torch.manual_seed(0)
    layers = [nn.Flatten()]
    for size, p in zip(SIZES[:2], (0.2, 0.5), strict=True):
        layers += [nn.Linear(*size), nn.ReLU(), dropout(p)]
    return nn.Sequential(*layers, nn.Linear(*SIZES[2]))


def epoch(net, train_iter, test_iter):
    """Train for one epoch and return the test accuracy."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net.train()
    for X, y in train_iter:
        optimizer.zero_grad()
        F.cross_entropy(net(X), y).backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        return sum((net(X).argmax(1) == y).sum().item() for X, y in test_iter) / 10_000


def products(num_train=60_000, num_test=10_000):
    """Only the matrix products of the same steps, with everything allocated ahead."""
    W = [torch.randn(size) for size in SIZES]
    H = [torch.randn(BATCH, size[0]) for size in SIZES]
    out = [torch.empty(BATCH, size[1]) for size in SIZES]
    dW, dH = [torch.empty(size) for size in SIZES], [torch.empty(BATCH, size[0]) for size in SIZES]
    for step in range(-(-num_train // BATCH) + -(-num_test // BATCH)):
        for k in range(3):
            torch.mm(H[k], W[k], out=out[k])
        if step * BATCH < num_train:  # a training step goes back, too
            for k in (2, 1, 0):
                torch.mm(H[k].T, out[k], out=dW[k])
                if k:
                    torch.mm(out[k], W[k].T, out=dH[k])


def timed(job, *args):
    start = time.perf_counter()
    job(*args)
    return time.perf_counter() - start


def measure(num_threads, dropout, repeats=5):
    """Return the median seconds of ours, the book's loader and the products, taken in turn."""
    torch.set_num_threads(num_threads)
    data = load_fashion_mnist()
    ours = [Batches(data.X_train, data.y_train, BATCH), Batches(data.X_test, data.y_test, BATCH, shuffle=False)]
    sets = [(PictureSet(data.X_train, data.y_train), True), (PictureSet(data.X_test, data.y_test), False)]
    book = [DataLoader(pictures, BATCH, shuffle=shuffle, num_workers=4) for pictures, shuffle in sets]
    net = make_net(dropout)
    jobs = [(epoch, net, *ours), (epoch, net, *book), (products,)]
    products()  # the first products of a process are slower
    return [median(times) for times in zip(*[[timed(*job) for job in jobs] for _ in range(repeats)], strict=True)]


def main():
    warnings.filterwarnings("ignore", message="This DataLoader will create 4 worker")  # the book's 4, on fewer cores
    print("| threads | dropout | ours | the book's loader, 4 workers | bare products | book / ours | ours / products |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for num_threads in (1, 2):
        for name, dropout in [("chapter 3's", ScratchDropout), ("`nn.Dropout`", nn.Dropout)]:
            ours, book, bare = measure(num_threads, dropout)
            print(f"| {num_threads} | {name} | {ours:.2f} s | {book:.2f} s | {bare:.2f} s ", end="")
            print(f"| {book / ours:.1f} | {ours / bare:.2f} |", flush=True)


if __name__ == "__main__":
    main()
