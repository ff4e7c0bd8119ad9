extension Chapter {
  /// A method's weights over its runs, where they were recorded.
  private var recorded: [MethodWeights] { methods.indices.map { MethodWeights(methods[$0].counted) } }

  /// How the methods weigh the samples: over time, by class, by loss, and for how many samples that leaves.
  var weights: HTML {
    let all = recorded
    guard all.contains(where: { !$0.isEmpty }) || methods.flatMap(\.runs).contains(where: hasSizes) else {
      return ""
    }
    let uniform = methods.indices.filter { all[$0].isUniform }
    let drawn = methods.indices.filter { !all[$0].isUniform && !all[$0].isEmpty }
    var html = paragraph(
      """
      Weights are relative: a sample's weight over the mean of its batch, so that 1 is what uniform weighting gives. \
      Means over the seeds.
      """)
    if !uniform.isEmpty {
      let names = uniform.prefix(10).map { index -> HTML in "<strong>\(label(of: index))</strong>" }
      let rest: HTML = uniform.count > 10 ? " and \(uniform.count - 10) more" : ""
      html += paragraph(
        "\(Array(names).joined(", "))\(rest) weigh\(uniform.count == 1 ? "s" : "") all samples alike.")
    }
    guard !drawn.isEmpty else { return html + (uniform.isEmpty ? sizes : "") }
    html += ribbons(drawn, all) + shares(drawn, all) + sizes + byLoss(drawn, all)
    return html
  }

  private func hasSizes(_ run: RunSummary) -> Bool { run.epochs.contains { $0.effectiveSampleSize != nil } }

  // MARK: - Over time

  private func ribbons(_ drawn: [Int], _ all: [MethodWeights]) -> HTML {
    let shown = drawn.filter { !all[$0].quantiles.isEmpty }
    guard !shown.isEmpty else { return "" }
    let pictures = shown.map { index -> HTML in
      let rows = all[index].quantiles
      let picture = Picture.ribbons(
        epochs: rows.map { Double($0.epoch + 1) }, quantiles: rows.map(\.values),
        color: max(1, color(of: index)),
        "quantiles of the sample weights of \(label(of: index)) over the epochs", above: "relative weight",
        below: "epoch")
      return figure(picture, "\(label(of: index))")
    }
    let tables = shown.map { index -> HTML in
      let rows = all[index].quantiles
      let step = max(1, (rows.count + 19) / 20)
      return Table(
        caption: "Relative weights of \(label(of: index)).", corner: "epoch",
        columns: ["minimum", "5 %", "25 %", "median", "75 %", "95 %", "maximum"].map { .number($0) },
        rows: rows.enumerated().filter { $0.offset.isMultiple(of: step) || $0.offset == rows.count - 1 }.map {
          Table.Row(head: "\($0.element.epoch + 1)", cells: $0.element.values.map { .number($0) })
        }
      ).html(named: "Weight quantiles of \(label(of: index))")
    }
    return heading("How far weights are spread")
      + paragraph(
        "Line: the median; ribbons: 25 to 75 %, 5 to 95 %, and all samples. The axis has equal ratios.",
        style: "soft") + panels(pictures) + hidden("The quantiles' numbers", tables.joined())
  }

  private var sizes: HTML {
    let all = methods.indices.map { curve($0) { $0.effectiveSampleSize } }
    guard all.contains(where: { !$0.points.isEmpty }) else { return "" }
    let pictures = sets.map { set -> HTML in
      let picture = Picture.curves(
        set.map { all[$0] }, "effective sample size by epoch", above: "samples of a batch", below: "epoch",
        wholeNumbers: true)
      return "<div>\(figure(picture, "Effective sample size"))\(legend(set))</div>\n"
    }
    return heading("Effective sample size")
      + paragraph(
        "(Σw)² / Σw² of a batch, mean of the epoch's batches: how many samples of equal weight are worth as much.",
        style: "soft")
      + panels(pictures) + hidden("The sizes' numbers", numbers("effective sample size", all))
  }

  // MARK: - By class and by loss

  /// At most ten layers: classes, or groups of neighbours in the order of their training samples.
  private var layers: [(label: String, classes: ArraySlice<Int>)] {
    let order = comparison.classes
    let count = min(order.count, 10)
    return (0..<count).map { layer in
      let part = order[layer * order.count / count..<(layer + 1) * order.count / count]
      let label = part.count == 1 ? "class \(part.first ?? 0)" : "group \(layer + 1)"
      return (label, part)
    }
  }

  private func shares(_ drawn: [Int], _ all: [MethodWeights]) -> HTML {
    let shown = drawn.filter { !all[$0].shares.isEmpty }
    let (layers, counts) = (layers, comparison.trainCounts.map { Double($0) })
    let total = max(counts.reduce(0, +), 1)
    let reference = layers.map { $0.classes.reduce(0) { $0 + counts[$1] } / total }
    guard !shown.isEmpty, !layers.isEmpty else { return "" }
    func grouped(_ row: [Double]) -> [Double] {
      layers.map { $0.classes.reduce(0) { $0 + ($1 < row.count ? row[$1] : 0) } }
    }
    let pictures = shown.map { index -> HTML in
      let rows = all[index].shares
      let picture = Picture.shares(
        epochs: rows.map { Double($0.epoch + 1) }, shares: rows.map { grouped($0.values) },
        reference: reference,
        labels: layers.map(\.label),
        "share of each class in the weight of \(label(of: index)) over the epochs",
        below: "epoch")
      return figure(picture, "\(label(of: index))")
    }
    let columns = shown.flatMap { index -> [Table.Column] in
      [.number("\(label(of: index)), first epoch"), .number("last epoch")]
    }
    let rows = layers.enumerated().map { place, layer in
      Table.Row(
        head: "\(layer.label)",
        cells: [.number(reference[place] * 100, places: 1)]
          + shown.flatMap { index -> [Table.Cell] in
            let rows = all[index].shares
            return [rows.first, rows.last].map { row in
              .number(row.map { grouped($0.values)[place] * 100 }, places: 1)
            }
          })
    }
    let table = Table(
      caption: "Share of the weight by class, percent.", corner: "class",
      columns: [.number("data")] + columns,
      rows: rows)
    let groups: HTML =
      layers.count < comparison.classes.count
      ? " The \(comparison.classes.count) classes are in \(layers.count) groups of neighbours by training images."
      : ""
    return heading("Which classes the weight goes to")
      + paragraph(
        """
        From the class of most training images at the bottom to that of fewest; at the left their shares of the data.\
        \(groups)
        """, style: "soft")
      + panels(pictures) + hidden("The shares' numbers", table.html(named: "Share of the weight by class"))
  }

  private func byLoss(_ drawn: [Int], _ all: [MethodWeights]) -> HTML {
    let shown = drawn.filter { !all[$0].byLoss.isEmpty }
    guard !shown.isEmpty else { return "" }
    let pictures = stride(from: 0, to: shown.count, by: PageStyle.colors).map { start -> HTML in
      let set = Array(shown[start..<min(start + PageStyle.colors, shown.count)])
      let curves = set.map { index in
        Curve(
          label: label(of: index), color: color(of: index),
          points: all[index].byLoss.map { Curve.Point(x: $0.loss, y: $0.weight) })
      }
      let picture = Picture.curves(
        curves, "mean relative weight against mean loss", above: "relative weight", below: "loss, in nats",
        including: [1], dots: true, ratios: true)
      let names = set.map { index -> HTML in "<li>\(name(of: index))</li>" }
      return "<div>\(figure(picture, "Weight against loss"))<ul class=\"legend\">\(names)</ul></div>\n"
    }
    let rows = shown.flatMap { index in
      all[index].byLoss.enumerated().map { place, group in
        Table.Row(
          head: name(of: index), cells: ["\(place + 1)", .number(group.loss), .number(group.weight)])
      }
    }
    let table = Table(
      caption: "Samples of the last epoch in groups of equal size by their loss.", corner: "method",
      columns: [.number("group"), .number("mean loss"), .number("mean weight")], rows: rows)
    return heading("Weight against loss")
      + paragraph(
        "The samples of the last epoch, in ten groups of equal size by their loss, whose axis has equal ratios.",
        style: "soft")
      + panels(pictures) + hidden("The groups' numbers", table.html(named: "Weight against loss"))
  }
}
