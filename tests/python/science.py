"""Writes tests/golden/science/*.pkl anew: small objects of pandas, scikit-learn and numpy.random.

To be run with the Python that `.ci/venv FOLDER python3.12 pandas==3.1.1 scikit-learn==1.9.1` makes.
"""
import os
import pickle

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "science")

points = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 2.0], [3.0, 5.0]])
line = points @ [2.0, -1.0] + 0.5
sides = np.array(["left", "left", "right", "right"], dtype=object)
days = pd.date_range("2024-02-28", periods=3, tz="Europe/Berlin")

objects = {
    "frame": pd.DataFrame(
        {"name": ["Ada", "Grace", None], "born": [1815, 1906, 0], "score": [0.5, 1.5, np.nan]},
        index=["a", "b", "c"],
    ),
    "series": pd.Series([1.5, 2.5, 3.5], index=days, name="level"),
    "timestamp": pd.Timestamp("2024-02-29 12:30:00.000001", tz="Europe/Berlin"),
    "categorical": pd.Categorical(["low", "high", "low", None], ["low", "high"], ordered=True),
    "linear": LinearRegression().fit(points, line),
    "forest": RandomForestClassifier(2, max_depth=2, random_state=0).fit(points, sides),
    "pipeline": Pipeline([("scale", StandardScaler()), ("fit", LinearRegression())]).fit(points, line),
    "generator": np.random.default_rng(7),
    "state": np.random.RandomState(7),
}
for name, value in objects.items():
    for protocol in (2, 5):
        with open(os.path.join(folder, "%s-p%d.pkl" % (name, protocol)), "wb") as file:
            pickle.dump(value, file, protocol)
