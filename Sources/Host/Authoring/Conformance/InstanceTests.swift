/// Rule 5 of the header: instances know nothing of each other, and calls may come from any thread.
extension ConformanceTest {
  private static let remedy =
    "keep everything in the instance that create makes: no static, global or thread-local variables."

  static let ofInstances: [ConformanceTest] = [
    .strategy(
      "interleaved", "Two instances whose steps take turns give what each gives alone.", afterCrash: remedy,
      unless: Self.indeterminate
    ) { trial in
      var setups = [trial.setup(), trial.setup()]
      setups[1].seed &+= 1
      let batches = setups.indices.map { who in
        (0..<3).map { trial.batch(number: 10 * who + $0, of: setups[who]) }
      }
      let alone = try batches.map { try trial.answers(to: $0) }
      var first = try trial.instance(of: setups[0])
      var second = try trial.instance(of: setups[1])
      for step in 0..<3 {
        let answers = [
          try trial.step(&first, batches[0][step], at: step),
          try trial.step(&second, batches[1][step], at: step),
        ]
        for who in 0..<2 {
          if let difference = answers[who].difference(from: alone[who][step]) {
            throw Fault("with another instance beside it, in step \(step) \(difference)", try: remedy)
          }
        }
      }
      return .passed
    },

    .strategy(
      "threads", "Two instances run at the same time, and one may be called from several threads.",
      afterCrash: remedy
    ) { trial in
      let batches = (0..<2).map { who in (0..<20).map { trial.batch(number: 100 * who + $0) } }
      let services = StrategyServices.serial
      let alone = try batches.map { try trial.answers(to: $0, services: services) }

      let results = batches.map { _ in Answers() }
      try trial.during("two instances on two threads") {
        try onThreads(
          zip(batches, results).map { batches, result in
            { result.list = try trial.answers(to: batches, services: services) }
          })
      }
      let shared = SharedInstance(try trial.instance(services: services))
      let result = Answers()
      try trial.during("one instance called from several threads") {
        for (step, batch) in batches[0].enumerated() {
          try onThreads([{ result.list.append(try trial.step(&shared.instance, batch, at: step)) }])
        }
      }
      guard trial.manifest.isDeterministic else { return .passed }
      for (given, expected) in zip(results + [result], alone + [alone[0]]) {
        for (step, (a, b)) in zip(given.list, expected).enumerated() {
          if let difference = a.difference(from: b) {
            throw Fault("on other threads, in step \(step) \(difference)", try: remedy)
          }
        }
      }
      return .passed
    },
  ]
}
