"""Claims about the arithmetic and the report; `python3 -m unittest discover Benchmarks` checks them in a moment."""

from __future__ import annotations

import json
import unittest
import xml.etree.ElementTree as ElementTree

import brhost_side
import report
from bars import bars
from compare import order
from configurations import ALL, BATCHES, Brhost, Torch, batch_key
from measurements import MeasurementError, Measurements, Visit, percentile


def visit(*milliseconds: float, **more: object) -> Visit:
    phases = {name: 1.0 for name in report.PHASES}
    details = {"version": "1", "instruction_set": "x", "gflops": 1.0, "peak_gflops": 2.0}
    return Visit(milliseconds, **({"evaluation": (25.0,), "phases": phases, "details": details,
                                   "peak_memory": 100, "baseline_memory": 10} | more))


def complete() -> Measurements:
    """Every configuration at 100 ms for 128 images, PyTorch four times as slow."""
    m = Measurements()
    for c in ALL:
        images = c.batch / 128 if isinstance(c, Brhost) else 1
        m.add(c.key, 0, visit(100 * (4 if isinstance(c, Torch) else images)))
    return m


def about(others: float = 0) -> report.Circumstances:
    return report.Circumstances("Benchmarks/run", "2030-01-31", "abc", "2", others, 0, 1, 1, "results.svg")


class Arithmetic(unittest.TestCase):
    def test_a_ratio_is_taken_within_the_rounds(self) -> None:
        m = Measurements()
        for round, factor in enumerate([1, 10, 2]):  # the machine's moods
            m.add("a", round, visit(300 * factor))
            m.add("b", round, visit(100 * factor))
        m.add("a", 3, visit(1))  # a round that lacks b
        self.assertAlmostEqual(m.ratio("a", "b"), 3)
        self.assertIsNone(m.ratio("a", "absent"))

    def test_waiting_for_the_batch_does_not_count(self) -> None:
        self.assertEqual(visit(9, 10, 50, waiting=4.0).step, 6)

    def test_percentiles_are_interpolated(self) -> None:
        for values, fraction, expected in [([1], 0.9, 1), ([1, 2], 0.5, 1.5), (range(11), 0.1, 1), ([3, 1, 2], 1, 3)]:
            self.assertAlmostEqual(percentile(values, fraction), expected)

    def test_every_round_visits_every_configuration_once(self) -> None:
        orders = [order(ALL, round, 5) for round in range(5)]
        for found in orders:
            self.assertEqual(sorted(c.key for c in found), sorted(c.key for c in ALL))
        self.assertEqual(len({found[0].key for found in orders}), 5)


class Bars(unittest.TestCase):
    def test_verdicts_follow_the_figures(self) -> None:
        verdicts = {bar.measure: (bar.figure, bar.is_met) for bar in bars(complete())}
        self.assertEqual(verdicts["training step against PyTorch's default (NCHW)"], (4, True))
        self.assertEqual(verdicts["two threads against one"], (1, False))
        self.assertEqual(verdicts["evaluation against PyTorch's forward in `eval` mode (NCHW)"], (16, True))
        self.assertEqual(verdicts["start of `train` on `cifar10-lt` until the first step is done"], (0.1, True))

    def test_time_of_an_image_is_compared_not_of_a_step(self) -> None:
        growth = [bar.figure for bar in bars(complete()) if bar.measure.startswith("time of an image")]
        self.assertEqual(growth, [1] * (len(BATCHES) - 1))

    def test_a_bar_without_figures_says_which_are_missing(self) -> None:
        m = complete()
        m.fail("torch/nchw", "out of memory")
        del m.visits["brhost/start"]
        origins = [bar.origin for bar in bars(m) if bar.figure is None]
        self.assertIn("not measured: torch/nchw failed", origins)
        self.assertIn("not measured: brhost/start left out", origins)

    def test_a_failure_of_one_configuration_leaves_the_fastest_of_the_others(self) -> None:
        m = complete()
        m.fail("torch/compile", "no compiler")
        self.assertTrue(next(b for b in bars(m) if "fastest fp32" in b.measure).is_met)

    def test_every_key_that_bars_need_exists(self) -> None:
        self.assertEqual([bar.measure for bar in bars(complete()) if bar.figure is None], [])
        self.assertEqual(len({c.key for c in ALL}), len(ALL))
        self.assertTrue({batch_key(batch) for batch in BATCHES} <= {c.key for c in ALL})


class Answers(unittest.TestCase):
    def test_an_answer_of_bench_is_read(self) -> None:
        answer = {"phases_ms": {"data": 0.5}, "step_ms": {"all": [3, 2, 1]}, "evaluation_ms": {"median": 7},
                  "peak_memory_bytes": None, "version": "1", "instruction_set": "x", "gflops": 1, "peak_gflops": 2}
        found = brhost_side.read(json.dumps(answer))
        self.assertEqual((found.step, found.evaluation, found.peak_memory), (1.5, (7.0,), 0))

    def test_other_answers_are_refused(self) -> None:
        for text in ["", "[]", "{}", '{"phases_ms": 3}', '{"phases_ms": {"data": null}}']:
            with self.assertRaises(MeasurementError, msg=text):
                brhost_side.read(text)


class Report(unittest.TestCase):
    def test_tables_keep_their_columns(self) -> None:
        m = complete()
        m.fail("torch/compile", "no | compiler")
        for block in report.markdown(m, about()).split("\n\n"):
            if block.startswith("|"):
                columns = {line.replace("\\|", "").count("|") for line in block.splitlines()}
                self.assertEqual(len(columns), 1, block)

    def test_a_busy_machine_gets_no_verdicts(self) -> None:
        quiet, busy = (report.markdown(complete(), about(others)) for others in (1, 30))
        self.assertIn("| yes |", quiet)
        self.assertNotIn("| yes |", busy)
        self.assertIn("other programs took 30.0 %", busy)

    def test_a_report_of_nothing_can_be_written(self) -> None:
        self.assertIn("0 of 16 bars are met", report.markdown(Measurements(), about()))
        ElementTree.fromstring(report.picture(Measurements()))

    def test_the_picture_shows_what_was_measured(self) -> None:
        picture = ElementTree.fromstring(report.picture(complete()))
        texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("PyTorch, default (NCHW)", texts)
        self.assertEqual(texts.count("400 ms"), 10)


if __name__ == "__main__":
    unittest.main()
