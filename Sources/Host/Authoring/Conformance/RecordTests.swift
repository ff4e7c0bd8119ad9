/// Rule 2 of the header: what lies beyond `struct_size` is never read, and a larger size is taken as it comes.
extension ConformanceTest {
  static let ofRecords: [ConformanceTest] = [
    .strategy(
      "setup-size", "A setup of an older or a newer host is read no further than its struct_size.",
      afterCrash: "ask BR_HAS(setup, seed) before you read setup->seed."
    ) { trial in
      try trial.during("a setup of a newer host") {
        let raw = try RawStrategy(trial, setup: .extended)
        try raw.expectUsualAnswer(of: trial)
      }
      for field in RawStrategy.setupFields {
        try trial.during("a setup that ends before \(field.name)") {
          try tolerating { _ = try RawStrategy(trial, setup: .cut(before: field.offset)) }
        }
      }
      return .passed
    },

    .strategy(
      "step-size", "A step of an older or a newer host is read no further than its struct_size.",
      afterCrash: "ask BR_HAS(step, epoch) before you read step->epoch, and so on for the fields after it."
    ) { trial in
      try trial.during("a step of a newer host") {
        try RawStrategy(trial).expectUsualAnswer(of: trial, record: .extended)
      }
      let batch = trial.batch()
      for field in RawStrategy.stepFields.reversed() {
        try trial.during("a step that ends before \(field.name)") {
          let raw = try RawStrategy(trial)
          try tolerating {
            _ = try raw.step(
              batch, trial.context(batch.count, step: 0), record: .cut(before: field.offset))
          }
        }
      }
      return .passed
    },

    .strategy(
      "host-size", "A service that the host's table has no room for is not called.",
      afterCrash:
        "call the services through br_log ... br_query of the header, or ask BR_HAS(host, scratch) first."
    ) { trial in
      let batch = trial.batch()
      for field in RawStrategy.hostFields.reversed() {
        try trial.during("a host's table that ends before \(field.name)") {
          let host = RecordLength.cut(before: field.offset)
          try tolerating {
            let raw = try RawStrategy(trial, host: host)
            _ = try raw.step(batch, trial.context(batch.count, step: 0), host: host)
            if trial.manifest.hasState { try raw.saveAndLoad(host: host) }
          }
        }
      }
      try trial.during("the table of a newer host") {
        try RawStrategy(trial, host: .extended).expectUsualAnswer(of: trial, host: .extended)
      }
      return .passed
    },
  ]

  /// Runs what may well end with a status that is an error, but with nothing else.
  private static func tolerating(_ body: () throws -> Void) throws {
    do { try body() } catch PluginError.failed {}
  }
}

extension RawStrategy {
  /// Runs a step, and compares with what structs of this host's own length give.
  fileprivate func expectUsualAnswer(
    of trial: StrategyTrial, record: RecordLength = .whole, host: RecordLength = .whole
  ) throws {
    let batch = trial.batch()
    let context = trial.context(batch.count, step: 0)
    let answer = try step(batch, context, record: record, host: host).answer
    guard trial.manifest.isDeterministic else { return }
    let usual = try RawStrategy(trial).step(batch, context).answer
    if let difference = answer.difference(from: usual) {
      throw Fault(difference, try: "take a larger struct_size as it comes, and read what you know.")
    }
  }
}
