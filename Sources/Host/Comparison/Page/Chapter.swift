/// What a page says about the runs of one data set.
struct Chapter {
  /// A part of a chapter, with the name that links lead to.
  struct Section {
    let name, title: String
    let content: HTML
  }

  let comparison: Comparison
  /// The number of the chapter, from 1; nil where it is the only one.
  let number: Int?

  /// The metric that the page's first sentence is about: with classes of equal weight, the few count as the many.
  static let headline = Metric.balancedAccuracy

  var methods: [ComparedMethod] { comparison.methods }

  /// Makes the parts that have something to say, once: their pictures take a while.
  func makeSections() -> [Section] {
    [
      Section(name: "leaderboard", title: "Leaderboard", content: leaderboard),
      Section(name: "differences", title: "Differences to the baseline", content: differences),
      Section(name: "curves", title: "Learning curves", content: curves),
      Section(name: "classes", title: "Accuracy by class", content: classes),
      Section(name: "confusion", title: "Confusion", content: confusion),
      Section(name: "weights", title: "Weights", content: weights),
      Section(name: "images", title: "Images of most and least weight", content: images),
      Section(name: "cost", title: "Cost", content: cost),
      Section(name: "provenance", title: "Provenance", content: provenance),
    ].filter { !$0.content.isEmpty }
  }

  func anchor(_ section: Section) -> String { number.map { "\(section.name)-\($0)" } ?? section.name }

  /// The chapter of these parts, below a heading of its own where there are others.
  func html(_ sections: [Section]) -> HTML {
    let level = number == nil ? 2 : 3
    var html: HTML = ""
    if let number { html += "<h2 id=\"data-\(number)\">\(comparison.title)</h2>\n" + summary }
    for (index, section) in sections.enumerated() {
      let style: HTML = index == 0 && level == 2 ? " class=\"first\"" : ""
      html += """
        <section aria-labelledby="\(anchor(section))">
        <h\(level) id="\(anchor(section))"\(style)>\(section.title)</h\(level)>
        \(section.content)</section>

        """
    }
    return html
  }

  /// A heading inside a section.
  func heading(_ title: String) -> HTML {
    let level = number == nil ? 3 : 4
    return "<h\(level)>\(title)</h\(level)>\n"
  }
}

// MARK: - Methods

extension Chapter {
  /// The number of a method's colour: 0 for the baseline, then from the first one again after the last.
  func color(of index: Int) -> Int { index == 0 ? 0 : (index - 1) % PageStyle.colors + 1 }

  /// A method's label beside its colour.
  func name(of index: Int) -> HTML {
    let isBaseline = comparison.baselines.contains(index) && methods.count > 1
    let baseline: HTML = isBaseline ? " <span class=\"soft\">(baseline)</span>" : ""
    return "<span class=\"key c\(color(of: index))\">\(label(of: index))\(baseline)</span>"
  }

  func label(of index: Int) -> String { shown(methods[index].label, limit: 120) }

  /// What methods are compared with, in a sentence.
  var referenceName: String { shown(comparison.referenceName, limit: 120) }

  /// What a method is compared with; nil for a baseline.
  func referenceLabel(of index: Int) -> String? { comparison.references[index].map { label(of: $0) } }

  /// The methods in sets of which no two share a colour, the baseline in each.
  var sets: [[Int]] {
    let others = Array(methods.indices.dropFirst())
    guard !others.isEmpty else { return [[0]] }
    return stride(from: 0, to: others.count, by: PageStyle.colors).map { start in
      [0] + others[start..<min(start + PageStyle.colors, others.count)]
    }
  }

  /// Colours and labels of a set.
  func legend(_ set: [Int]) -> HTML {
    guard methods.count > 1 else { return "" }
    let items = set.map { index -> HTML in "<li>\(name(of: index))</li>" }
    return "<ul class=\"legend\">\(items)</ul>\n"
  }
}
