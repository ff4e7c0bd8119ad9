extension Chapter {
  /// The most classes whose matrices are shown as tables, too; of more, the largest cells are listed.
  private static let mostInTables = 20

  /// What each method takes the classes for, and how that differs from the baseline.
  var confusion: HTML {
    let order = comparison.classes
    let matrices = methods.map { $0.confusion.flatMap { shares($0, order) } }
    guard matrices.contains(where: { $0 != nil }) else { return "" }
    let labels = order.map { "\($0)" }
    var rows: [HTML] = []
    var tables: [HTML] = []
    for index in methods.indices {
      guard let matrix = matrices[index] else { continue }
      let picture = Picture.heat(
        matrix, labels: labels, "confusion matrix of \(label(of: index))", limit: 1, signed: false)
      var pictures = [figure(picture, "\(name(of: index))")]
      defer { rows.append(panels(pictures)) }
      tables.append(table(matrix, labels, of: label(of: index), signed: false))
      guard let reference = referenceLabel(of: index),
        let pairs = comparison.pairings[index]?.confusion,
        let own = shares(pairs.run, order), let base = shares(pairs.base, order)
      else { continue }
      let difference = zip(own, base).map { own, base in base.flatMap { base in own.map { $0 - base } } }
      let title = "\(label(of: index)) minus \(reference)"
      let largest = difference.compactMap { $0.map(abs) }.max() ?? 0
      let change = Picture.heat(
        difference, labels: labels, "difference of confusion matrices, \(title)", limit: max(largest, 0.05),
        signed: true)
      pictures.append(
        figure(
          change,
          """
          \(label(of: index)) <span class="soft">minus \(reference), full shade at \
          \(percent(max(largest, 0.05)))</span>
          """))
      tables.append(table(difference, labels, of: title, signed: true))
    }
    return paragraph(
      """
      Of the test samples of each true class (rows), the share predicted as each class (columns), in percent, over \
      all finished runs of a method; classes of many training images come first. In differences, over the paired runs, \
      blue is more often than the baseline, red less often: on the diagonal, blue is better.
      """) + rows.joined() + hidden("The matrices' numbers", tables.joined())
  }

  /// The matrix in the order of the classes, each row divided by its sum; nil in a row without samples.
  private func shares(_ counts: ConfusionCounts, _ order: [Int]) -> [Double?]? {
    guard counts.classes == order.count else { return nil }
    let sums = counts.rowSums
    return order.flatMap { row in
      order.map { column in sums[row] > 0 ? Double(counts[row, column]) / Double(sums[row]) : nil }
    }
  }

  private func table(_ matrix: [Double?], _ labels: [String], of title: String, signed: Bool) -> HTML {
    let count = labels.count
    guard count > Self.mostInTables else {
      let rows = labels.indices.map { row in
        Table.Row(
          head: "\(labels[row])",
          cells: matrix[row * count..<(row + 1) * count].map {
            .number($0.map { $0 * 100 }, places: 1, sign: signed)
          })
      }
      return Table(
        caption: "\(title), percent; rows are true classes, columns predicted ones.", corner: "true",
        columns: labels.map { .number($0) }, rows: rows
      ).html(named: "Confusion of \(title)")
    }
    let cells = matrix.enumerated().compactMap { cell, value -> (cell: Int, value: Double)? in
      guard let value, signed || cell / count != cell % count else { return nil }
      return value == 0 ? nil : (cell, value)
    }
    let largest = cells.sorted { (-abs($0.value), $0.cell) < (-abs($1.value), $1.cell) }.prefix(20)
    return Table(
      caption: "\(title): the largest \(signed ? "changes" : "confusions").", corner: "true class",
      columns: [.number("predicted class"), .number("percent")],
      rows: largest.map { cell, value in
        Table.Row(
          head: "\(labels[cell / count])",
          cells: [
            Table.Cell("\(labels[cell % count])"), .number(value * 100, places: 1, sign: signed),
          ])
      }
    ).html(named: "Largest confusions of \(title)")
  }
}
