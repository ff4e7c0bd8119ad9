import Foundation
import Host
import TestSupport
import Testing

/// TensorBoard's table of hyper-parameters has a row a run, and its own code reads it.
@Suite struct HyperparameterTests {
  private func read(_ script: String, _ folder: URL) throws {
    let result = try Python.run(
      """
      import sys, logging, glob
      from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      from tensorboard.plugins import base_plugin
      from tensorboard.plugins.hparams import (
        api_pb2, backend_context, get_experiment, list_session_groups, metadata, plugin_data_pb2)
      from tensorboard.context import RequestContext
      root = sys.argv[1]

      def contents(run):
        accumulator = EventAccumulator(root + "/" + run); accumulator.Reload()
        return accumulator.PluginTagToContent("hparams")

      def table():
        multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(root)
        multiplexer.Reload()
        provider = data_provider.MultiplexerDataProvider(multiplexer, root)
        context = backend_context.Context(
          base_plugin.TBContext(data_provider=provider, multiplexer=multiplexer, logdir=root))
        request, ctx = RequestContext(), context
        meta = context.hparams_metadata(request, "")
        experiment = context.experiment_from_metadata(
          request, "", True, meta, context.hparams_from_data_provider(request, "", None))
        ask = api_pb2.ListSessionGroupsRequest(
          start_index=0, slice_size=100, allowed_statuses=[0, 1, 2, 3], include_metrics=True)
        ask.col_params.extend(api_pb2.ColParams(hparam=info.name) for info in experiment.hparam_infos)
        ask.col_params.extend(api_pb2.ColParams(metric=info.name) for info in experiment.metric_infos)
        groups = list_session_groups.Handler(request, ctx, "", ask).run().session_groups
        return experiment, {g.sessions[0].name: g for g in groups}

      """ + script, [folder.path, ShortRun.data])
    #expect(result.status == 0, "\(result.errors)")
  }

  // Needs tensorboard, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
  func itsTableHasTheSettingsAndTheResultsOfEachRun() throws {
    try Repository.withTemporaryFolder { folder in
      var erm = ShortRun.options(folder.appendingPathComponent("rows/a"))
      (erm.model, erm.seed) = ("mlp", 3)
      var gamma = ShortRun.options(folder.appendingPathComponent("rows/b"))
      gamma.model = "mlp"
      gamma.strategy = ShortRun.plugin("gamma-threshold")
      gamma.strategyParameters = [.init(name: "temp", value: "12.8")]
      gamma.objective = ShortRun.plugin("objectives") + ":logit-adjust"
      let results = try [erm, gamma].map { try ShortRun.train($0).metrics }
      let metrics: [Metric] = [
        .accuracy, .balancedAccuracy, .macroF1, .fewAccuracy, .worstClassAccuracy, .manyAccuracy,
        .mediumAccuracy, .calibrationError, .negativeLogLikelihood,
      ]
      #expect(Set(metrics) == Set(Metric.allCases))
      let expected = results.map { result in
        let values: [Double] = metrics.map { result[$0] ?? -1 }
        return JSON(values).line
      }
      try read(
        """
        experiment, groups = table()
        columns = [info.name for info in experiment.hparam_infos]
        first = ["objective", "objective_parameters", "seed", "strategy", "strategy_parameters"]
        assert columns[:5] == first, columns
        for name in ["strategy", "strategy_parameters", "objective", "objective_parameters", "dataset", "model", "seed",
            "epochs", "steps", "batch_size", "learning_rate", "schedule", "weight_decay", "momentum", "nesterov",
            "defer_until", "augment", "order", "validation", "meta_per_class"]:
          assert name in columns, (name, columns)
        assert not {"workers", "log_every", "checkpoint_every"} & set(columns), columns
        tags = [info.name.tag for info in experiment.metric_infos]
        assert tags == ["test/" + name for name in ["accuracy", "balanced_accuracy", "macro_f1", "few_accuracy",
            "worst_class_accuracy", "many_accuracy", "medium_accuracy", "calibration_error", "loss"]], tags
        names = [info.display_name for info in experiment.metric_infos]
        assert names[:5] == ["accuracy", "balanced accuracy", "macro-F1", "few-shot accuracy",
            "accuracy of the worst class"], names
        assert sorted(groups) == ["rows/a", "rows/b"], groups
        a, b = groups["rows/a"], groups["rows/b"]
        assert a.hparams["strategy"].string_value == "erm" and a.hparams["seed"].number_value == 3
        assert a.hparams["objective"].string_value == "cross-entropy"
        assert a.hparams["nesterov"].bool_value is True and a.hparams["learning_rate"].number_value == 0.1
        assert b.hparams["strategy"].string_value == "gamma-threshold"
        assert b.hparams["objective"].string_value == "logit-adjust"
        assert "temp=12.8" in b.hparams["strategy_parameters"].string_value.split(" ")
        expected = [\(expected[0]), \(expected[1])]
        for group, numbers in zip([a, b], expected):
          values = {m.name.tag: m.value for m in group.metric_values}
          assert len(values) == len(numbers) == 9, (values, numbers)
          for tag, number in zip(tags, numbers):
            assert abs(values[tag] - number) < 1e-6 * max(1, number), (tag, values, numbers)
          assert group.sessions[0].status == api_pb2.STATUS_SUCCESS
          assert 0 < group.sessions[0].start_time_secs <= group.sessions[0].end_time_secs
        own = plugin_data_pb2.HParamsPluginData.FromString(contents("rows/b")[metadata.SESSION_START_INFO_TAG])
        assert own.session_start_info.hparams["strategy.temp"].number_value == 12.8
        """, folder)
    }
  }

  /// A run that is stopped has begun once and not ended; when it goes on it has one row still, with its end.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
  func aRunThatGoesOnHasOneRow() throws {
    try Repository.withTemporaryFolder { folder in
      var options = ShortRun.options(folder.appendingPathComponent("run"))
      options.model = "mlp"
      #expect(try ShortRun.stop(options, after: 3))
      try read(
        """
        found = contents("run")
        assert sorted(found) == [metadata.EXPERIMENT_TAG, metadata.SESSION_START_INFO_TAG], found
        groups = table()[1]
        assert list(groups) == ["run"] and groups["run"].sessions[0].status == api_pb2.STATUS_UNKNOWN
        """, folder)
      try ShortRun.train(options, warn: { _ in })
      try read(
        """
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        tags = [v.tag for f in sorted(glob.glob(root + "/run/events*")) for e in EventFileLoader(f).Load()
                for v in e.summary.value if v.tag.startswith("_hparams_")]
        assert sorted(tags) == sorted([metadata.EXPERIMENT_TAG, metadata.SESSION_START_INFO_TAG,
                                       metadata.SESSION_END_INFO_TAG]), tags
        groups = table()[1]
        assert list(groups) == ["run"] and groups["run"].sessions[0].status == api_pb2.STATUS_SUCCESS
        assert len(groups["run"].metric_values) == 9
        """, folder)
    }
  }

  @Test(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
  func aRunThatFailsSaysSo() throws {
    try Repository.withTemporaryFolder { folder in
      var recorder = try RecordFixtures.recorder(in: folder.appendingPathComponent("run").path)
      RecordFixtures.train(&recorder, epochs: 1)
      recorder.fail("a weight is NaN")
      try read(
        #"""
        group = table()[1]["run"]
        assert group.sessions[0].status == api_pb2.STATUS_FAILURE
        assert group.hparams["strategy_parameters"].string_value == "gamma=0.7 temp=1"
        """#, folder)
    }
  }

  // MARK: - Pictures

  /// The strips hold the images of the most and the least weighted samples, every pixel of them.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
  func theExtremesAreThere() throws {
    try Repository.withTemporaryFolder { folder in
      var options = ShortRun.options(folder.appendingPathComponent("run"))
      options.model = "mlp"
      options.strategy = ShortRun.plugin("gamma-threshold")
      try ShortRun.train(options)
      try read(
        """
        import io, numpy as np
        from PIL import Image
        accumulator = EventAccumulator(root + "/run"); accumulator.Reload()
        assert sorted(accumulator.Tags()["images"]) == ["samples/least_weighted", "samples/most_weighted"]
        w = np.load(root + "/run/samples.npz")["weight"]
        seen = np.flatnonzero(~np.isnan(w))
        images = np.load(sys.argv[2] + "/digits-lt_train.npz")["images"][..., 0]
        for tag, order in [("least_weighted", np.argsort(w[seen], kind="stable")),
                           ("most_weighted", np.argsort(-w[seen], kind="stable"))]:
          event = accumulator.Images("samples/" + tag)[-1]
          strip = np.array(Image.open(io.BytesIO(event.encoded_image_string)))
          assert strip.shape[:2] == (event.height, event.width) == (36, 12 * 34 + 2)
          for k, sample in enumerate(seen[order[:12]]):
            cell = strip[2:34, 2 + 34 * k:34 + 34 * k]
            expected = np.kron(images[sample], np.ones((4, 4), np.uint8))[..., None]
            assert np.array_equal(cell, np.broadcast_to(expected, (32, 32, 3))), (tag, k, sample)
        """, folder)
    }
  }
}
