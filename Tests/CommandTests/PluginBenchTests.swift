internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// `plugin bench` measures every size, and counts what the plugin allocates and nothing else.
@Suite struct PluginBenchTests {
  static let few = ["--calls", "7", "--batch-sizes", "4,9", "--classes", "2,3"]

  private func rows(_ result: ProgramResult) throws -> [JSON] {
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return try #require(try JSON(parsing: result.output)["rows"]?.array)
  }

  @Test func everySizeIsMeasured() throws {
    let words = ["plugin", "bench", "gamma-threshold", "--set", "temp=2", "--json"] + Self.few
    let result = try run(program, words)
    let rows = try rows(result)
    #expect(rows.map { [$0["batch"]?.int, $0["classes"]?.int] } == [[4, 2], [4, 3], [9, 2], [9, 3]])
    for row in rows {
      let order = try ["min_us", "median_us", "p99_us"].map { try #require(row["in_process"]?[$0]?.double) }
      #expect(order == order.sorted() && order[0] >= 0)
      #expect(row["in_process"]?["allocations_per_call"]?.double == 0)
    }
    let answer = try JSON(parsing: result.output)
    #expect(answer["strategy"]?["parameters"]?["temp"]?.double == 2)
    #expect(answer["calls"]?.int == 7 && answer["counts_allocations"]?.bool == true)
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func allocationsOfThePluginAreCounted() throws {
    try Repository.withTemporaryFolder { folder in
      let source = Repository.root.appendingPathComponent("Tests/CommandTests/allocating.c")
      let plugin = try CompiledPlugin.build(source, in: folder)
      let rows = try rows(try run(program, ["plugin", "bench", plugin, "--json"] + Self.few))
      #expect(rows.count == 4)
      for row in rows { #expect(row["in_process"]?["allocations_per_call"]?.double == 3) }
      let table = try run(program, ["plugin", "bench", plugin] + Self.few)
      #expect(table.output.contains("allocating 1\n") && table.output.contains("allocations\n"))
    }
  }

  /// Where the counting library is, from the folder of the program.
  static let places: [String?] = ["brhost-folder/bin", "brhost-folder/lib/brhost", nil]

  @Test(arguments: places) func countingLibraryIsFoundInAnInstallation(_ place: String?) throws {
    try Repository.withTemporaryFolder { folder in
      let files = FileManager.default
      func copy(_ name: String, to place: String) throws {
        let target = folder.appendingPathComponent(place)
        try files.createDirectory(at: target, withIntermediateDirectories: true)
        // By a process of its own: what this one has open for writing, a child that another test starts meanwhile has,
        // too, and the system runs no program that somebody may write to.
        let copied = try run(
          URL(fileURLWithPath: "/bin/cp"),
          [Repository.products.appendingPathComponent(name).path, target.path])
        try #require(copied.status == 0, "\(copied.errors)")
      }
      try copy("brhost", to: "brhost-folder/bin")
      if let place { try copy("liballocation-counter.so", to: place) }
      let installed = folder.appendingPathComponent("brhost-folder/bin/brhost")
      let words =
        ["plugin", "bench", Repository.products.appendingPathComponent("liberm.so").path] + Self.few
      let result = try run(installed, words)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      #expect(result.output.contains("not counted") == (place == nil), "\(result.output)")
      let answer = try JSON(parsing: try run(installed, words + ["--json"]).output)
      #expect(answer["counts_allocations"]?.bool == (place != nil))
    }
  }
}
