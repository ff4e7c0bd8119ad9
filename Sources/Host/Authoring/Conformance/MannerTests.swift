/// How a plugin behaves as a guest of the process.
extension ConformanceTest {
  static let ofSurroundings: [ConformanceTest] = [
    .strategy("surroundings", "The process is left as it was.") { trial in
      var printed = ""
      let batches = (0..<3).map { trial.batch(number: $0) }
      printed = try capturingStandardOutput {
        var instance = try trial.instance(services: .serial)
        for (step, batch) in batches.enumerated() { _ = try trial.step(&instance, batch, at: step) }
        if trial.manifest.hasState { try instance.loadState(try instance.saveState()) }
        try expectNoChange(since: trial.surroundings, besides: ["the open files"])
      }
      try expectNoChange(since: trial.surroundings)
      printed = trial.printed + printed
      guard printed.isEmpty else {
        let text = printed.prefix(40).replacing("\n", with: " ")
        throw Fault(
          "it wrote to standard output: \(text)", try: "use br_log: programs read our standard output.")
      }
      return .passed
    }
  ]

  static let ofManners: [ConformanceTest] = [
    .strategy("cancelled", "A step that takes long ends soon after the user asks for it.") { trial in
      let setup = trial.setup(largestBatch: 1024)
      let batch = trial.batch(1024, of: setup)
      func duration(isCancelled: Bool) throws -> Duration {
        var services = trial.services
        services.isCancelled = { isCancelled }
        var instance = try trial.instance(of: setup, services: services)
        let tensors = batch.tensors()
        return try ContinuousClock().measure {
          do { _ = try instance.step(trial.context(batch.count, step: 0), tensors) } catch let error
            as PluginError
          {
            if !isCancelled { throw error }
          }
        }
      }
      let usual = try duration(isCancelled: false)
      guard usual > .milliseconds(250) else { return .skipped("no step takes long") }
      let cancelled = try duration(isCancelled: true)
      guard cancelled < max(.milliseconds(100), usual / 2) else {
        throw Fault(
          "a step of 1024 samples takes \(milliseconds(usual)), and \(milliseconds(cancelled)) when it is cancelled",
          try: "ask br_cancelled(host) every few milliseconds, and return with any status when it is 1.")
      }
      return .passed
    },

    .strategy("time", "99 of 100 steps with 128 samples take less than 100 ms.") { trial in
      let setup = trial.setup(largestBatch: 128)
      let batch = trial.batch(128, of: setup)
      let tensors = batch.tensors()
      var instance = try trial.instance(of: setup)
      let clock = ContinuousClock()
      let start = clock.now
      var times: [Duration] = []
      while times.count < 200, times.isEmpty || clock.now - start < .seconds(1) {
        let step = times.count
        times.append(try clock.measure { _ = try instance.step(trial.context(128, step: step), tensors) })
      }
      let slow = times.sorted()[(times.count * 99 - 1) / 100]
      guard slow < .milliseconds(100) else {
        return .warning(
          "99 of 100 steps take up to \(milliseconds(slow))",
          try: "lend work to br_parallel_for and br_sgemm; a step is done for every batch of a run.")
      }
      return .passed("99 of 100 steps take up to \(milliseconds(slow))")
    },
  ]

  private static func expectNoChange(since earlier: Surroundings, besides allowed: Set<String> = []) throws {
    let changes = Surroundings.now().changes(since: earlier).filter { !allowed.contains($0) }
    guard let change = changes.first else { return }
    let others = changes.count > 1 ? " and \(changes.count - 1) more" : ""
    throw Fault(
      "it changed \(change)\(others)",
      try: change.contains("denormal")
        ? "compile and link without -ffast-math, which changes the arithmetic of the whole process."
        : "leave the process alone, or put back what was there before each call returns.")
  }

  private static func milliseconds(_ duration: Duration) -> String {
    "\(decimal(duration / .milliseconds(1), places: duration < .milliseconds(10) ? 2 : 0)) ms"
  }
}
