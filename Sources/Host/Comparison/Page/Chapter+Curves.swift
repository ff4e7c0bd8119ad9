extension Chapter {
  /// How many rows the tables beside curves have at most.
  private static let mostRows = 40

  /// Accuracy and losses over the epochs.
  var curves: HTML {
    let kinds: [(String, (EpochSummary) -> Double?)] = [
      ("test accuracy", { $0.accuracy }), ("balanced test accuracy", { $0.balancedAccuracy }),
      ("training loss", { $0.trainLoss }), ("test loss", { $0.testLoss }),
    ]
    var pictures: [HTML] = []
    var tables: [HTML] = []
    var isBanded = false
    for (title, value) in kinds {
      if title.hasPrefix("balanced"), comparison.isTestBalanced { continue }
      let all = methods.indices.map { curve($0, value) }
      guard all.contains(where: { !$0.points.isEmpty }) else { continue }
      isBanded = isBanded || all.contains { !$0.band.isEmpty }
      for (place, set) in sets.enumerated() {
        let part = sets.count > 1 ? ", part \(place + 1) of \(sets.count)" : ""
        let picture = Picture.curves(
          set.map { all[$0] }, "\(title) by epoch of \(set.map { label(of: $0) }.joined(separator: ", "))",
          above: title.hasSuffix("loss") ? "nats" : "share of the test samples", below: "epoch",
          wholeNumbers: true)
        let names: HTML = sets.count > 1 ? legend(set) : ""
        pictures.append(names + figure(picture, "\(capitalized(title))\(part)"))
      }
      tables.append(numbers(title, all))
    }
    guard !pictures.isEmpty else { return paragraph("No run has recorded an epoch yet.") }
    let bands: HTML = isBanded ? " The bands are ± one standard deviation, faint lines are single seeds." : ""
    let key: HTML = sets.count == 1 ? legend(sets[0]) : ""
    let blocks = sets.count > 1 ? pictures.map { "<div>\($0)</div>" as HTML } : pictures
    return paragraph("Means over the seeds.\(bands)") + key + panels(blocks)
      + hidden("The curves' numbers", tables.joined())
  }

  /// A method's curve of `value`: epochs are counted from 1.
  func curve(_ index: Int, _ value: (EpochSummary) -> Double?) -> Curve {
    func x(_ epoch: Int) -> Double { Double(epoch + 1) }
    let means = methods[index].curve(value)
    let singles = methods[index].counted.map { run in
      run.epochs.compactMap { epoch in value(epoch).map { Curve.Point(x: x(epoch.epoch), y: $0) } }
    }
    return Curve(
      label: label(of: index), color: color(of: index),
      points: means.map { Curve.Point(x: x($0.epoch), y: $0.spread.mean ?? .nan) },
      band: means.compactMap { epoch, spread in
        guard let mean = spread.mean, let deviation = spread.deviation else { return nil }
        return Curve.Band(x: x(epoch), low: mean - deviation, high: mean + deviation)
      },
      singles: singles.count > 1 && methods.count <= 3 * PageStyle.colors ? singles : [])
  }

  /// The means of curves by epoch.
  func numbers(_ title: String, _ all: [Curve]) -> HTML {
    let epochs = Set(all.flatMap { $0.points.map(\.x) }).sorted()
    let step = max(1, (epochs.count + Self.mostRows - 1) / Self.mostRows)
    let shown = epochs.enumerated().filter { $0.offset.isMultiple(of: step) || $0.offset == epochs.count - 1 }
    let means = all.map { curve in Dictionary(curve.points.map { ($0.x, $0.y) }, uniquingKeysWith: { $1 }) }
    return Table(
      caption: "\(capitalized(title)), mean over the seeds\(step > 1 ? ", every \(step) epochs" : "").",
      corner: "epoch", columns: methods.indices.map { .number(label(of: $0)) },
      rows: shown.map { _, epoch in
        Table.Row(head: "\(decimal(epoch, places: 0))", cells: means.map { .number($0[epoch]) })
      }
    ).html(named: "\(title) by epoch")
  }
}
