import Foundation
import FoundationXML
import Host
import TestSupport
import Testing

/// The picture is SVG that says what the answer says, whatever the trace is like.
@Suite struct ReplayPictureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let classes, steps, batch: Int
    var isConstant = false
    var strategy = "gamma-threshold"
    /// What the legend says of the groups.
    let groups: [String]
  }

  static let cases = [
    Case(
      testDescription: "one step", classes: 3, steps: 1, batch: 6,
      groups: ["many: 1 class", "medium: 1 class", "few: 1 class"]),
    Case(
      testDescription: "two classes", classes: 2, steps: 5, batch: 4,
      groups: ["many: 1 class", "few: 1 class"]),
    Case(
      testDescription: "a hundred classes", classes: 100, steps: 9, batch: 64,
      groups: ["many: 1 class", "medium: 2 classes", "few: 97 classes"]),
    Case(
      testDescription: "nothing varies", classes: 3, steps: 3, batch: 6, isConstant: true, strategy: "erm",
      groups: ["medium: 1 class"]),
    Case(testDescription: "one sample", classes: 2, steps: 2, batch: 1, groups: []),
    Case(testDescription: "many steps", classes: 2, steps: 400, batch: 3, groups: []),
  ]

  @Test(arguments: cases) func pictureIsWholeAndSaysWhatItShows(_ c: Case) throws {
    try Repository.withTemporaryFolder { folder in
      let trace = folder.appendingPathComponent("steps")
      try MadeTrace(classes: c.classes, steps: c.steps, batch: c.batch, isConstant: c.isConstant).write(
        to: trace)
      let replay = try Replay(
        ReplayOptions(trace: trace.path, strategy: ShortRun.plugin(c.strategy)), warn: { _ in },
        reporting: { _, _ in })
      let file = folder.appendingPathComponent("replay.svg")
      try replay.draw(to: file.path)
      let elements = try Elements(file)
      for text in [
        "Replay of made <up> & \"small\", recorded with other", "A  \(c.strategy) 1.0.0",
        "B  other 2 gamma=0.5, as recorded", "Effective sample size", "A: weight by class",
        "B: weight by class",
        "A: weight and loss", "A and B",
      ] + c.groups { #expect(elements.texts.contains(text), "\(text) in \(elements.texts)") }
      #expect(
        elements.texts.contains { $0.hasPrefix("loss in nats; \(min(600, c.steps * c.batch)) samples") })
      // Every number that places something is one, and lies in the picture.
      #expect(elements.numbers.count > 50 && elements.numbers.allSatisfy { (-1...1000).contains($0) })
    }
  }

  @Test func pictureOfAFolderThatIsNotThereFailsWithoutATrace() throws {
    try Repository.withTemporaryFolder { folder in
      try MadeTrace().write(to: folder.appendingPathComponent("steps"))
      let replay = try Replay(
        ReplayOptions(trace: folder.appendingPathComponent("steps").path, strategy: ShortRun.plugin("erm")),
        warn: { _ in }, reporting: { _, _ in })
      #expect(throws: FileError.self) { try replay.draw(to: folder.appendingPathComponent("no/a.svg").path) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["steps"])
    }
  }
}

/// The texts and coordinates of an SVG file that is well-formed XML.
private final class Elements: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var numbers: [Double] = []
  private var text: String?

  init(_ file: URL) throws {
    super.init()
    let parser = XMLParser(data: try Data(contentsOf: file))
    parser.delegate = self
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "text" { text = "" }
    for (key, value) in attributes
    where ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "points"].contains(key) {
      numbers += value.split { $0 == " " || $0 == "," }.map { Double($0) ?? .nan }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?)
  {
    if let text { texts.append(text) }
    text = nil
  }
}
