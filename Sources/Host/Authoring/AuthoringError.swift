/// Why a new strategy could not be made, and what to do about it.
public enum AuthoringError: Error, Equatable {
  case badName(String)
  case folderNotEmpty(path: String)
  case kitWithout(language: String)
  case noHeader(program: String)
  case noPythonKit(program: String)
  case noSwiftKit(program: String)
  case notACheckout(path: String)
  /// A folder that build files are to name, with a character that they cannot hold.
  case unquotable(path: String)
  case file(FileError)
}

extension AuthoringError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .badName(let name):
      "'\(name)' is no name for a strategy; expected 1 to 64 lower-case letters, digits and hyphens, "
        + "a letter first"
    case .folderNotEmpty(let path): "'\(path)' is not empty"
    case .kitWithout(let language): "'--kit' is for Swift alone, not for '--lang \(language)'"
    case .noHeader(let program):
      "there is no brhost_plugin.h around '\(program)', which strategies are built with"
    case .noPythonKit(let program):
      "there is no python.mk around '\(program)', which strategies in Python are built with"
    case .noSwiftKit(let program):
      "'\(program)' was not built in a checkout that is still there, whose PluginKit a strategy in Swift needs"
    case .notACheckout(let path):
      "'\(path)' is no checkout of brhost: it lacks Package.swift or Sources/PluginKit"
    case .unquotable(let path):
      "build files cannot name '\(path)': it holds a quote, a backslash or a line break"
    case .file(let error): error.problem
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .badName(let name):
      Self.name(like: name).map { "'\($0)'." } ?? "a name such as 'hard-examples'."
    case .folderNotEmpty: "another name or '--dir', or remove that folder if it is not needed."
    case .kitWithout: "the same line without '--kit', or with '--lang swift'."
    case .noHeader, .noPythonKit: "the brhost of an installation ('make install' makes one) or of a checkout."
    case .noSwiftKit: "'--kit CHECKOUT', where CHECKOUT is a checkout of brhost."
    case .notACheckout: "the folder that holds brhost's Package.swift."
    case .unquotable: "a brhost whose path has none of these."
    case .file(let error): error.remedy
    }
  }

  /// 64 for what the command line got wrong, 1 for what could not be made.
  public var status: ExitStatus {
    switch self {
    case .badName, .kitWithout: .usage
    case .folderNotEmpty, .noHeader, .noPythonKit, .noSwiftKit, .notACheckout, .unquotable: .failedRun
    case .file(let error): error.status
    }
  }

  /// A name that resembles the text, if there is one.
  private static func name(like text: String) -> String? {
    let words = text.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    let name = words.joined(separator: "-").drop { !$0.isLetter }.prefix(64)
    return PluginProject.isName(String(name)) ? String(name) : nil
  }
}
