/// What a run cost. What is not known is nil.
public struct RunCost: Sendable, Equatable {
  /// The time from start to end, in seconds.
  public let seconds: Double?
  /// The median of the epochs' training times, in seconds, without evaluation.
  public let secondsPerEpoch: Double?
  /// The median time of a step, in milliseconds.
  public let stepMilliseconds: Double?
  /// The most memory that was held, in bytes.
  public let peakMemory: Int?

  init(describedBy run: JSON) {
    func positive(_ name: String) -> Double? {
      run[name]?.double.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
    }
    seconds = positive("seconds")
    secondsPerEpoch = positive("seconds_per_epoch")
    stepMilliseconds = positive("step_milliseconds")
    peakMemory = run["peak_memory"]?.int.flatMap { $0 > 0 ? $0 : nil }
  }
}

/// The epoch that did best on the validation set, and its result on the test set.
public struct BestEpoch: Sendable, Equatable {
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The balanced accuracy on the validation set that it was chosen for, 0…1.
  public let validationBalancedAccuracy: Double
  let result: JSON

  init?(_ best: JSON?) {
    guard let best, let epoch = best["epoch"]?.int, epoch >= 0, epoch < 1 << 32,
      let validation = Metric.balancedAccuracy.checked(best["validation_balanced_accuracy"]?.double)
    else { return nil }
    self.epoch = epoch
    validationBalancedAccuracy = validation
    result = .object((best["result"]?.members ?? []).filter { $0.key != "confusion" })
  }

  /// A metric of the test set after that epoch.
  public func value(of metric: Metric) -> Double? { metric.checked(result[metric.rawValue]?.double) }
}

/// Where a run was trained, in words; empty where it does not say.
public struct MachineFacts: Sendable, Hashable {
  /// The processor's model, its cores and the threads that were used.
  public let processor: String
  /// The instruction set of the kernels.
  public let instructionSet: String
  /// The build of the matrix library.
  public let blas: String

  init(_ machine: JSON?) {
    func number(_ name: String) -> String { machine?[name]?.int.map { String($0) } ?? "?" }
    let model = shown(machine?["processor"]?.string ?? "", limit: 100)
    processor = model.isEmpty ? "" : "\(model), \(number("cores")) cores, \(number("threads")) threads"
    instructionSet = shown(machine?["instruction_set"]?.string ?? "")
    blas = shown(machine?["blas"]?.string ?? "", limit: 200)
  }
}

/// The images of a run.
public struct DataFacts: Sendable, Hashable {
  /// The data set's name.
  public let name: String
  /// The training set's path and SHA-256; empty where the run does not say.
  public let trainFile, trainSHA256: String
  /// The test set's path and SHA-256; empty where the run does not say.
  public let testFile, testSHA256: String
  /// Training samples per class after what is held out, `[C]`.
  public let trainCounts: [Int]

  init?(_ data: JSON?) {
    guard let data, let name = data["name"]?.string, let counts = data["train_counts"]?.array else {
      return nil
    }
    self.name = name
    trainFile = data["train_file"]?.string ?? ""
    trainSHA256 = data["train_sha256"]?.string ?? ""
    testFile = data["test_file"]?.string ?? ""
    testSHA256 = data["test_sha256"]?.string ?? ""
    trainCounts = counts.map { max(0, $0.int ?? 0) }
  }
}
