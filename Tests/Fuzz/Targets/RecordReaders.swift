internal import Host
internal import Models

func checkJSON(_ bytes: [UInt8]) throws {
  let value = try JSON(parsing: bytes)
  for text in [value.line, value.pretty] {
    let again = try attempt { try JSON(parsing: text) }
    try promise(again == value, "other JSON after writing and reading: \(text.prefix(200).debugDescription)")
  }
}

func checkSafeTensors(_ bytes: [UInt8]) throws {
  let file = try SafeTensors(parsing: bytes, path: inputName)
  for tensor in file.tensors {
    let count = NamedTensor.byteCount(tensor.shape, tensor.dtype)
    try promise(tensor.bytes.count == count, "\(tensor.bytes.count) bytes of \(tensor.shape)")
    try promise(tensor.floats().count == tensor.count, "numbers lost")
    try promise(tensor.integers().map { $0.count == tensor.count } ?? true, "whole numbers lost")
  }
  let size = file.tensors.reduce(0) { $0 + $1.bytes.count }
  try promise(size <= bytes.count, "\(size) bytes of tensors out of \(bytes.count)")
  let again = try attempt { try SafeTensors(parsing: file.encoded, path: inputName) }
  try promise(again == file, "other tensors after writing and reading")
}

/// A checkpoint, and what its tensors would do with the checksums that an attacker gives them.
func checkCheckpoint(_ bytes: [UInt8]) throws {
  _ = try? Checkpoint(parsing: bytes, path: inputName)
  let file = try SafeTensors(parsing: bytes, path: inputName)
  let checkpoint = try Checkpoint(Checkpoint.sealed(file.tensors), path: inputName)
  let position = checkpoint.position
  try promise(min(position.epoch, position.batch, position.step) >= 0, "a place before the start")
  let again = try attempt { try Checkpoint(parsing: checkpoint.encoded, path: inputName) }
  try promise(again == checkpoint, "another checkpoint after writing and reading")
  let record = checkpoint.state.part("record")
  var weights = WeightStatistics(classes: 3)
  var ledger = ScoreLedger(classes: [0, 1, 2])
  try? weights.restore(record.part("weights"))
  try? ledger.restore(record.part("ledger"))
  try promise(weights.classShare.count == 3 && ledger.tensor.count == 9, "other sizes than those of the run")
  _ = weights.histogram.buckets
  _ = try RunRecorder.Past(record, now: 0)
  _ = try EpochTally(checkpoint.state.part("epoch"), at: .now)
}

func checkInterval(_ bytes: [UInt8]) throws {
  guard let text = String(validating: bytes, as: UTF8.self), let interval = CheckpointInterval(text: text)
  else { throw Refused() }
  try promise(CheckpointInterval(text: interval.text) == interval, "another interval from '\(text)'")
}

/// A `trace.json`, then the archive of the first step.
func checkTrace(_ bytes: [UInt8]) throws {
  let (json, archive) = parts(bytes)
  let header = try TraceHeader(parsing: json, path: inputName)
  let again = try attempt { try TraceHeader(parsing: Array(header.json.pretty.utf8), path: inputName) }
  try promise(again == header, "another header after writing and reading")
  guard let file = try attempt({ try NPZ(bytes: archive, path: inputName) }) else { return }
  let sizes = header.setup.sizes
  let trace = try Trace(header: header, first: file)
  let tensors = StepTensors(inputs: trace.inputs, sizes: sizes)
  let step = try trace.read(header.firstStep, of: file, into: tensors)
  try promise((1...sizes.batch).contains(step.context.batch), "a batch of \(step.context.batch)")
  try promise(step.weights.count == step.context.batch, "\(step.weights.count) weights")
  try promise(step.weights.allSatisfy { $0.isFinite && $0 >= 0 }, "a weight that is none")
  try promise((0...1).contains(step.context.progress), "a progress of \(step.context.progress)")
}

/// A `run.json`, then the `metrics.jsonl` of the run.
func checkReport(_ bytes: [UInt8]) throws {
  let (json, metrics) = parts(bytes)
  let run = try RunSummary(parsing: json, metrics: metrics, folder: inputName)
  try promise(run.classAccuracy.count == run.trainCounts.count, "\(run.classAccuracy.count) classes")
  try promise(run.trainCounts.allSatisfy { $0 >= 0 }, "a negative count")
  for metric in Metric.allCases {
    try promise(run.value(of: metric).map { $0 >= 0 && $0.isFinite } ?? true, "a \(metric) that is none")
  }
  for (epoch, next) in zip(run.epochs, run.epochs.dropFirst()) {
    try promise(epoch.epoch < next.epoch, "epochs out of order")
  }
  for weights in run.epochs.compactMap(\.weights) {
    let shares = weights.classShares
    try promise([0, 7].contains(weights.quantiles.count), "\(weights.quantiles.count) quantiles")
    try promise(shares.isEmpty || shares.count == run.trainCounts.count, "\(shares.count) shares")
  }
  let report = RunReport(folders: [inputName], runs: [run, run])
  let again = try attempt { try JSON(parsing: report.json) }
  try promise(again?["groups"]?.array?.count == 1, "a report that is no JSON")
  for text in [report.text, report.markdown, report.latex] {
    try promise(text.unicodeScalars.allSatisfy { $0 == "\n" || isPlain($0) }, "controls in a table")
  }
  let lines = report.csv.split(separator: "\r\n", omittingEmptySubsequences: false)
  try promise(
    lines.last == "" && lines.dropLast().allSatisfy { $0.unicodeScalars.allSatisfy(isPlain) },
    "a field of several lines")
  try promise(report.svg.hasSuffix("</svg>\n"), "a picture cut short")
}

/// A `samples.npz` of data of three classes.
func checkSamples(_ bytes: [UInt8]) throws {
  let samples = try SampleRecords(bytes: bytes, path: inputName, classes: 3)
  let count = samples.classes.count
  let counts = [samples.visits.count, samples.weights.count, samples.losses.count, samples.predictions.count]
  try promise(counts.allSatisfy { $0 == count } && samples.scores?.count ?? count == count, "lost samples")
  for sample in 0..<count {
    try promise((0..<3).contains(samples.classes[sample]), "a class of \(samples.classes[sample])")
    try promise((-1..<3).contains(samples.predictions[sample]), "a prediction out of range")
    guard samples.visits[sample] > 0 else { continue }
    try promise(samples.weights[sample] >= 0 && samples.losses[sample] >= 0, "a weight or loss that is none")
  }
}

func checkSchedule(_ bytes: [UInt8]) throws {
  guard let text = String(validating: bytes, as: UTF8.self),
    let decay = LearningRateSchedule.Decay(text: text)
  else { throw Refused() }
  try promise(LearningRateSchedule.Decay(text: decay.text) == decay, "another decay from '\(decay.text)'")
  let schedule = LearningRateSchedule(peak: 0.1, decay: decay)
  for epoch in [0, 1, 50, 99] {
    let rate = schedule.rate(epoch: epoch, of: 100)
    try promise((0...0.1).contains(rate), "a rate of \(rate) in epoch \(epoch) under '\(text)'")
  }
}

/// A text that is refused without a reason of its own.
private struct Refused: Error {}
