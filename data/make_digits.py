"""Makes the embedded data set, digits-lt_train.npz and digits_test.npz, beside this script.

How it was run (scikit-learn 1.9.1, numpy 2.4.6; the same bytes each time):

    python3 -m venv /tmp/digits && /tmp/digits/bin/pip install scikit-learn
    /tmp/digits/bin/python data/make_digits.py
"""

import pathlib

import numpy as np
from sklearn.datasets import load_digits

CLASSES = 10
TEST_PER_CLASS = 50
LARGEST_CLASS = 120
IMBALANCE_FACTOR = 20

folder = pathlib.Path(__file__).parent
digits = load_digits()
images = np.rint(digits.images * (255 / 16)).astype(np.uint8)  # 0...16 to 0...255
labels = digits.target.astype(np.int64)
shuffle = np.random.RandomState(0)  # its sequences never change between numpy's versions

test, train = [], []
for digit in range(CLASSES):
    rows = shuffle.permutation(np.flatnonzero(labels == digit))
    # The exponential profile of the long-tailed CIFAR sets: n_c = n_max * factor ** (-c / (classes - 1)).
    count = round(LARGEST_CLASS * IMBALANCE_FACTOR ** (-digit / (CLASSES - 1)))
    test += list(rows[:TEST_PER_CLASS])
    train += list(rows[TEST_PER_CLASS : TEST_PER_CLASS + count])

for name, rows in [("digits-lt_train", train), ("digits_test", test)]:
    rows = shuffle.permutation(rows)
    np.savez_compressed(folder / f"{name}.npz", images=images[rows, :, :, None], labels=labels[rows])
    print(name, len(rows), np.bincount(labels[rows]))
