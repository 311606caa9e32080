"""Numerical and learning loops of a CI job: learning.py numpy|learn ROUNDS, 0 without end."""
import itertools
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
random = np.random.default_rng(7)


def numpy_round():
    a = random.normal(size=(500, 500))
    np.linalg.svd(a @ a.T)


def learn_round():
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.neural_network import MLPClassifier

    x = random.normal(size=(2000, 40))
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).astype(int)
    MLPClassifier((64, 32), max_iter=20, random_state=1).fit(x, y)
    RandomForestClassifier(20, n_jobs=2, random_state=1).fit(x, y)


work = {"numpy": numpy_round, "learn": learn_round}[sys.argv[1]]
rounds = int(sys.argv[2])
for _ in range(rounds) if rounds else itertools.count():
    work()
