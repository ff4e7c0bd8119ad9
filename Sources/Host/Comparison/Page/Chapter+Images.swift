extension Chapter {
  /// How many images of each kind a method shows: fewer of many methods, so that the page stays small.
  private var count: Int { methods.count <= 8 ? 8 : 6 }

  /// The training images that the methods weigh most and least, side by side.
  var images: HTML {
    let extremes = methods.indices.map { index in
      recordedUniform(index) ? nil : SampleExtremes(of: methods[index], count: count)
    }
    let found = extremes.contains { $0?.most.isEmpty == false }
    guard found else { return "" }
    var html = paragraph(
      """
      Below each image: its class, what it was last taken for, its mean weight (1 is uniform), and its mean score \
      where the strategy gives one. Means over the finished runs of a method; an image is shown by its row in the \
      training file.
      """)
    let training: TrainingImages?
    do throws(TrainingImages.Refusal) { training = try TrainingImages(comparison.data) } catch {
      training = nil
      html += paragraph("The images themselves cannot be shown: \(error.reason).", style: "soft")
    }
    var pictures: [HTML] = []
    var rows: [Table.Row] = []
    for (index, extremes) in extremes.enumerated() {
      guard let extremes else { continue }
      for (kind, samples) in [("most", extremes.most), ("least", extremes.least)] where !samples.isEmpty {
        rows += samples.map { row(of: $0, kind, index) }
        guard let training, samples.allSatisfy({ training.has($0) }) else { continue }
        let picture = Picture.sprite(
          samples.map { SpriteImage(lines: lines(of: $0)) }, pixels: training.pixels(of: samples.map(\.id)),
          height: training.height, width: training.width, columns: count,
          "the \(samples.count) training images that \(label(of: index)) weighs \(kind)")
        pictures.append(figure(picture, "\(name(of: index)) <span class=\"soft\">weighs \(kind)</span>"))
      }
      html += notes(extremes.notes)
    }
    let table = Table(
      caption: "The samples that methods weigh most and least.", corner: "method",
      columns: [
        .text("weight is"), .number("row"), .number("class"), .number("taken for"), .number("mean weight"),
        .number("mean loss"), .number("mean score"),
      ], rows: rows)
    return html + panels(pictures)
      + hidden("The images' numbers", table.html(named: "Most and least weighted images"))
  }

  /// Of equal weights none are the largest.
  private func recordedUniform(_ index: Int) -> Bool { MethodWeights(methods[index].counted).isUniform }

  private func lines(of sample: SampleExtremes.Sample) -> [String] {
    var lines = [
      "\(sample.label) → \(sample.prediction.map { "\($0)" } ?? "–")", "w \(short(sample.weight))",
    ]
    if let score = sample.score { lines.append("s \(short(score))") }
    return lines + ["#\(sample.id)"]
  }

  private func row(of sample: SampleExtremes.Sample, _ kind: String, _ index: Int) -> Table.Row {
    Table.Row(
      head: name(of: index),
      cells: [
        Table.Cell("\(kind)"), Table.Cell("\(sample.id)"), Table.Cell("\(sample.label)"),
        Table.Cell("\(sample.prediction.map { "\($0)" } ?? "–")"), .number(sample.weight),
        .number(sample.loss),
        .number(sample.score),
      ])
  }

  /// About three digits.
  private func short(_ value: Double) -> String {
    let size = abs(value)
    if size >= 1e5 || (size < 0.001 && size > 0) { return (value < 0 ? "−" : "") + scientific(size) }
    return figures(value, places: size < 10 ? 2 : size < 100 ? 1 : 0)
  }

  private func notes(_ notes: [String]) -> HTML {
    let lines = notes.prefix(5).map { note -> HTML in paragraph("\(shown(note, limit: 400))", style: "soft") }
    return Array(lines).joined()
  }
}
