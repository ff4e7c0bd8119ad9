package import Host

/// A method as `compare --strategies` names it, `STRATEGY[:PARAMETER=VALUE]…[+OPTION=VALUE]…`, and the options of
/// `train` that say the same.
package struct MethodSpec: Equatable {
  /// The name in tables: what the user wrote, with what a sweep has added.
  package var name: String
  /// The name without what a sweep has added.
  package let origin: String
  /// The values that sweeps have given it, by name.
  private(set) var swept: [String: String] = [:]
  /// Options of `train` with their values.
  package var words: [String]
  /// Whether it brings an objective of its own.
  package var hasObjective: Bool { words.contains("--objective") }

  /// What a method looks like.
  package static let form = "STRATEGY[:PARAMETER=VALUE]…[+OPTION=VALUE]…"

  /// Reads one method.
  ///
  /// - Parameter options: the options of `train` that a method may set, by each of their names.
  package init(_ text: String, options: [String: String]) throws(ComparisonError) {
    func malformed(_ expected: String) -> ComparisonError {
      .malformed(option: "--strategies", text: text, expected: expected)
    }
    var pieces = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)[...]
    guard let strategy = pieces.popFirst(), !strategy.isEmpty else { throw malformed(Self.form) }
    (name, origin) = (text, text)
    words = Self.plugin(strategy, as: "strategy", parameters: "set")
    for piece in pieces {
      let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else { throw malformed(Self.form) }
      let option = hyphenated(String(parts[0]))
      if option == "objective" {
        words += Self.plugin(String(parts[1]), as: "objective", parameters: "objective-set")
      } else if let option = options[option] {
        words += ["--\(option)", String(parts[1])]
      } else {
        throw malformed("after '+' an option of 'train', such as objective or defer-until")
      }
    }
  }

  /// The words for `NAME[:PARAMETER=VALUE]…`; a path may have colons of its own.
  private static func plugin(_ text: String, as option: String, parameters: String) -> [String] {
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = pieces.prefix { !$0.contains("=") || $0.contains("/") }.joined(separator: ":")
    let settings = pieces.drop { !$0.contains("=") || $0.contains("/") }
    return ["--\(option)", name] + settings.flatMap { ["--\(parameters)", String($0)] }
  }

  /// Its options and those of all methods, of which its own come first.
  ///
  /// - Parameter common: options with their values.
  func words(with common: [[String]]) -> [String] {
    words + common.filter { !words.contains($0[0]) }.flatMap { $0 }
  }

  /// The value of an option that it has.
  func value(of option: String) -> String? {
    words.firstIndex(of: option).map { words[$0 + 1] }
  }

  /// The same method with one more option.
  func adding(_ words: [String]) -> MethodSpec {
    var method = self
    method.words += words
    return method
  }

  /// The same method with a value of a sweep, which `words` give it.
  package func sweeping(_ name: String, to value: String, _ words: [String]) -> MethodSpec {
    var method = adding(words)
    method.name += " \(name)=\(value)"
    method.swept[name] = value
    return method
  }

  /// How many values sweeps have given to both.
  fileprivate func sharedValues(with other: MethodSpec) -> Int {
    swept.count { name, value in other.swept[name] == value }
  }

  /// Whether sweeps have given both the same values, where they have given any to both.
  func isOfOneCell(with other: MethodSpec) -> Bool {
    swept.allSatisfy { name, value in other.swept[name].map { $0 == value } ?? true }
  }
}

extension [MethodSpec] {
  /// What each method is compared with, by name: the baseline, and where a sweep has made several of it, the first
  /// whose values the method has, too. A baseline that no other method is compared with is compared with the first that
  /// has most of its values.
  ///
  /// - Parameter wanted: the name of the baseline with or without what sweeps have added; ERM or the first method
  ///   where it is nil.
  package func baselines(_ wanted: String?) throws(ComparisonError) -> (first: String, of: [String: String]) {
    let wanted = wanted ?? (contains { $0.origin == "erm" } ? "erm" : self[0].origin)
    let exact = filter { $0.name == wanted }
    let candidates = exact.isEmpty ? filter { $0.origin == wanted } : exact
    guard let first = candidates.first else { throw .unknownBaseline(wanted, methods: map(\.name)) }
    let names = Set(candidates.map(\.name))
    var baselines: [String: String] = [:]
    for method in self where !names.contains(method.name) {
      baselines[method.name] = (candidates.first { $0.isOfOneCell(with: method) } ?? first).name
    }
    let used = Set(baselines.values)
    let others = candidates.filter { used.contains($0.name) }
    for candidate in candidates {
      if used.contains(candidate.name) {
        baselines[candidate.name] = candidate.name
      } else {
        let nearest = others.max { $0.sharedValues(with: candidate) < $1.sharedValues(with: candidate) }
        baselines[candidate.name] = (nearest ?? first).name
      }
    }
    return (others.first?.name ?? first.name, baselines)
  }
}

/// An option or a parameter, and the values that it takes one after the other.
package struct Sweep: Equatable {
  /// Its name.
  package let name: String
  /// Its values.
  package let values: [String]

  /// Reads `NAME=VALUE,VALUE,…`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, let values = list(parts[1]) else { return nil }
    (name, self.values) = (parts[0], values)
  }
}

/// The elements of a list: separated by semicolons where there is one, else by commas. Nil where one is empty or named
/// twice.
package func list(_ text: String) -> [String]? {
  let separator: Character = text.contains(";") ? ";" : ","
  let elements = text.split(separator: separator, omittingEmptySubsequences: false).map { element in
    String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
  return elements.contains("") || Set(elements).count < elements.count ? nil : elements
}

/// The seeds that `1-5`, `7` or `1-3,10` means; nil for anything else, and for more than a thousand.
package func seeds(_ text: String) -> [UInt64]? {
  var seeds: [UInt64] = []
  for part in text.split(separator: ",", omittingEmptySubsequences: false) {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count), let first = UInt64(ends[0]), let last = UInt64(ends[ends.count - 1]),
      first <= last, last - first < 1000
    else { return nil }
    seeds += first...last
    if seeds.count > 1000 { return nil }
  }
  return Set(seeds).count == seeds.count ? seeds : nil
}
