"""What the shipped strategies should answer, in double precision, written from the papers.

Takes a file with batches and cases (a strategy, its parameters, and the run's classes), and prints for each case and
batch the outputs. Where the strategies use a closed form, a recursion or a derivative by hand, this uses what it stands
for: the minimum, the whole history, the pairs, exact arithmetic, or differentiation by a complex step.
"""

import json
import sys

import numpy as np

import class_weights
import gradient_weights
import loss_weights
import meta_weights
import objectives

STRATEGIES = {
    "inverse-frequency": class_weights.InverseFrequency,
    "class-balanced": class_weights.ClassBalanced,
    "focal": loss_weights.Focal,
    "gce": loss_weights.GeneralizedCrossEntropy,
    "ghm": loss_weights.GradientHarmonizing,
    "self-paced": loss_weights.SelfPaced,
    "superloss": loss_weights.SuperLoss,
    "absgd": loss_weights.AttentionalBias,
    "small-loss": loss_weights.SmallLoss,
    "group-dro": loss_weights.GroupDRO,
    "gradient-norm": gradient_weights.GradientNorm,
    "influence-balanced": gradient_weights.InfluenceBalanced,
    "l2rw": meta_weights.LearningToReweight,
    "meta-weight-net": meta_weights.MetaWeightNet,
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
        strategy = STRATEGIES[case["id"]](case["run"], case["values"], case["state"])
        answers.append([answer(strategy, batch) for batch in batches])
    json.dump(answers, sys.stdout)


main()
