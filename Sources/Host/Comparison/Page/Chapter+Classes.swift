extension Chapter {
  /// The classes from the one of most training samples to that of fewest.
  private var axis: ClassAxis {
    let order = comparison.classes
    return ClassAxis(labels: order.map { "\($0)" }, counts: order.map { comparison.trainCounts[$0] })
  }

  /// A method's accuracy of each class in the order of the axis, or its difference to the baseline's.
  private func values(_ index: Int, difference: Bool) -> ClassValues {
    let (own, base) = (methods[index].classAccuracy, methods[0].classAccuracy)
    let values = comparison.classes.map { c -> Double? in
      guard let value = own.indices.contains(c) ? own[c] : nil else { return nil }
      guard difference else { return value }
      return (base.indices.contains(c) ? base[c] : nil).map { value - $0 }
    }
    return ClassValues(label: label(of: index), color: color(of: index), values: values)
  }

  /// Accuracy by class, the classes of most training samples first, and what each method gains and loses.
  var classes: HTML {
    let all = methods.indices.map { values($0, difference: false) }
    guard all.contains(where: { $0.values.contains { $0 != nil } }) else { return "" }
    var html = paragraph(
      "Test accuracy of each class, mean over the seeds; classes of many training images come first.")
    for (place, set) in sets.enumerated() {
      let part = sets.count > 1 ? ", part \(place + 1) of \(sets.count)" : ""
      let picture = Picture.classes(
        set.map { all[$0] }, of: axis,
        "accuracy of each class of \(set.map { label(of: $0) }.joined(separator: ", "))",
        above: "test accuracy",
        range: [0, 1])
      html += legend(set) + figure(picture, "Accuracy by class\(part)")
    }
    let differences = methods.indices.dropFirst().map { values($0, difference: true) }
    let known = differences.flatMap { $0.values.compactMap { $0 } }
    let range = min(known.min() ?? 0, -0.01)...max(known.max() ?? 0, 0.01)
    html += panels(
      differences.map { values in
        let picture = Picture.classBars(
          values, of: axis, "difference in accuracy of each class, \(values.label) minus \(label(of: 0))",
          above: "difference in accuracy", range: range)
        return figure(picture, "\(values.label) <span class=\"soft\">minus \(label(of: 0))</span>")
      })
    return html + hidden("The classes' numbers", classTable(all, Array(differences)))
  }

  private func classTable(_ all: [ClassValues], _ differences: [ClassValues]) -> HTML {
    let rows = comparison.classes.enumerated().map { place, c -> Table.Row in
      let cells = all.enumerated().map { index, values -> Table.Cell in
        guard let value = values.values[place] else { return "–" }
        let difference = index > 0 ? differences[index - 1].values[place] : nil
        let change: HTML =
          difference.map { "<small>\(figures($0, places: 3, sign: true))</small>" } ?? ""
        return Table.Cell("\(figures(value, places: 3))\(change)")
      }
      return Table.Row(head: "\(c)", cells: ["\(comparison.trainCounts[c])"] + cells)
    }
    return Table(
      caption: "Test accuracy of each class, and below it the difference to \(label(of: 0)).",
      corner: "class",
      columns: [.number("training images")] + methods.indices.map { .number(label(of: $0)) }, rows: rows
    ).html(named: "Accuracy by class")
  }
}
