"""What live drawing costs: the book's weight decay training, in a live kernel, with and without it.

100 epochs on 20 examples of 200 inputs, batches of 5, both losses every fifth epoch: 20 points. Without it means the
same training, evaluations included, whose ``add`` does nothing. The cell is timed from sending it to the last message:
it includes the figure and the last frame. Ten times as long, it is drawn while it runs. Run it by
``python -m benchmarks.animator``.
"""

from statistics import median

from benchmarks.kernel import Kernel

SETUP = """
import gc
import time
import torch
from torch.utils.data import DataLoader, TensorDataset
from helpers import Animator
from helpers.d2l.installed import installed as book
from matplotlib_inline.backend_inline import set_matplotlib_formats

torch.set_num_threads(1)
torch.manual_seed(0)


def load(n, shuffle):
    X = torch.randn(n, 200)
    y = X @ torch.full((200, 1), 0.01) + 0.05 + 0.01 * torch.randn(n, 1)
    return DataLoader(TensorDataset(X, y), batch_size=5, shuffle=shuffle)


def squared_loss(y_hat, y):
    return (y_hat - y) ** 2 / 2


def evaluate_loss(net, data_iter):
    total = [(float(squared_loss(net(X), y).sum()), len(y)) for X, y in data_iter]
    return sum(loss for loss, _ in total) / sum(n for _, n in total)


train_iter, test_iter = load(20, True), load(100, False)


def train(add, lambd=3, lr=0.003, num_epochs=100):
    w, b = torch.randn(200, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for epoch in range(num_epochs):
        for X, y in train_iter:
            loss = squared_loss(X @ w + b, y) + lambd * (w**2).sum() / 2
            loss.sum().backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad / 5
                    param.grad.zero_()
        if (epoch + 1) % 5 == 0:
            with torch.no_grad():
                add(epoch + 1, tuple(evaluate_loss(lambda X: X @ w + b, data) for data in (train_iter, test_iter)))


def timed(add, num_epochs):
    global loop
    start = time.perf_counter()
    train(add, num_epochs=num_epochs)
    loop = time.perf_counter() - start


def show(image_format):
    book.use_svg_display = lambda: set_matplotlib_formats(image_format)  # its own call is gone from IPython


options = dict(ylabel='loss', yscale='log', legend=['train', 'test'])
"""
NOTHING = "lambda x, y: None"
OURS = "Animator('epochs', xlim=[5, {epochs}], **options).add"
OURS_FIRST = "Animator(f'epochs {{time.time()}}', xlim=[5, {epochs}], **options).add"
BOOKS = "book.Animator('epochs', xlim=[5, {epochs}], **options).add"
WAYS = [  # name, what draws, epochs, how many times it is compared with the same training without it
    ("`Animator`", OURS, 100, 40),
    ("`Animator`, first of its style", OURS_FIRST, 100, 40),
    ("`Animator`, ten times as long", OURS, 1000, 10),
    ("the book's, PNG", "show('png') or " + BOOKS, 100, 5),
    ("the book's, SVG", "show('svg') or " + BOOKS, 100, 5),
]


def measure(kernel: Kernel, cell: str) -> tuple[float, float]:
    """Return the seconds of the training loop and of the whole cell, figure and last frame included."""
    whole = kernel.seconds(cell)
    loop = kernel.value("loop")
    kernel.run("book.plt.close('all'); gc.collect()")
    return loop, whole


def compare(kernel: Kernel, add: str, epochs: int, repeats: int) -> list[float]:
    """Return the medians of loop and cell in seconds, and of their ratios to the cell without drawing, run in turn."""
    rows = []
    for _ in range(repeats):
        without = measure(kernel, f"timed({NOTHING}, {epochs})")
        drawn = measure(kernel, f"timed({add.format(epochs=epochs)}, {epochs})")
        rows.append((*drawn, *(a / b for a, b in zip(drawn, without, strict=True))))
    return [median(column) for column in zip(*rows, strict=True)]


def main() -> None:
    """Print the table."""
    print("| training drawn by | loop | times without | cell | times without |\n| --- | ---: | ---: | ---: | ---: |")
    with Kernel() as kernel:
        kernel.run(SETUP)
        measure(kernel, f"timed({NOTHING}, 100)")
        for name, *way in WAYS:
            loop, whole, loop_ratio, whole_ratio = compare(kernel, *way)
            print(f"| {name} | {loop:.3f} s | {loop_ratio:.2f} | {whole:.3f} s | {whole_ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
