extension Doctor {
  /// What is left of the run in the folder at `path`, and what can be made of it. Changes nothing.
  ///
  /// - Throws: `FileError` where there is no such folder.
  public static func run(in path: String) throws(FileError) -> [DoctorReport.Check] {
    let names = try fileNames(in: path)
    if names.contains("plan.json"), !names.contains(RunFolder.description) {
      return [
        .failed(
          "folder", "'\(path)' holds a comparison, not a run",
          remedy: "'brhost compare status \(path)', or the folder of one of its runs, in '\(path)/rows'.")
      ]
    }
    let run = RunFolder.description(in: path)
    let identity = run.map { RunIdentity(describing: $0) }
    let checkpoints = CheckpointFolder("\(path)/\(RunFolder.checkpoints)")
    let newest = (try? checkpoints.newest(putsAside: false) { _ in })?.checkpoint
    var checks = [lock(path), description(path, run)]
    checks += try checkpoints.files().map { checkpoint($0, identity) }
    if (try? kind(of: checkpoints.best)) == .file { checks.append(checkpoint(checkpoints.best, identity)) }
    checks.append(metrics(path, run))
    for name in names where name.hasPrefix(RunFolder.eventsPrefix) { checks.append(events(path, name)) }
    let isDone = run?["status"] == "done"
    checks += results(path, names, isDone: isDone)
    let halfWritten = temporaryFiles(in: path) + temporaryFiles(in: checkpoints.path)
    if !halfWritten.isEmpty {
      checks.append(
        .warning(
          "half-written",
          "\(halfWritten.count) left by a process that was killed, such as '\(halfWritten[0])'",
          remedy: "nothing, they are removed when the run goes on; or remove them."))
    }
    return checks + [verdict(path, run, newest, isDone: isDone)]
  }

  // MARK: - Parts

  private static func lock(_ path: String) -> DoctorReport.Check {
    do throws(FileError) { try FolderLock.check(path) } catch {
      return .warning("lock", error.problem, remedy: "wait until it ends; what follows may change meanwhile.")
    }
    let isStale = (try? kind(of: "\(path)/\(FolderLock.name)")) == .file
    return .ok("lock", isStale ? "free; its file was left by a process that was killed" : "free")
  }

  private static func description(_ path: String, _ run: JSON?) -> DoctorReport.Check {
    let name = RunFolder.description
    guard let run else {
      return .failed(
        name, "'\(path)/\(name)' is missing or damaged",
        remedy: "the command that began the run: it goes on from a checkpoint all the same, if there is one.")
    }
    let lost = (run["incomplete"]?.array ?? []).compactMap(\.string)
    let reason = run["failure"]?.string.map { ": \($0)" } ?? ""
    let text = "'\(run["status"]?.string ?? "?")' after \(run["steps"]?.int ?? 0) steps\(reason)"
    return lost.isEmpty
      ? .ok(name, text)
      : .warning(
        name, "\(text); incomplete: \(lost.joined(separator: ", "))",
        remedy: "the run again, in another folder.")
  }

  private static func checkpoint(_ file: String, _ identity: RunIdentity?) -> DoctorReport.Check {
    let subject = lastPart(of: file)
    do throws(CheckpointError) {
      let checkpoint = try Checkpoint(readingFrom: file)
      let count = checkpoint.state.tensors.count
      let different = identity.map { $0.differences(from: checkpoint.identity) } ?? []
      if let first = different.first {
        return .failed(
          subject, "belongs to another run: \(first.name) is \(first.there), in run.json \(first.here)",
          remedy: "move it away.")
      }
      return .ok(subject, "step \(checkpoint.position.step); the checksums of all \(count) tensors are right")
    } catch {
      return .failed(
        subject, error.problem, remedy: "nothing: the run goes on from a checkpoint that is whole.")
    }
  }

  /// Whether the metrics hold every step once, in order.
  private static func metrics(_ path: String, _ run: JSON?) -> DoctorReport.Check {
    let subject = RunFolder.metrics
    let remedy = "the run again, in another folder, if every step's row is needed."
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(at: "\(path)/\(subject)", limit: RunSummary.metricsLimit)
    } catch {
      return .failed(subject, error.problem, remedy: remedy)
    }
    var (next, epochs, damaged, disorder) = (0, 0, 0, 0)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let row = try? JSON(parsing: Array(line)), let kind = row["kind"]?.string else {
        damaged += 1
        continue
      }
      if kind == "epoch" { epochs += 1 }
      guard kind == "step" || kind == "skip" else { continue }
      if row["step"]?.int != next { disorder += 1 }
      next = (row["step"]?.int ?? next) &+ 1
    }
    let found = "\(next) steps, \(epochs) epochs"
    if damaged + disorder > 0 {
      return .failed(
        subject, "\(found); \(damaged) damaged lines, \(disorder) steps out of order", remedy: remedy)
    }
    if run?["status"] == "done", let steps = run?["steps"]?.int, steps != next {
      return .failed(subject, "\(found), but run.json tells of \(steps)", remedy: remedy)
    }
    return .ok(subject, "\(found), each once and in order")
  }

  private static func events(_ path: String, _ name: String) -> DoctorReport.Check {
    do throws(FileError) {
      let bytes = try readFile(at: "\(path)/\(name)", limit: RunSummary.metricsLimit)
      let (count, end) = EventFile.wholeRecords(of: bytes)
      return end == bytes.count
        ? .ok("events", "\(count) whole events in '\(name)'")
        : .warning(
          "events", "'\(name)' is damaged after \(count) events",
          remedy: "nothing where it is the end: it is cut off when the run goes on.")
    } catch { return .failed("events", error.problem, remedy: "the run again, in another folder.") }
  }

  /// Whether what a run leaves at its end can be read.
  private static func results(_ path: String, _ names: [String], isDone: Bool) -> [DoctorReport.Check] {
    func check(_ name: String, isNeeded: Bool, _ read: (String) throws -> String) -> DoctorReport.Check? {
      let file = "\(path)/\(name)"
      let remedy = "'brhost eval' with a checkpoint, or the run again, in another folder."
      guard names.contains(name) else {
        return isNeeded ? .failed(name, "is missing, although the run is done", remedy: remedy) : nil
      }
      do { return .ok(name, try read(file)) } catch {
        return .failed(name, (error as? any Failure)?.problem ?? "\(error)", remedy: remedy)
      }
    }
    func tensors(_ file: String) throws -> String {
      let tensors = try SafeTensors(readingFrom: file).tensors
      return "\(tensors.count) tensors"
    }
    func scores(_ file: String) throws -> String {
      let array = try NPYArray(path: file)
      return "scores of \(array.shape.first ?? 0) samples"
    }
    func samples(_ file: String) throws -> String {
      let archive = try NPZ(path: file)
      let counts = try archive.names.map { try archive.array($0).shape.first ?? 0 }
      guard let count = counts.first, counts.allSatisfy({ $0 == count }) else {
        throw DataError.malformed(
          DataPlace(file: file), expected: "arrays of one length", found: "lengths of \(counts)")
      }
      return "visits, weights and losses of \(count) samples"
    }
    func predictions(_ file: String) throws -> String {
      let array = try NPZ(path: file).array("logits")
      return "predictions of \(array.shape.first ?? 0) images"
    }
    return [
      check(RunFolder.weights, isNeeded: isDone, tensors),
      check(RunFolder.strategyState, isNeeded: false, tensors),
      check(RunFolder.score, isNeeded: false, scores),
      check(RunFolder.samples, isNeeded: false, samples),
      check(RunFolder.predictions, isNeeded: isDone, predictions),
    ].compactMap { $0 }
  }

  private static func verdict(
    _ path: String, _ run: JSON?, _ newest: Checkpoint?, isDone: Bool
  ) -> DoctorReport.Check {
    let words = run?["command_line"]?.array?.compactMap(\.string) ?? []
    let command = words.isEmpty ? "the command that began it" : "'\(words.joined(separator: " "))'"
    if isDone { return .ok("verdict", "the run is finished; 'brhost report \(path)' shows it") }
    if let newest {
      return .ok("verdict", "\(command) again goes on from step \(newest.position.step)")
    }
    guard run != nil else {
      return .failed(
        "verdict", "this is no folder of a run, or nothing of it can be saved", remedy: "another folder.")
    }
    return .warning(
      "verdict", "there is no checkpoint that can be read",
      remedy: "\(command) again; without any checkpoint, also a damaged one, it begins from its start.")
  }
}
