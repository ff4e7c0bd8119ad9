/// What a process of a check tells about a library: where it is, what it offers, which tests say nothing.
struct LibrarySummary: Equatable {
  struct Strategy: Equatable {
    let id: String
    let version: String
    /// The reasons by the ids of the tests.
    let inapplicable: [String: String]
  }

  let path: String
  let strategies: [Strategy]
  /// The strategy that the name meant, where it meant one.
  let chosen: String?

  init(_ library: PluginLibrary, chosen: String?) {
    path = library.path
    self.chosen = chosen
    strategies = library.manifest.strategies.map { manifest in
      let reasons = ConformanceTest.all.compactMap { test in
        test.inapplicable(manifest).map { (test.id, $0) }
      }
      return Strategy(
        id: manifest.id, version: manifest.version,
        inapplicable: Dictionary(uniqueKeysWithValues: reasons))
    }
  }

  init?(_ json: JSON) {
    guard let path = json["path"]?.string, let strategies = json["strategies"]?.array else { return nil }
    self.path = path
    chosen = json["chosen"]?.string
    self.strategies = strategies.map { strategy in
      let reasons = (strategy["inapplicable"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }
      return Strategy(
        id: strategy["id"]?.string ?? "", version: strategy["version"]?.string ?? "",
        inapplicable: Dictionary(reasons) { first, _ in first })
    }
  }

  var json: JSON {
    let strategies = strategies.map { strategy -> JSON in
      [
        "id": JSON(strategy.id), "version": JSON(strategy.version),
        "inapplicable": JSON(strategy.inapplicable),
      ]
    }
    return ["path": JSON(path), "chosen": JSON(chosen), "strategies": .array(strategies)]
  }
}

extension ConformanceWorker {
  /// What a test found, and what the library offers where it could be asked.
  struct Finding: Equatable {
    var verdict: Verdict
    var library: LibrarySummary?
    /// The status for the whole check where there is nothing to test.
    var unusable: ExitStatus?

    init(verdict: Verdict, library: LibrarySummary? = nil, unusable: ExitStatus? = nil) {
      self.verdict = verdict
      self.library = library
      self.unusable = unusable
    }

    init?(_ json: JSON) {
      guard let state = json["state"]?.string.flatMap({ Verdict.State(rawValue: $0) }) else { return nil }
      verdict = Verdict(
        state: state, detail: json["detail"]?.string ?? "", remedy: json["remedy"]?.string ?? "")
      library = json["library"].flatMap { LibrarySummary($0) }
      unusable = json["unusable"]?.int.flatMap { ExitStatus(rawValue: Int32(truncatingIfNeeded: $0)) }
    }

    var json: JSON {
      [
        "state": JSON(verdict.state.rawValue), "detail": JSON(verdict.detail), "remedy": JSON(verdict.remedy),
        "library": library?.json ?? .null, "unusable": JSON(unusable.map { Int($0.rawValue) }),
      ]
    }
  }
}
