"""What the shipped strategies should answer, in double precision, written from the papers.

Takes a file with a run's setup, its batches, and cases (a strategy and its parameters), and prints for each case and
batch the outputs. Weights that are derivatives of a loss are found by differentiating that loss with a complex step, or by
solving what defines it.
"""

import json
import sys

import numpy as np

import objectives
import weights

STRATEGIES = {
    "inverse-frequency": weights.InverseFrequency,
    "class-balanced": weights.ClassBalanced,
    "focal": weights.Focal,
    "gce": weights.GeneralizedCrossEntropy,
    "ghm": weights.GradientHarmonizing,
    "self-paced": weights.SelfPaced,
    "superloss": weights.SuperLoss,
    "absgd": weights.AttentionalBias,
    "small-loss": weights.SmallLoss,
    "group-dro": weights.GroupDRO,
    "gradient-norm": weights.GradientNorm,
    "influence-balanced": weights.InfluenceBalanced,
    "l2rw": weights.LearningToReweight,
    "meta-weight-net": weights.MetaWeightNet,
    "logit-adjust": objectives.LogitAdjust,
    "ldam": objectives.LDAM,
    "vs": objectives.VectorScaling,
    "label-smoothing": objectives.LabelSmoothing,
}


class Batch:
    def __init__(self, record):
        self.size, self.epoch, self.progress = record["size"], record["epoch"], record["progress"]
        self.learning_rate = record["learning_rate"]
        for name, values in record["floats"].items():
            has_rows = name in ("logits", "logit_gradient", "feature")
            setattr(self, name, np.reshape(values, (self.size, -1)) if has_rows else np.array(values))
        for name, values in record["integers"].items():
            setattr(self, name, np.array(values))


def answer(strategy, batch):
    if hasattr(strategy, "evaluate"):
        loss, gradient = strategy.evaluate(batch)
        return {"loss": loss.tolist(), "logit_gradient": gradient.ravel().tolist()}
    return {"weight": strategy.weigh(batch).tolist()}


def main():
    with open(sys.argv[1]) as file:
        task = json.load(file)
    batches = [Batch(record) for record in task["batches"]]
    answers = []
    for case in task["cases"]:
        strategy = STRATEGIES[case["id"]](task["run"], case["values"], case["state"])
        answers.append([answer(strategy, batch) for batch in batches])
    json.dump(answers, sys.stdout)


main()
