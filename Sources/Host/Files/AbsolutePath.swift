internal import Foundation

/// The path from the root on, whatever folder it is seen from.
package func absolutePath(_ path: String) -> String {
  path.isEmpty || path.hasPrefix("/") ? path : URL(fileURLWithPath: path).path
}
