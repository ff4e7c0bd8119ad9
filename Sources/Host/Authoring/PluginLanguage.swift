/// A language that `brhost plugin new` writes strategies in.
public enum PluginLanguage: String, CaseIterable, Sendable {
  case c
  case cpp
  case swift
  case rust
  case fortran
  case python

  /// The language's name for people.
  var title: String {
    switch self {
    case .c: "C"
    case .cpp: "C++"
    case .swift: "Swift"
    case .rust: "Rust"
    case .fortran: "Fortran"
    case .python: "Python"
    }
  }

  /// What a new strategy in this language is made of.
  var template: PluginTemplate {
    switch self {
    case .c: .c
    case .cpp: .cpp
    case .swift: .swift
    case .rust: .rust
    case .fortran: .fortran
    case .python: .python
    }
  }
}
