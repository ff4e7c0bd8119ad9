import Foundation
import Host
import TestSupport
import Testing

/// A page is one well-formed file that asks for nothing, and says who wins and whether that is to be believed.
@Suite struct PageTests {
  private static func page(
    _ methods: [(String, [Double])], data: String = "digits-lt", more: [MadeRun] = []
  ) throws -> (source: String, markup: Markup) {
    var runs: [RunSummary] = []
    for (name, values) in methods {
      for (seed, value) in values.enumerated() {
        let metrics: [Metric: Double] = [
          .balancedAccuracy: value, .accuracy: value - 0.01, .fewAccuracy: 0.3,
        ]
        let run = MadeRun(
          strategy: name, seed: UInt64(seed + 1), metrics: metrics, data: data,
          more: [.init("command_line", ["brhost", "train", JSON(PictureTests.hostile)])])
        runs.append(try run.summary(metrics: curves(value)))
      }
    }
    for run in more { runs.append(try run.summary()) }
    let report = RunReport(folders: ["runs"], runs: runs, baseline: methods.first?.0)
    let source = ComparisonPage.html(of: report)
    return (source, Markup(source))
  }

  /// Two epochs as `metrics.jsonl` has them.
  private static func curves(_ value: Double) -> String {
    (0..<2).map { epoch in
      """
      {"kind":"epoch","epoch":\(epoch),"train_loss":1.5,"test_loss":1.2,"test_accuracy":\(value),\
      "test_class_accuracy":[1,0.5,\(value / 2)],"effective_sample_size":90,\
      "class_weight_share":[0.5,0.3,0.2],"weight_quantiles":[0,0.2,0.5,1,1.5,2,9],\
      "weight_by_loss":[[0.1,0.5],[1.5,2]]}\n
      """
    }.joined()
  }

  static let three: [(String, [Double])] = [
    ("erm", [0.5, 0.52, 0.51]), ("better", [0.6, 0.615, 0.61]), ("same", [0.51, 0.51, 0.5]),
  ]

  @Test func aPageAsksForNothing() throws {
    let (source, markup) = try Self.page(Self.three)
    #expect(markup.all("script", "link", "iframe", "object", "base", "form").isEmpty)
    for element in markup.elements {
      for (name, value) in element.attributes {
        #expect(!name.hasPrefix("on") && name != "style" && name != "src", "\(element.name) \(name)")
        if name == "href" { #expect(value.hasPrefix("#") || value.hasPrefix("data:image/png;base64,")) }
      }
    }
    #expect(!source.contains("url(") && !source.contains("@import") && !source.contains("://"))
    let policy = markup.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(
      policy?.attributes["content"]?.hasPrefix("default-src 'none'; img-src data:; style-src 'sha256-")
        == true)
  }

  @Test func headingsTablesAndLinksAreInOrder() throws {
    for methods in [Self.three, [Self.three[0]]] {
      let (_, markup) = try Self.page(methods)
      #expect(
        markup.elements.first?.attributes["lang"] == "en" && markup.all("title").first?.text.isEmpty == false)
      let levels = markup.all("h1", "h2", "h3", "h4").compactMap { Int($0.name.dropFirst()) }
      #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
      for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
      let ids = markup.elements.compactMap { $0.attributes["id"] }
      #expect(Set(ids).count == ids.count)
      for link in markup.all("a") {
        #expect(ids.contains(String(link.attributes["href"]?.dropFirst() ?? "")), "\(link)")
      }
      let captions = markup.all("caption")
      #expect(captions.count == markup.all("table").count && captions.allSatisfy { !$0.text.isEmpty })
      #expect(markup.all("th").allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
      #expect(markup.all("svg").allSatisfy { $0.attributes["aria-label"]?.isEmpty == false })
    }
  }

  static let claims: [(String, [(String, [Double])], says: [String])] = [
    (
      "a clear winner of three seeds", three,
      ["better is ahead of the baseline erm", "by the interval alone"]
    ),
    (
      "a clear winner of eight seeds",
      [
        ("erm", (0..<8).map { 0.5 + 0.001 * Double($0) }), ("new", (0..<8).map { 0.6 + 0.0015 * Double($0) }),
      ],
      ["new beats the baseline erm", "Better, by the test"]
    ),
    ("the baseline leads", [("erm", [0.6, 0.61]), ("new", [0.5, 0.51])], ["No method has a higher mean"]),
    ("one method", [("erm", [0.6, 0.61])], ["There is nothing to compare it with"]),
    (
      "one seed", [("erm", [0.5]), ("new", [0.6])],
      ["new has the highest mean balanced accuracy", "not told apart", "Not settled"]
    ),
    (
      "no difference", [("erm", [0.5, 0.6]), ("twin", [0.5, 0.6])],
      ["No method has a higher mean", "not told apart"]
    ),
  ]

  @Test(arguments: claims)
  func theFirstSentenceSaysWhoWins(_ name: String, methods: [(String, [Double])], says: [String]) throws {
    let (_, markup) = try Self.page(methods)
    let verdict = markup.all("div").first { $0.attributes["class"]?.hasPrefix("verdict") == true }?.text ?? ""
    for text in says { #expect(verdict.contains(text), "\(name): \(verdict)") }
  }

  @Test func textFromOutsideStaysText() throws {
    let hostile = PictureTests.hostile
    let failed = MadeRun(strategy: "lost", status: "failed", failure: hostile)
    let (source, markup) = try Self.page([("erm", [0.5]), (hostile, [0.6])], data: hostile, more: [failed])
    #expect(markup.isWellFormed && markup.all("script").isEmpty)
    #expect(!source.contains("<script") && !source.contains("\u{202E}") && !source.contains("\u{0}"))
    #expect(source.contains("&lt;script&gt;"))
  }

  @Test func failedRunsAndTheirReasonsAreShown() throws {
    let failed = MadeRun(strategy: "better", seed: 9, status: "failed", failure: "no space left")
    let (_, markup) = try Self.page(Self.three, more: [failed])
    #expect(markup.all("td").contains { $0.text == "no space left" })
    #expect(markup.all("p").contains { $0.text.contains("1 failed") })
  }

  @Test func eachDataSetHasAChapter() throws {
    let other = MadeRun(strategy: "erm", metrics: [.balancedAccuracy: 0.4], data: "other", training: "dd")
    let (_, markup) = try Self.page(Self.three, more: [other])
    #expect(markup.all("h2").map(\.text).filter { $0.contains("training samples") }.count == 2)
    let ids = markup.elements.compactMap { $0.attributes["id"] }
    #expect(ids.contains("leaderboard-1") && ids.contains("leaderboard-2"))
  }

  @Test func aLargeComparisonStaysSmall() throws {
    let counts = (0..<100).map { 500 - 4 * $0 }
    let epochs = (0..<300).map { epoch in
      let quantiles = "[0,0.1,0.5,1,1.\(epoch),2,9]"
      let shares = (0..<100).map { "0.0\(10 + ($0 + epoch) % 7)" }.joined(separator: ",")
      return """
        {"kind":"epoch","epoch":\(epoch),"train_loss":1.\(epoch),"test_loss":1.2,"test_accuracy":0.\(300 + epoch),\
        "test_class_accuracy":[\(shares)],"effective_sample_size":9\(epoch % 10).5,\
        "class_weight_share":[\(shares)],"weight_quantiles":\(quantiles),"weight_by_loss":[[0.1,0.5],[1.5,2]]}\n
        """
    }.joined()
    let matrix = (0..<100).map { row -> String in
      let cells = (0..<100).map { column in column == row ? "60" : String(column * row % 3) }
      return "[\(cells.joined(separator: ","))]"
    }
    let confusion = try JSON(parsing: Array("[\(matrix.joined(separator: ","))]".utf8))
    let runs = try (0..<20).flatMap { method in
      try (1...3).map { (seed: UInt64) -> RunSummary in
        let run = MadeRun(strategy: "method-\(method)", seed: seed, counts: counts)
        let result: JSON = ["balanced_accuracy": JSON(0.3 + Double(method) / 100), "confusion": confusion]
        let members = (run.json.members ?? []).filter { $0.key != "result" } + [.init("result", result)]
        return try RunSummary(
          parsing: Array(JSON.object(members).line.utf8), metrics: Array(epochs.utf8), folder: "runs/x")
      }
    }
    let source = ComparisonPage.html(of: RunReport(folders: ["runs"], runs: runs))
    #expect(source.utf8.count < 3 << 20, "\(source.utf8.count) bytes")
    #expect(Markup(source).isWellFormed)
  }
}
