public import Foundation

/// Plugins that a C compiler makes from a source and the header, outside the repository.
public enum CompiledPlugin {
  /// The C compiler, or nil where there is none; tests then skip by name.
  public static let compiler: URL? = {
    let path = "/usr/bin/cc"
    return FileManager.default.isExecutableFile(atPath: path) ? URL(fileURLWithPath: path) : nil
  }()

  /// The folder of the plugin header.
  public static let header = Repository.root.appendingPathComponent("Sources/PluginABI/include")

  /// What the compiler had against a source.
  public struct Refused: Error, CustomStringConvertible {
    /// Its messages.
    public let description: String

    /// A compiler's messages.
    public init(description: String) { self.description = description }
  }

  /// Compiles `source` against the header in the folder `header` into `folder`/`name`, and returns the
  /// library's path.
  public static func build(
    _ source: URL, _ flags: [String] = [], in folder: URL, name: String = "x.so", header: URL = header
  ) throws -> String {
    guard let compiler else { throw Refused(description: "no C compiler") }
    let output = folder.appendingPathComponent(name)
    let common = [
      "-shared", "-fPIC", "-O1", "-std=gnu11", "-Wall", "-Werror", "-Wno-unused-function",
      "-I\(header.path)", "-o", output.path,
    ]
    let result = try run(compiler, common + flags + [source.path])
    guard result.status == 0 else { throw Refused(description: result.errors) }
    return output.path
  }
}
