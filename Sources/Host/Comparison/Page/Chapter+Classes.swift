extension Chapter {
  /// The classes from the one of most training samples to that of fewest.
  private var axis: ClassAxis {
    let order = comparison.classes
    return ClassAxis(labels: order.map { "\($0)" }, counts: order.map { comparison.trainCounts[$0] })
  }

  /// A number of a method for each class, brought into the order of the axis.
  private func values(_ index: Int, _ numbers: [Double?]) -> ClassValues {
    ClassValues(
      label: label(of: index), color: color(of: index), values: comparison.classes.map { numbers[$0] })
  }

  /// Accuracy by class, the classes of most training samples first, and what each method gains and loses.
  var classes: HTML {
    let all = methods.indices.map { values($0, methods[$0].classAccuracy) }
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
    let count = comparison.trainCounts.count
    let differences = methods.indices.map { index in
      comparison.pairings[index].map { values(index, $0.classDifferences(classes: count)) }
    }
    let known = differences.flatMap { $0?.values.compactMap { $0 } ?? [] }
    let range = min(known.min() ?? 0, -0.01)...max(known.max() ?? 0, 0.01)
    html += panels(
      methods.indices.compactMap { index in
        guard let values = differences[index], let reference = referenceLabel(of: index),
          values.values.contains(where: { $0 != nil })
        else { return nil }
        let picture = Picture.classBars(
          values, of: axis, "difference in accuracy of each class, \(values.label) minus \(reference)",
          above: "difference in accuracy", range: range)
        return figure(
          picture, "\(values.label) <span class=\"soft\">minus \(reference), paired by seed</span>")
      })
    return html + hidden("The classes' numbers", classTable(all, differences))
  }

  private func classTable(_ all: [ClassValues], _ differences: [ClassValues?]) -> HTML {
    let rows = comparison.classes.enumerated().map { place, c -> Table.Row in
      let cells = all.enumerated().map { index, values -> Table.Cell in
        guard let value = values.values[place] else { return "–" }
        let difference = differences[index]?.values[place]
        let change: HTML =
          difference.map { "<small>\(figures($0, places: 3, sign: true))</small>" } ?? ""
        return Table.Cell("\(figures(value, places: 3))\(change)")
      }
      return Table.Row(head: "\(c)", cells: ["\(comparison.trainCounts[c])"] + cells)
    }
    return Table(
      caption:
        "Test accuracy of each class, and below it the difference to \(referenceName), paired by seed.",
      corner: "class",
      columns: [.number("training images")] + methods.indices.map { .number(label(of: $0)) }, rows: rows
    ).html(named: "Accuracy by class")
  }
}
