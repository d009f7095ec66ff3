"""What `sweep_nets` costs: any module in one stack, against one net after the other and the sweep written out by hand.

All sides train the same nets on the same data and record the same curves, in turn, with as many threads as cores. Run
it by ``python -m benchmarks.nets``.
"""

from collections.abc import Callable
from functools import partial
from statistics import median

import torch
from torch import nn

from benchmarks.sweeps import seconds
from helpers import ImageData, load_digits, sweep_decay_and_dropout, sweep_dropout, sweep_nets

DIGITS = load_digits(1000).with_label_noise(0.2)
NOISE, LABELS = torch.rand(200, 784), torch.arange(200) % 10
LARGE = ImageData("noise", NOISE, LABELS, NOISE, LABELS, tuple("0123456789"), (28, 28))  # as large as Fashion-MNIST's
PS, LAMBDAS, FEW = [k / 10 for k in range(10)], [0.0, 0.002, 0.004, 0.008, 0.016, 0.03], [0.0, 0.1, 0.25, 0.4, 0.55]
OPTIONS = {"num_epochs": 3, "record_every": 3, "lr": 0.1}
REPEATS = 3


def mlp(num_hiddens: int) -> nn.Module:
    """Return chapter 3's network."""
    layers = [nn.Linear(64, num_hiddens), nn.ReLU(), nn.Dropout(), nn.Linear(num_hiddens, num_hiddens), nn.ReLU()]
    return nn.Sequential(*layers, nn.Dropout(), nn.Linear(num_hiddens, 10))


def small_cnn() -> nn.Module:
    """Return a network of two convolutions for digits, 8 by 8 pixels."""
    layers = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Dropout(), nn.Conv2d(8, 16, 3), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(), nn.Linear(256, 10))


def large_cnn() -> nn.Module:
    """Return a network of two convolutions for images of 28 by 28 pixels."""
    first = [nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*first, *second, nn.Dropout(), nn.Linear(512, 10))


def nets(make_net: Callable[[], nn.Module], data: ImageData, **options: object) -> dict[str, Callable[[], object]]:
    """Return the same sweep in one stack and one net after the other."""
    sweep = partial(sweep_nets, make_net, data, **OPTIONS, **options)
    return {"stack": partial(sweep, stack=True), "one by one": partial(sweep, stack=False)}


MLP_4 = {"num_seeds": 4}
ROWS = {
    "chapter 3's MLP: 10 p × 4 seeds": nets(partial(mlp, 64), DIGITS, p=PS, **MLP_4)
    | {"by hand": partial(sweep_dropout, DIGITS, PS, **MLP_4, **OPTIONS)},
    "chapter 7's MLP: 6 λ × 5 p": nets(partial(mlp, 48), DIGITS, lambd=LAMBDAS, p=FEW)
    | {"by hand": partial(sweep_decay_and_dropout, DIGITS, LAMBDAS, FEW, **OPTIONS)},
    "an MLP of 256 units, 86,000 weights: 10 p": nets(partial(mlp, 256), DIGITS, p=PS),
    "two convolutions, 8 × 8 pixels: 6 λ × 5 p": nets(small_cnn, DIGITS, lambd=LAMBDAS, p=FEW),
    "two convolutions, 28 × 28 pixels: 10 p": nets(large_cnn, LARGE, p=PS),
}


def main() -> None:
    """Print the table."""
    print("| nets | stack | one by one | times the stack | by hand | stack / by hand |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, jobs in ROWS.items():
        for job in jobs.values():
            job()  # the first run of a process is slower
        taken = [{kind: seconds(job) for kind, job in jobs.items()} for _ in range(REPEATS)]
        print(f"| {name} | {' | '.join(_cells(taken))} |", flush=True)


def _cells(taken: list[dict[str, float]]) -> list[str]:
    """Return medians of seconds, and of ratios within a repeat."""
    stack, others = median(one["stack"] for one in taken), median(one["one by one"] for one in taken)
    cells = [f"{stack:.2f} s", f"{others:.2f} s", f"{median(one['one by one'] / one['stack'] for one in taken):.1f}"]
    if "by hand" not in taken[0]:
        return [*cells, "", ""]
    by_hand = median(one["by hand"] for one in taken)
    return [*cells, f"{by_hand:.2f} s", f"{median(one['stack'] / one['by hand'] for one in taken):.1f}"]


if __name__ == "__main__":
    main()
