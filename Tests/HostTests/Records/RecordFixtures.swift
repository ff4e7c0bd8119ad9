import Foundation
import Host
import TestSupport
import Testing

/// Runs that were never trained, for tests of what they leave behind.
enum RecordFixtures {
  static func description(
    strategy: String = "gamma-threshold",
    parameters: [JSON.Member] = [.init("gamma", 0.7), .init("temp", 1)],
    counts: [Int] = [150, 40, 5], seed: UInt64 = .max
  ) -> RunDescription {
    RunDescription(
      version: "1.2.3", commandLine: ["brhost", "train", "--dataset", "digits-lt"], configuration: "test",
      strategy: .init(
        id: strategy, version: "1.0", file: "/lib/x.so", sha256: "00ff", parameters: parameters),
      objective: nil,
      data: .init(
        name: "digits-lt", trainFile: "data/digits-lt_train.npz", trainSHA256: "01",
        testFile: "data/digits_test.npz", testSHA256: "02", imageShape: [1, 8, 8], trainCounts: counts,
        testCounts: [2, 2, 2]),
      model: "resnet8", parameterCount: 77_000, seed: seed,
      settings: [.init("learning_rate", JSON(Float(0.1))), .init("epochs", 2)],
      machine: .current(threads: 2, instructionSet: "avx512", blas: "OpenBLAS 0.3.21"),
      environment: ["BRHOST_PLUGIN_PATH": "/lib"])
  }

  /// Six samples of three classes; predictions 0, 1, 1, 1, 0, 2 of targets 0, 0, 1, 1, 2, 2.
  static let predictions = Predictions(
    classes: 3,
    logits: [3, 0, 0, 0, 2, 0, -1, 4, 0, 0, 0.5, 0, 1, 0, 0.9, 0, 0, 5], targets: [0, 0, 1, 1, 2, 2])

  /// A recorder in `folder` by a clock of its own.
  static func recorder(
    in folder: String, _ description: RunDescription = description(), classes: [Int64] = [0, 1, 1, 2],
    warnings: Log = Log(), peakMemory: Int = 1 << 20, resuming snapshot: Snapshot? = nil
  ) throws -> RunRecorder {
    var setup = RunRecorder.Setup { warnings.add($0) }
    let clock = Clock()
    setup.now = { clock.next() }
    setup.uptime = { clock.next() }
    setup.peakMemory = { peakMemory }
    setup.logEvery = 2
    return try RunRecorder(
      in: RunFolder(opening: folder), setup, description, classes: classes, resuming: snapshot)
  }

  /// Records `epochs` epochs of two steps of three samples each.
  static func train(_ recorder: inout RunRecorder, epochs: Int, scores: Bool = true) {
    let ids: [Int64] = [0, 1, 3]
    let targets: [Int64] = [0, 1, 2]
    let losses: [Float] = [1, 3, 2]
    let logits: [Float] = [1, 0, 0, 0, 1, 1, 2, 2, 3]
    let weights: [Float] = [0.5, 0.25, 0.25]
    for step in 0..<(2 * epochs) {
      let batch: [Float] = [Float(step), 1, 2]
      recorder.step(
        StepRecord(
          step: step, epoch: step / 2, loss: step == 1 ? .nan : 1.5, weightedLoss: 1.25, learningRate: 0.1,
          seconds: 0.125, metrics: [.init(name: "shared", value: 0.5)]),
        sampleIDs: ids.span, targets: targets.span, losses: losses.span, logits: logits.span,
        weights: weights.span,
        scores: scores ? batch.span : nil)
      if step % 2 == 1 {
        recorder.epoch(
          EpochRecord(
            epoch: step / 2, steps: step + 1, trainLoss: 1.5, trainAccuracy: 0.5,
            test: ClassificationMetrics(predictions, trainingCounts: [150, 40, 5]), learningRate: 0.1,
            seconds: 0.25, imagesPerSecond: 24))
      }
    }
  }

  static let weights = [NamedTensor(name: "linear.bias", shape: [3], floats: [1, 2, 3])]

  /// A complete run in `folder`.
  static func run(
    in folder: String, strategy: String = "gamma-threshold", seed: UInt64 = .max, epochs: Int = 2
  ) throws {
    var recorder = try recorder(in: folder, description(strategy: strategy, seed: seed))
    train(&recorder, epochs: epochs)
    try recorder.finish(
      .init(weights: weights, strategyState: weights, predictions: predictions))
  }

  static func json(_ path: String) throws -> JSON {
    try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path))))
  }
}

/// A clock that advances by half a second whenever it is read.
final class Clock: @unchecked Sendable {
  private let lock = NSLock()
  private var time = 1_900_000_000.0

  func next() -> Double {
    lock.withLock {
      defer { time += 0.5 }
      return time
    }
  }
}

/// Texts that were told.
final class Log: @unchecked Sendable {
  private let lock = NSLock()
  private var texts: [String] = []

  var lines: [String] { lock.withLock { texts } }
  func add(_ text: String) { lock.withLock { texts.append(text) } }
}

/// A file system of 64 KiB, mounted for as long as `body` runs.
func withSmallDisk(_ body: (URL) throws -> Void) throws {
  try Repository.withTemporaryFolder { folder in
    let mount = try run(
      URL(fileURLWithPath: "/bin/mount"), ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path])
    guard mount.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { _ = try? run(URL(fileURLWithPath: "/bin/umount"), [folder.path]) }
    try body(folder)
  }
}

/// Whether this process may mount file systems.
let canMount: Bool = (try? withSmallDisk { _ in }) != nil

/// Why a test that mounts a file system is skipped.
let cannotMount: Comment = "this process cannot mount a small file system"

/// The error that `body` throws; nil if it throws none or another.
func refusal(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch { return error as? FileError }
}
