"""Weighs samples of crowded clusters less: what is common does not drown out what is rare."""

import numpy as np

STRATEGY = {
    "id": "cluster-balance",
    "version": "1.0.0",
    "name": "Cluster balance",
    "summary": "Clusters the features of each batch and weighs samples of crowded clusters less.",
    "inputs": ["feature"],
    "outputs": ["weight"],
    "params": [
        {"name": "clusters", "type": "int", "default": 8, "min": 1, "max": 256, "help": "Clusters."},
        {"name": "rounds", "type": "int", "default": 5, "min": 1, "max": 100, "help": "Rounds of k-means."},
    ],
    "deterministic": True,
}


def weigh(batch):
    x = batch.feature  # [B, F], read-only and gone after this call
    if not np.isfinite(x).all():
        raise ValueError("a feature is not finite")
    cluster = k_means(x.astype(np.float64), min(batch.params.clusters, batch.size), batch.params.rounds)

    # Every cluster that has samples gets the same share, and so does every sample within it.
    counts = np.bincount(cluster)
    batch.metric("clusters", np.count_nonzero(counts))
    return 1 / (np.count_nonzero(counts) * counts[cluster])


def k_means(x, k, rounds):
    """The cluster of each row: the first center is row 0, each next one the row farthest from all so far."""
    centers = x[:1].copy()
    distance = squared_distances(x, centers)[:, 0]
    while len(centers) < k:
        centers = np.vstack([centers, x[distance.argmax()]])
        distance = np.minimum(distance, squared_distances(x, centers[-1:])[:, 0])
    for _ in range(rounds):
        cluster = squared_distances(x, centers).argmin(axis=1)
        for j in range(k):
            if (cluster == j).any():
                centers[j] = x[cluster == j].mean(axis=0)
    return cluster


def squared_distances(x, centers):
    """[rows of x, centers], by |a - b|² = |a|² - 2ab + |b|²."""
    return (x**2).sum(axis=1)[:, None] - 2 * x @ centers.T + (centers**2).sum(axis=1)
