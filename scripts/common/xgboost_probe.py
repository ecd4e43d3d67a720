"""The objectives that the XGBoost of this environment knows, as JSON.

Runs there, from Python 3.8 on; XGBoost names its candidates where it is asked for an unknown one.
"""

import json
import re

import numpy
import xgboost


def candidates():
    try:
        train = xgboost.DMatrix(numpy.array([[0.0], [1.0]]), label=[0.0, 1.0])
        xgboost.train({"objective": "none:such"}, train, 1)
    except xgboost.core.XGBoostError as error:
        return sorted(set(re.findall(r"candidate: ([\w:]+)", str(error))))
    return []


print(json.dumps(candidates()))
