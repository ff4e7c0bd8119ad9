/// What `brhost plugin list` prints: every library of the search path with its strategies, or why it is refused.
public struct PluginListReport: Sendable {
  private let folders: [PluginFolder]
  private let listings: [PluginListing]

  /// The report of everything that `catalog` finds.
  public init(_ catalog: PluginCatalog) {
    folders = catalog.folders
    listings = catalog.list()
  }
}

// MARK: - Text and JSON

extension PluginListReport {
  /// The report for people: a line for each strategy, then what was refused, then where was searched.
  public var text: String {
    let found = listings.flatMap { listing in listing.strategies.map { (listing, $0) } }
    let width = found.map { $0.1.id.count }.max() ?? 0
    var lines = found.map { listing, strategy in
      let id = padded(strategy.id, width, left: true)
      let hidden = listing.hidden.contains(strategy.id) ? " (hidden by an earlier library)" : ""
      return "\(id)  \(strategy.version)  \(strategy.role.rawValue)\(hidden)  \(strategy.summary)\n"
        + "\(padded("", width))  \(listing.path)"
    }
    if found.isEmpty { lines.append("no strategies found") }
    lines += listings.flatMap(\.notes).map { "note: \($0)" }
    lines += listings.compactMap(\.refusal).map { "refused: \($0)" }
    lines.append("searched:")
    lines += folders.map { "  \($0.path) (\($0.origin.rawValue))" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The report as JSON.
  public var json: String {
    let folders = folders.map { folder -> JSON in
      ["path": JSON(folder.path), "origin": JSON(folder.origin.rawValue)]
    }
    let report: JSON = ["folders": .array(folders), "libraries": .array(listings.map(\.json))]
    return report.pretty
  }
}

extension PluginListing {
  fileprivate var strategies: [StrategyManifest] { (try? library.get())?.manifest.strategies ?? [] }

  fileprivate var notes: [String] { (try? library.get())?.manifest.notes ?? [] }

  fileprivate var refusal: PluginError? { if case .failure(let error) = library { error } else { nil } }

  fileprivate var json: JSON {
    let strategies = strategies.map { strategy -> JSON in
      [
        "id": JSON(strategy.id), "version": JSON(strategy.version), "role": JSON(strategy.role.rawValue),
        "summary": JSON(strategy.summary), "hidden": JSON(hidden.contains(strategy.id)),
      ]
    }
    let refused = refusal.map { ["problem": JSON($0.problem), "remedy": JSON($0.remedy)] as JSON }
    return [
      "path": JSON(path), "strategies": .array(strategies), "refused": refused ?? .null,
      "notes": JSON(notes),
    ]
  }
}
