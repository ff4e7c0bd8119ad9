internal import Foundation

/// A folder with a new strategy that builds and keeps the contract: `brhost plugin new`.
public struct PluginProject: Sendable {
  /// The strategy's id.
  public let name: String
  /// The language that it is written in.
  public let language: PluginLanguage
  /// The folder, as the user names it.
  public let folder: String
  /// What will be in it.
  package let files: [ProjectFile]
  /// What the host is given, and the file with the method, as seen from the folder.
  let plugin, source: String

  /// Whether `text` may be the id of a new strategy.
  public static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z][a-z0-9-]{0,63}/) != nil
  }

  /// Prepares the files; nothing is written yet.
  ///
  /// - Parameters:
  ///   - name: the strategy's id.
  ///   - language: what it is written in.
  ///   - folder: where it goes (default: a folder of its name here).
  ///   - kit: the checkout whose PluginKit a strategy in Swift uses (default: the one of this program).
  public init(
    name: String, language: PluginLanguage, folder: String? = nil, kit: String? = nil
  ) throws(AuthoringError) {
    try self.init(name: name, language: language, folder: folder, kit: kit, installation: Installation())
  }

  /// As above, with these `installation` instead of those of this program.
  package init(
    name: String, language: PluginLanguage, folder: String?, kit: String?, installation: Installation
  ) throws(AuthoringError) {
    guard Self.isName(name) else { throw .badName(name) }
    let template = language.template
    let words = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    var values = [
      "NAME": name, "TYPE": words.joined(), "IDENTIFIER": name.map { $0 == "-" ? "_" : String($0) }.joined(),
      "TITLE": name.prefix(1).uppercased() + name.dropFirst().map { $0 == "-" ? " " : String($0) }.joined(),
      "LANGUAGE": language.title, "BRHOST": try Self.inMakefile(installation.program),
    ]
    switch language {
    case .c, .cpp: values["INCLUDE"] = try Self.include(installation)
    case .python:
      guard let python = installation.python else { throw .noPythonKit(program: installation.program) }
      values["INCLUDE"] = try Self.include(installation)
      values["PYTHON"] = try Self.inMakefile(python)
    case .swift: values["KIT"] = try Self.checkout(kit, installation)
    case .rust, .fortran: break
    }
    self.name = name
    self.language = language
    self.folder = folder ?? name
    files = template.files(values)
    plugin = PluginTemplate.filled(template.plugin, values)
    source = PluginTemplate.filled(template.source, values)
  }

  /// Makes the folder with its files, or nothing.
  public func write() throws(AuthoringError) { try writeProject(files, to: folder) }

  // MARK: - What is around

  private static func include(_ installation: Installation) throws(AuthoringError) -> String {
    guard let include = installation.include else { throw .noHeader(program: installation.program) }
    return try inMakefile(include)
  }

  private static func checkout(
    _ kit: String?, _ installation: Installation
  ) throws(AuthoringError) -> String {
    if let kit, !Installation.isCheckout(kit) { throw .notACheckout(path: kit) }
    guard let checkout = kit ?? installation.checkout else {
      throw .noSwiftKit(program: installation.program)
    }
    return try quotable(URL(fileURLWithPath: checkout).standardizedFileURL.path)
  }

  /// The path as the value of a variable in a Makefile, whose recipes put it into single quotes.
  private static func inMakefile(_ path: String) throws(AuthoringError) -> String {
    try quotable(path).replacing("$", with: "$$").replacing("#", with: "\\#")
  }

  private static func quotable(_ path: String) throws(AuthoringError) -> String {
    let isFine = path.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control && !"'\"\\".unicodeScalars.contains($0)
    }
    guard isFine else { throw .unquotable(path: path) }
    return path
  }
}
