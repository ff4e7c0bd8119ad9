/// What a report needs of a `plan.json`: which runs there should be.
package struct PlanRows {
  /// A planned run.
  package struct Row: Sendable {
    /// The name of its folder below `rows`.
    package let id: String
    /// The method's label.
    package let method: String
    /// The data set's name.
    package let data: String
    package let seed: UInt64
  }

  static let name = "plan.json"

  package let folder: String
  /// The label of the method that the others are compared with.
  package let baseline: String?
  /// The methods' labels, in order.
  package let methods: [String]
  package let rows: [Row]

  /// Reads the plan in `folder`.
  init(readingFrom folder: String) throws(ReportError) {
    let bytes: [UInt8]
    do { bytes = try readFile(at: "\(folder)/\(Self.name)", limit: RunFolder.descriptionLimit) } catch {
      throw .unreadable(error)
    }
    try self.init(parsing: bytes, folder: folder)
  }

  /// Reads what a `plan.json` in `folder` holds.
  package init(parsing bytes: [UInt8], folder: String) throws(ReportError) {
    let path = "\(folder)/\(Self.name)"
    let plan: JSON
    do { plan = try JSON(parsing: bytes) } catch { throw .damagedPlan(path: path, reason: "\(error)") }
    guard plan["brhost_plan"]?.int == 1, let rows = plan["rows"]?.array else {
      throw .damagedPlan(path: path, reason: "brhost_plan is not 1, or rows is missing")
    }
    var ids: Set<String> = []
    var found: [Row] = []
    for (index, row) in rows.enumerated() {
      guard let id = row["row"]?.string, let method = row["method"]?.string,
        let data = row["dataset"]?.string, case .integer(let number) = row["seed"],
        let seed = UInt64(exactly: number)
      else { throw .damagedPlan(path: path, reason: "row \(index) lacks row, method, dataset or seed") }
      // It becomes a part of a path.
      guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ Self.digits.contains($0) }) else {
        throw .damagedPlan(path: path, reason: "row \(index) is called '\(shown(id))': no hexadecimal number")
      }
      guard ids.insert(id).inserted else {
        throw .damagedPlan(path: path, reason: "row '\(shown(id))' occurs twice")
      }
      found.append(Row(id: id, method: method, data: data, seed: seed))
    }
    self.folder = folder
    self.rows = found
    baseline = plan["baseline"]?.string
    methods = distinct(found.map(\.method))
  }

  private static let digits = Set("0123456789abcdef".utf8)

  /// The folder of a row's run.
  func folder(of row: Row) -> String { "\(folder)/rows/\(row.id)" }

  /// Why a row failed, in its own words; nil where it did not.
  func failure(of row: Row) -> String? {
    let path = "\(folder)/failures/\(row.id).json"
    guard let bytes = try? readFile(at: path, limit: 1 << 20) else { return nil }
    return (try? JSON(parsing: bytes))?["reason"]?.string ?? "the record of its failure is damaged"
  }
}
