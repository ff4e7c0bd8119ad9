import Foundation
import FoundationXML
import Testing

/// The elements of a piece of markup that is well-formed XML, in their order.
final class Markup: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// The text in it, and in the elements in it.
    var text = ""
  }

  private(set) var elements: [Element] = []
  private(set) var isWellFormed = false
  private var open: [Int] = []

  init(_ source: String) {
    super.init()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
    #expect(isWellFormed, "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
  }

  func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

  /// The coordinates and lengths of pictures, those of paths too; NaN for one that is no number.
  var numbers: [Double] {
    let plain = ["x", "y", "width", "height", "cx", "cy", "r", "viewBox"]
    return elements.flatMap { element -> [Double] in
      let path = element.attributes["d"]?.replacing(/[MLZ]/, with: " ") ?? ""
      let texts = plain.compactMap { element.attributes[$0] } + [path]
      return texts.flatMap { $0.split(separator: " ").map { Double($0) ?? .nan } }
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for place in open { elements[place].text += string }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?)
  {
    open.removeLast()
  }
}
