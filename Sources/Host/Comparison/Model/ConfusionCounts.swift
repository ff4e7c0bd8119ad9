/// How often samples of a class were predicted as another: what is not zero of a matrix of `[classes, classes]`.
public struct ConfusionCounts: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// The counts by `true class · classes + predicted class`, none of them zero.
  public private(set) var cells: [Int: Int]

  /// Reads the rows of a matrix; nil where it is none of `classes` classes with counts in 0…10⁹.
  init?(_ rows: [JSON], classes: Int) {
    guard rows.count == classes else { return nil }
    self.classes = classes
    cells = [:]
    for (row, counts) in rows.enumerated() {
      guard let counts = counts.array, counts.count == classes else { return nil }
      for (column, count) in counts.enumerated() {
        guard let count = count.int, (0...1_000_000_000).contains(count) else { return nil }
        if count > 0 { cells[row * classes + column] = count }
      }
    }
  }

  /// How many samples of class `row` were predicted as class `column`.
  public subscript(row: Int, column: Int) -> Int { cells[row * classes + column] ?? 0 }

  /// The samples of each class.
  public var rowSums: [Int] {
    cells.reduce(into: [Int](repeating: 0, count: classes)) { $0[$1.key / classes] += $1.value }
  }

  /// Adds the counts of another run of as many classes.
  mutating func add(_ other: ConfusionCounts) {
    guard other.classes == classes else { return }
    for (cell, count) in other.cells { cells[cell, default: 0] += count }
  }
}
