"""For every test and every notebook that pytest runs."""

import os

# The first import builds a cache of fonts and, where that takes long, says so on stderr: not within a chapter.
import matplotlib.font_manager  # noqa: F401

os.environ["FASHION_MNIST_DOWNLOAD"] = "0"  # no test touches the network, nor do the kernels that re-execute chapters
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is loaded: its threads wait without spinning
os.environ["TQDM_DISABLE"] = "1"  # a progress bar is an output that is never the same twice
