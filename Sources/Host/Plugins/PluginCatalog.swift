internal import Foundation

/// A folder that is searched for plugins, and why.
public struct PluginFolder: Sendable, Equatable {
  /// Where a folder of the search path comes from.
  public enum Origin: String, Sendable {
    case environment = "BRHOST_PLUGIN_PATH"
    case user
    case installation
    case executable = "beside the executable"
  }

  /// The folder, absolute.
  public let path: String
  /// Why it is searched.
  public let origin: Origin

  /// A folder of the search path.
  public init(path: String, origin: Origin) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.origin = origin
  }
}

/// One strategy of one library, found and ready to be instantiated.
public struct LocatedStrategy: Sendable {
  /// The library that holds it.
  public let library: PluginLibrary
  /// What it says about itself.
  public let manifest: StrategyManifest

  /// The SHA-256 of the library's file, nil when it can no longer be read; for a bare function, that of the manifest's
  /// and the library's digests, one after the other, and likewise for a strategy in Python, whose script lies beside it.
  public var fileHash: String? {
    guard let digest = SHA256.digest(ofFile: library.path) else { return nil }
    if let function = manifest.bareFunction {
      guard let code = SHA256.digest(ofFile: function.libraryPath(from: library.path)) else { return nil }
      return SHA256.digest(of: Array((digest + code).utf8))
    }
    let name = lastPart(of: library.path).prefix { $0 != "." }.map { $0 == "-" ? "_" : $0 }
    let script = SHA256.digest(ofFile: "\(folder(of: library.path))/\(String(name)).py")
    return script.map { SHA256.digest(of: Array((digest + $0).utf8)) } ?? digest
  }

  /// The strategy's code.
  func functions() throws(PluginError) -> StrategyFunctions { try library.functions(for: manifest) }

  /// Checks that the strategy is of this role.
  public func require(_ role: StrategyRole) throws(PluginError) {
    if manifest.role != role { throw .wrongRole(id: manifest.id, role: manifest.role, wanted: role) }
  }
}

/// A file of the search path that is a plugin, or would like to be.
public struct PluginListing: Sendable {
  /// The file.
  public let path: String
  /// The folder that it was found in.
  public let folder: PluginFolder
  /// The open library, or why it was refused.
  public let library: Result<PluginLibrary, PluginError>
  /// The ids of its strategies that an earlier library hides.
  public let hidden: Set<String>
}

/// The plugins that can be found, folder by folder; the first of a name counts.
public struct PluginCatalog: Sendable {
  /// The folders in the order of search.
  public let folders: [PluginFolder]
  /// Where libraries run code to say what they are.
  public let access: ManifestAccess

  /// A catalog of these folders.
  public init(folders: [PluginFolder], access: ManifestAccess = .here) {
    self.folders = folders
    self.access = access
  }

  /// The folders of the search order for a program at `executable`, which may be a symbolic link.
  public init(environment: [String: String], executable: String, access: ManifestAccess = .here) {
    var folders: [PluginFolder] = []
    for path in (environment["BRHOST_PLUGIN_PATH"] ?? "").split(separator: ":") {
      folders.append(PluginFolder(path: String(path), origin: .environment))
    }
    if let home = environment["HOME"], !home.isEmpty {
      folders.append(PluginFolder(path: home + "/.local/lib/brhost/plugins", origin: .user))
    }
    let program = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    let prefix = program.deletingLastPathComponent().path
    folders.append(PluginFolder(path: prefix + "/lib/brhost/plugins", origin: .installation))
    folders.append(PluginFolder(path: program.path, origin: .executable))
    self.init(folders: folders, access: access)
  }

  /// The search order of this process.
  public static func standard(_ access: ManifestAccess) -> PluginCatalog {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return PluginCatalog(
      environment: ProcessInfo.processInfo.environment, executable: link ?? CommandLine.arguments[0],
      access: access)
  }

  // MARK: - Listing

  /// Every library of the folders with its strategies, or the reason why it was refused.
  ///
  /// Libraries beside the executable that do not export the symbols of the ABI are no plugins and left out.
  public func list() -> [PluginListing] {
    var listings: [PluginListing] = []
    var files = Set<String>()
    var ids = Set<String>()
    for (path, folder) in candidates {
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard files.insert(real).inserted, let library = open(path, in: folder) else { continue }
      let own = (try? library.get())?.manifest.strategies.map(\.id) ?? []
      listings.append(
        PluginListing(path: path, folder: folder, library: library, hidden: ids.intersection(own)))
      ids.formUnion(own)
    }
    return listings
  }

  /// The candidates of all folders in the order of search; a folder is read when its turn comes.
  private var candidates: some Sequence<(path: String, folder: PluginFolder)> {
    folders.lazy.flatMap { folder in Self.candidates(in: folder).map { (path: $0, folder: folder) } }
  }

  /// The `*.so` files and sidecar manifests of a folder, sorted by name.
  private static func candidates(in folder: PluginFolder) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      let path = folder.path + "/" + name
      let isCandidate = name.hasSuffix(".so") || name.hasSuffix(sidecarSuffix)
      return isCandidate && ELFFile.type(of: path) == .typeRegular ? path : nil
    }
  }

  private func open(_ path: String) -> Result<PluginLibrary, PluginError> {
    Result { () throws(PluginError) -> PluginLibrary in try PluginLibrary(path: path, access: access) }
  }

  /// Opens a file of the search path; nil for one beside the executable that is some other library.
  private func open(_ path: String, in folder: PluginFolder) -> Result<PluginLibrary, PluginError>? {
    let library = open(path)
    if folder.origin == .executable, case .failure(.missingSymbols) = library { return nil }
    return library
  }

  // MARK: - Finding

  /// The strategy that `name` means: an id, or a path with a slash in it, such as `./x.so` or `./x.so:ID`.
  ///
  /// Opening a library runs code of its author, so none is opened beyond the first that holds the id.
  public func find(_ name: String) throws(PluginError) -> LocatedStrategy {
    if name.contains("/") { return try locate(path: name) }
    var known: [String] = []
    var refusal: PluginError?
    for (path, folder) in candidates {
      switch open(path, in: folder) {
      case .success(let library)?:
        let strategies = library.manifest.strategies
        if let manifest = strategies.first(where: { $0.id == name }) {
          return LocatedStrategy(library: library, manifest: manifest)
        }
        known += strategies.map(\.id)
      case .failure(let error)?:
        let stem = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." }
        if stem == name || stem == "lib\(name)" { refusal = refusal ?? error }
      case nil: continue
      }
    }
    throw refusal ?? .notFound(name: name, folders: folders.map(\.path), known: known)
  }

  private func locate(path text: String) throws(PluginError) -> LocatedStrategy {
    var (path, id): (String, String?) = (text, nil)
    if !FileManager.default.fileExists(atPath: text), let colon = text.lastIndex(of: ":") {
      (path, id) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
    let library = try open(path).get()
    let strategies = library.manifest.strategies
    let ids = strategies.map(\.id)
    if let id {
      guard let manifest = strategies.first(where: { $0.id == id }) else {
        throw .noSuchStrategy(path: path, id: id, known: ids)
      }
      return LocatedStrategy(library: library, manifest: manifest)
    }
    guard strategies.count == 1, let manifest = strategies.first else {
      throw .severalStrategies(path: path, ids: ids)
    }
    return LocatedStrategy(library: library, manifest: manifest)
  }

  private static let sidecarSuffix = ".brhost.json"
}
