extension ConformanceTest {
  static let ofLibrary: [ConformanceTest] = [
    .library("manifest", "The manifest is valid and has no unknown keys.") { trial in
      let library = try trial.library()
      guard let note = library.manifest.notes.first else {
        return .passed(library.manifest.strategies.map(\.id).joined(separator: ", "))
      }
      let others = library.manifest.notes.count - 1
      return .warning(
        note.replacing("\(library.path): ", with: "") + (others > 0 ? " (and \(others) more)" : ""),
        try: "correct the key's spelling, or remove it; the header lists all keys.")
    },

    .library("symbols", "The library exports br_manifest_v1 and br_strategy_v1, and nothing else.") { trial in
      guard !trial.isSidecar else { return .skipped("the library of plain functions exports what it likes") }
      guard let exports = try ELFFile(path: trial.path).exports else {
        return .skipped("the file has no section table to read symbols from")
      }
      let ours: Set = ["br_manifest_v1", "br_strategy_v1"]
      let missing = ours.subtracting(exports)
      guard missing.isEmpty else {
        throw PluginError.missingSymbols(path: trial.path, symbols: missing.sorted())
      }
      let others = exports.subtracting(ours).subtracting(ELFFile.linkersOwn).sorted()
      guard others.isEmpty else {
        throw Fault(
          "it exports \(enumerated(others)) too",
          try: others.allSatisfy { $0.hasPrefix("_ZN") || $0.hasPrefix("_ZS") }
            ? "link with a version script (-Wl,--version-script=exports.map): 'brhost plugin new --lang cpp' has one."
            : "compile with -fvisibility=hidden, make functions static, or link with a version script, so that the "
              + "names cannot meet another library's.")
      }
      return .passed
    },

    .library("undefined-symbols", "The library links with every library that it needs.") { trial in
      guard !trial.isSidecar else { return .skipped("the library of plain functions may belong to others") }
      guard let wanted = try ELFFile(path: trial.path).needs else {
        return .skipped("the file has no section table to read symbols from")
      }
      let probe = try LibraryProbe(path: trial.path)
      let missing = wanted.filter { !probe.provides($0) }.sorted()
      guard missing.isEmpty else {
        let flags = Set(missing.compactMap { LibraryProbe.linkerFlag(for: $0) }).sorted()
        let remedy =
          flags.isEmpty
          ? "link with the library that has \(missing[0])." : "link with \(flags.joined(separator: " "))."
        throw Fault(
          "it uses \(enumerated(missing)), which neither it nor its own libraries have", try: remedy)
      }
      return .passed
    },

    .library("unknown-id", "br_strategy_v1 returns NULL for an id that is not in the manifest.") { trial in
      guard !trial.isSidecar else { return .skipped("a manifest file has no table function") }
      let ids = try trial.library().manifest.strategies.map(\.id)
      let probe = try LibraryProbe(path: trial.path)
      let others =
        ["", "no-such-strategy"] + ids.flatMap { [$0 + "x", String($0.dropLast()), $0.uppercased()] }
      for id in others where !ids.contains(id) && probe.hasTable(for: id) {
        throw Fault(
          "br_strategy_v1(\"\(id)\") returned a table",
          try: "compare the whole id with strcmp, and return NULL where none is equal.")
      }
      return .passed
    },
  ]
}

/// The first few names of a list, in words.
func enumerated(_ names: [String], limit: Int = 5) -> String {
  let shown = names.prefix(limit).map { "'\($0)'" }.joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
