internal import Foundation
internal import Glibc
internal import Host
internal import TestSupport
internal import Testing

/// An installation works wherever it is moved to, needs nothing around it, and goes as it came.
@Suite struct InstallTests {
  private static let script = Repository.root.appendingPathComponent("scripts/install.sh")
  private static let shell = URL(fileURLWithPath: "/bin/sh")

  private func install(_ prefix: URL, environment: [String: String] = [:]) throws -> ProgramResult {
    try run(
      Self.script, ["install", prefix.path, Repository.products.path], environment: environment)
  }

  private func uninstall(_ prefix: URL, environment: [String: String] = [:]) throws -> ProgramResult {
    try run(Self.script, ["uninstall", prefix.path], environment: environment)
  }

  /// Installs into a folder, moves it, and calls `body` with where it is then.
  private func withMovedInstallation(
    to name: String = "moved to $there #1", _ body: (URL) throws -> Void
  ) throws {
    try Repository.withTemporaryFolder { folder in
      let first = folder.appendingPathComponent("first")
      let moved = folder.appendingPathComponent(name)
      let result = try install(first)
      try #require(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      #expect(result.output.contains("export PATH=\"\(first.path)/bin:$PATH\""))
      try FileManager.default.moveItem(at: first, to: moved)
      try body(moved)
    }
  }

  // MARK: - Working

  @Test func movedInstallationFindsItsPluginsWithAnEmptyEnvironment() throws {
    try withMovedInstallation { prefix in
      let result = try run(
        URL(fileURLWithPath: "/usr/bin/env"), ["-i", prefix.path + "/bin/brhost", "plugin", "list", "--json"])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let libraries = try JSON(parsing: Array(result.output.utf8))["libraries"]?.array ?? []
      let paths = libraries.compactMap { $0["path"]?.string }
      let plugins = prefix.resolvingSymlinksInPath().path + "/lib/brhost/plugins/"
      let built = ShippedTrainingTests.catalog.list().map {
        plugins + URL(fileURLWithPath: $0.path).lastPathComponent
      }
      #expect(paths.sorted() == built.sorted() && paths.contains(plugins + "liberm.so"))
      #expect(libraries.allSatisfy { $0["refused"] == .null })
    }
  }

  static let canHide: Bool = (try? run(shell, ["-c", "unshare -m mount -t tmpfs none /mnt"]))?.status == 0

  /// The toolchain's libraries are hidden below an empty file system.
  @Test(.enabled(if: canHide, "folders cannot be hidden here: 'unshare -m' is not permitted"))
  func movedInstallationTrainsWithoutTheToolchain() throws {
    try withMovedInstallation { prefix in
      let script = """
        runtime=$(dirname "$(ldd "$BRHOST" | sed -n 's/.*libswiftCore.so => \\(.*\\) (.*/\\1/p')")
        mount -t tmpfs none "$runtime" && [ -z "$(ls "$runtime")" ] && cd "$FOLDER" &&
          exec env -i "$PREFIX/bin/brhost" train --dataset digits-lt --strategy gamma-threshold --steps 2
        """
      let folder = prefix.deletingLastPathComponent().path
      let result = try run(
        URL(fileURLWithPath: "/usr/bin/env"), ["unshare", "-m", "sh", "-c", script],
        environment: ["BRHOST": program.path, "PREFIX": prefix.path, "FOLDER": folder])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("gamma-threshold on digits-lt"))
    }
  }

  @Test(
    .enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"),
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/pkg-config"), "there is no pkg-config"))
  func pluginIsCompiledThroughPkgConfig() throws {
    try withMovedInstallation(to: "moved") { prefix in
      let script = """
        cd "$PREFIX" && cc -shared -fPIC $(pkg-config --cflags brhost-plugin) -o x.so "$SOURCE" &&
          ./bin/brhost plugin info ./x.so
        """
      let source = Repository.root.appendingPathComponent("plugins/hard-examples/hard_examples.c").path
      let result = try run(
        Self.shell, ["-c", script],
        environment: [
          "PREFIX": prefix.path, "SOURCE": source, "PKG_CONFIG_PATH": prefix.path + "/lib/pkgconfig",
        ])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.hasPrefix("hard-examples 1.0.0"))
    }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"))
  func newStrategyIsBuiltWithWhatIsInstalled() throws {
    try withMovedInstallation { prefix in
      let script = """
        cd "$FOLDER" && "$PREFIX/bin/brhost" plugin new mine --lang c && cd mine &&
          PKG_CONFIG_PATH=/nowhere make && "$PREFIX/bin/brhost" plugin info ./mine.so
        """
      let result = try run(
        Self.shell, ["-c", script],
        environment: ["PREFIX": prefix.path, "FOLDER": prefix.deletingLastPathComponent().path])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("mine 0.1.0"))
      #expect(!result.output.contains(Repository.root.path + "/"))
    }
  }

  // MARK: - Going

  @Test func uninstallLeavesNothing() throws {
    try withMovedInstallation { prefix in
      let result = try uninstall(prefix)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let folder = prefix.deletingLastPathComponent().path
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      let again = try uninstall(prefix)
      #expect(again.status == 1 && again.errors.hasPrefix("uninstall: nothing is installed below '"))
    }
  }

  @Test func whatOthersPutThereStays() throws {
    try Repository.withTemporaryFolder { prefix in
      let manager = FileManager.default
      try manager.createDirectory(
        at: prefix.appendingPathComponent("bin"), withIntermediateDirectories: false)
      for _ in 0..<2 { #expect(try install(prefix).status == 0) }
      try Data().write(to: prefix.appendingPathComponent("lib/brhost/plugins/mine.so"))
      #expect(try install(prefix).status == 0)
      #expect(try uninstall(prefix).status == 0)
      let left = ["bin", "lib", "lib/brhost", "lib/brhost/plugins", "lib/brhost/plugins/mine.so"]
      #expect(try manager.subpathsOfDirectory(atPath: prefix.path).sorted() == left)
    }
  }

  @Test func destinationFolderStandsInFrontOfThePrefix() throws {
    try Repository.withTemporaryFolder { folder in
      let prefix = URL(fileURLWithPath: "/opt/nowhere/brhost")
      let result = try install(prefix, environment: ["DESTDIR": folder.path])
      #expect(result.status == 0 && !result.output.contains("export"), "\(result.errors)")
      let path = folder.path + prefix.path
      #expect(FileManager.default.isExecutableFile(atPath: path + "/bin/brhost"))
      #expect(!FileManager.default.fileExists(atPath: prefix.path))
      #expect(try uninstall(prefix, environment: ["DESTDIR": folder.path]).status == 0)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  // MARK: - Refusing

  @Test func prefixThatCannotBeIsOneMessage() throws {
    let result = try install(URL(fileURLWithPath: "/dev/null/x"))
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(
      result.errors == "install: '/dev/null' is no folder\n  Try: another PREFIX, or move that file away.\n")
  }

  /// What runs a command as a user who may not write everywhere; nothing where that is us.
  static let asUser = getuid() == 0 ? ["setpriv", "--reuid", "65534", "--clear-groups"] : []
  static let canReadAsUser: Bool =
    (try? run(
      URL(fileURLWithPath: "/usr/bin/env"), asUser + ["test", "-r", Repository.products.path + "/brhost"]))?
    .status == 0

  @Test(.enabled(if: canReadAsUser, "the products cannot be read as a user without privileges"))
  func unwritablePrefixIsOneMessage() throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
      let line = [Self.script.path, "install", folder.path + "/x", Repository.products.path]
      let result = try run(URL(fileURLWithPath: "/usr/bin/env"), Self.asUser + line)
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("install: cannot write to '"), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 2, "\(result.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func productsThatAreNotThereAreNamed() throws {
    try Repository.withTemporaryFolder { folder in
      let prefix = folder.appendingPathComponent("prefix").path
      let result = try run(Self.script, ["install", prefix, folder.path])
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("install: there is no '\(folder.path)/brhost' to install\n  Try: "))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}
