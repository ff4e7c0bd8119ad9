extension Picture {
  /// Shares that add up to 1, stacked over time; beside them those of the training set.
  ///
  /// - Parameters:
  ///   - shares: a row an epoch, a share a layer, the first at the bottom.
  ///   - reference: the layers' shares of the training images.
  ///   - labels: the layers' names.
  package static func shares(
    epochs: [Double], shares: [[Double]], reference: [Double], labels: [String], _ description: String,
    below: String
  ) -> Picture {
    let layers = labels.count
    let rows = zip(epochs, shares).filter { row in
      plottable(row.0) != nil && row.1.count == layers && row.1.allSatisfy { $0.isFinite && $0 >= 0 }
    }
    guard layers > 0, let x = Axis(rows.map { $0.0 }, room: 0, ticks: 6, whole: true),
      let y = Axis([0, 100], room: 0, unit: " %")
    else { return .empty(description) }
    let frame = Frame(left: 92, right: 76, x: x, y: y)
    var svg = frame.svg(above: "share of the weight", below: below)
    let rising = thinnedRows(Array(rows)).map { row in (row.0, stacked(row.1)) }
    for layer in 0..<layers {
      let band = rising.map { row in
        Curve.Band(x: row.0, low: layer == 0 ? 0 : row.1[layer - 1], high: row.1[layer])
      }
      svg += frame.area(of: band, style: "layer s\(shade(of: layer, among: layers))")
    }
    if rising.count == 1, let (epoch, tops) = rising.first {  // one epoch has no area
      svg += frame.column(tops, around: frame.x(epoch))
    }
    if reference.count == layers, reference.allSatisfy({ $0.isFinite && $0 >= 0 }) {
      svg += Text("data", x: 27, y: frame.bottom + 17, anchor: .middle, style: "soft").svg
      svg += frame.column(stacked(reference), around: 27)
    }
    if let last = rising.last {
      let tops = last.1
      var above = Double.infinity
      for layer in 0..<layers {
        let (low, high) = (layer == 0 ? 0 : tops[layer - 1], tops[layer])
        let middle = frame.y((low + high) / 2) + 4
        guard high - low > 0.5, above - middle > 11 else { continue }
        svg += Text(labels[layer], x: frame.right + 6, y: middle, style: "soft", limit: 12).svg
        above = middle
      }
    }
    return Picture(width: frame.width, height: frame.height, description: description, body: svg)
  }

  /// Sums from the first on, in percent of all.
  private static func stacked(_ shares: [Double]) -> [Double] {
    let all = shares.reduce(0, +)
    var sum = 0.0
    return shares.map { share in
      sum += share
      return all > 0 ? min(100, sum / all * 100) : 0
    }
  }
}

/// The class of a layer's shade, 0…9, from the first layer to the last.
private func shade(of layer: Int, among layers: Int) -> Int { layers < 2 ? 0 : layer * 9 / (layers - 1) }

extension Frame {
  /// A single stack around `middle`.
  fileprivate func column(_ tops: [Double], around middle: Double) -> HTML {
    let width = 26.0
    var svg: HTML = ""
    for (layer, high) in tops.enumerated() {
      let low = layer == 0 ? 0 : tops[layer - 1]
      svg += rectangle(
        x: middle - width / 2, y: y(high), width: width, height: y(low) - y(high),
        style: "layer s\(shade(of: layer, among: tops.count))")
    }
    return svg
  }
}
