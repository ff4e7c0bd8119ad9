import Foundation
import Host
import TestSupport
import Testing

/// TensorBoard's own loaders read every tag and value, also of a file that was cut off.
// Needs tensorboard, which `make deps` puts into .venv.
@Suite(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
struct EventFileTests {
  static let values: [Double] = [0, 0.25, 0.25, 0.5, 128, -3]

  static func write(in folder: URL) throws -> String {
    var events = try EventFile(creatingIn: folder.path, host: "a/b", process: 42, wallTime: 1_900_000_000.25)
    var histogram = Histogram()
    for value in values + [.nan] { histogram.add(value) }
    for step in 0..<3 {
      try events.write(
        [
          .scalar(tag: "loss", 0.5 * Double(step)), .scalar(tag: "é", step == 1 ? .nan : -1),
          .histogram(tag: "weight", histogram), .histogram(tag: "none", Histogram()),
          .text(tag: "run", "# text \(step)"),
        ], step: 1000 * step, wallTime: 1_900_000_001 + Double(step))
    }
    try events.synchronize()
    return events.path
  }

  @Test func theAccumulatorReadsEverything() throws {
    try Repository.withTemporaryFolder { folder in
      let path = try Self.write(in: folder)
      #expect(path.hasSuffix("/events.out.tfevents.1900000000.a-b.42.0"))
      let result = try Python.run(
        """
        import sys, math
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tensorboard.backend.event_processing import plugin_event_accumulator as p
        a = EventAccumulator(sys.argv[1], size_guidance=dict(scalars=0, histograms=0, tensors=0)); a.Reload()
        assert a.Tags()["scalars"] == ["loss", "é"], a.Tags()
        assert a.Tags()["histograms"] == ["weight", "none"] and a.Tags()["tensors"] == ["run"]
        assert a.file_version == 2.0 and a.FirstEventTimestamp() == 1900000000.25
        assert [(e.step, e.wall_time, e.value) for e in a.Scalars("loss")] == [
          (0, 1900000001, 0), (1000, 1900000002, 0.5), (2000, 1900000003, 1)]
        assert [math.isnan(e.value) for e in a.Scalars("é")] == [False, True, False]
        h = a.Histograms("weight")[2].histogram_value
        assert (h.min, h.max, h.num, h.sum, h.sum_squares) == (-3, 128, 6, 126, 0.375 + 9 + 128 ** 2)
        assert len(h.bucket) == len(h.bucket_limit) and sum(h.bucket) == 6
        left = [-math.inf] + list(h.bucket_limit[:-1])
        for v in [0, 0.25, 0.5, 128, -3]:
          n = [c for l, r, c in zip(left, h.bucket_limit, h.bucket) if l <= v < r]
          assert n == [2 if v == 0.25 else 1], (v, n)
        assert list(h.bucket_limit) == sorted(h.bucket_limit)
        assert a.Histograms("none")[0].histogram_value.num == 0
        assert a.Tensors("run")[2].tensor_proto.string_val[0] == b"# text 2"

        b = p.EventAccumulator(sys.argv[1], tensor_size_guidance=dict(scalars=0)); b.Reload()
        content = {plugin: sorted(b.PluginTagToContent(plugin)) for plugin in ("scalars", "histograms", "text")}
        assert content == {"scalars": ["loss", "é"], "histograms": ["none", "weight"], "text": ["run"]}, content
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test func aTruncatedLastRecordCostsOnlyItself() throws {
    try Repository.withTemporaryFolder { folder in
      let path = try Self.write(in: folder)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      try whole.dropLast(5).write(to: URL(fileURLWithPath: path))
      let result = try Python.run(
        """
        import sys
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        events = list(EventFileLoader(sys.argv[1]).Load())
        assert [e.step for e in events] == [0, 0, 1000], events
        assert events[0].file_version == "brain.Event:2"
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}
