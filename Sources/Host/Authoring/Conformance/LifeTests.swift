extension ConformanceTest {
  static let ofLife: [ConformanceTest] = [
    .strategy("table", "The table has every function that the manifest asks for.") { trial in
      _ = try trial.strategy.functions()
      guard !trial.strategy.library.path.hasSuffix(".json") else { return .passed }
      let probe = try LibraryProbe(path: trial.strategy.library.path)
      guard let header = probe.tableHeader(for: trial.manifest.id) else {
        throw PluginError.noTable(path: trial.strategy.library.path, id: trial.manifest.id)
      }
      guard header.size % 8 == 0 else {
        throw Fault(
          "the table's struct_size is \(header.size), which ends within a field",
          try: "set struct_size to sizeof (br_strategy).")
      }
      guard header.reserved == 0 else {
        throw Fault("the table's reserved field is \(header.reserved)", try: "set it to 0.")
      }
      return .passed
    },

    .strategy(
      "create-destroy", "Instances come and go, a hundred times, and leave no memory behind.",
      afterCrash: "look at the call that is named; in destroy for what is freed twice."
    ) { trial in
      let batch = trial.batch(8)
      func life() throws {
        trial.announce("in create")
        var instance = try trial.instance()
        trial.announce("in a step of 8 samples")
        _ = try? trial.step(&instance, batch)
        trial.announce("in destroy")
      }
      for _ in 0..<20 { try life() }
      // What a leak takes it takes every time; caches that fill up do not.
      let rounds = 100
      let growths = try (0..<3).map { _ in
        let before = residentBytes()
        for _ in 0..<rounds { try life() }
        return residentBytes() - before
      }
      let growth = growths.min() ?? 0
      guard growth < 128 * 1024 else {
        return .warning(
          "each instance leaves about \(growth / rounds / 1024) KiB of memory behind",
          try: "free in destroy all that create and step allocated.")
      }
      return .passed
    },
  ]
}
