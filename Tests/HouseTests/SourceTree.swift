internal import Foundation
internal import TestSupport

/// A text file of the checkout.
struct SourceFile: Sendable, CustomStringConvertible {
  /// The path from the checkout's root.
  let path: String
  let lines: [String]

  var description: String { path }

  /// The lines without what follows `//`, numbered from 1.
  var code: [(number: Int, text: String)] {
    lines.enumerated().map { number, line in
      (number + 1, line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line)
    }
  }
}

/// The files that the house rules are about.
enum SourceTree {
  private static let folders = [
    "Sources", "Tests", "plugins", "scripts", "data", "docs", "Benchmarks", ".ci",
  ]
  private static let endings = [
    "swift", "c", "h", "cpp", "rs", "f90", "py", "sh", "md", "json", "map", "modulemap", "svg",
  ]

  /// Every text file of the project's folders, and those beside Package.swift.
  static let files: [SourceFile] = {
    let root = Repository.root
    let manager = FileManager.default
    var paths = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
    for folder in folders {
      let below = manager.enumerator(atPath: root.appendingPathComponent(folder).path)
      while let path = below?.nextObject() as? String {
        if path.split(separator: "/").last?.hasPrefix(".") == true {  // such as a virtual environment
          below?.skipDescendants()
        } else {
          paths.append("\(folder)/\(path)")
        }
      }
    }
    return paths.sorted().compactMap { path in
      let url = root.appendingPathComponent(path)
      let isText = endings.contains(url.pathExtension) || ["Makefile", "run"].contains(url.lastPathComponent)
      guard isText, let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      return SourceFile(path: path, lines: lines)
    }
  }()

  /// The Swift files under `folder`.
  static func swift(under folder: String) -> [SourceFile] {
    files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".swift") }
  }
}
