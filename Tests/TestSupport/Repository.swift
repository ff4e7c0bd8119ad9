public import Foundation

/// Where things are in the checkout that these tests were built from.
public enum Repository {
  /// The folder that holds `Package.swift`.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().standardized

  /// The folder of the built products: the executable and the plugin libraries.
  public static var products: URL { Bundle.main.bundleURL.standardized }

  /// A file of the reference values beside the checkout, or nil where they are absent.
  public static func reference(_ name: String) -> URL? { besideCheckout("shared/reference/\(name)") }

  /// A file of the real images beside the checkout, or nil where they are absent.
  public static func images(_ name: String) -> URL? { besideCheckout("shared/data/\(name)") }

  private static func besideCheckout(_ path: String) -> URL? {
    let file = root.deletingLastPathComponent().appendingPathComponent(path)
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  /// Calls `body` with a new, empty folder, which is removed afterwards.
  public static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("brhost-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
