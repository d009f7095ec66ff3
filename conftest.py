"""For every test and every notebook that pytest runs."""

import os

os.environ["FASHION_MNIST_DOWNLOAD"] = "0"  # no test touches the network, nor do the kernels that re-execute the chapters
