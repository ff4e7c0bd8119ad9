/// A file that only grows, by whole records.
public struct AppendFile: ~Copyable {
  /// Where the file is.
  public let path: String
  private let file: Descriptor
  /// The bytes of the file.
  private(set) var size: Int
  /// Whether a part of a record that could not be written is still there.
  private var isTorn = false

  /// Opens the file at `path` to add to its end; creates it if there is none.
  ///
  /// - Parameter limit: where to cut off what was added later.
  public init(openingAt path: String, cutTo limit: Int = .max) throws(FileError) {
    if let found = try? kind(of: path), [.pipe, .socket].contains(found) {
      throw .notReplaceable(path: path, found: found.description)
    }
    let file = try attempt(to: .create, path) { () throws(SystemError) in
      try Descriptor(opening: path, .append)
    }
    size = try attempt(to: .create, path) { () throws(SystemError) in
      let size = try file.status().size
      if size > limit { try file.truncate(to: limit) }
      return min(size, limit)
    }
    self.path = path
    self.file = file
  }

  /// Opens a file of lines at `path` to add to its end; ends a line of which only a part was written.
  public init(openingLinesAt path: String) throws(FileError) {
    if let last = (try? readFile(at: path))?.last, last != UInt8(ascii: "\n") {
      var file = try AppendFile(openingAt: path)
      try file.append([UInt8(ascii: "\n")])
    }
    try self.init(openingAt: path)
  }

  /// Adds all of `record`, or nothing: what a failed write left is cut off again, so that the next record does
  /// not continue half of this one.
  public mutating func append(_ record: [UInt8]) throws(FileError) {
    if isTorn { try cut() }
    do {
      try attempt(to: .write, path) { () throws(SystemError) in try file.write(record) }
      size += record.count
    } catch {
      isTorn = true
      try? cut()
      throw error
    }
  }

  private mutating func cut() throws(FileError) {
    try attempt(to: .write, path) { () throws(SystemError) in try file.truncate(to: size) }
    isTorn = false
  }

  /// Waits until everything added has reached the disk.
  ///
  /// - Throws: also where somebody has removed or moved the file meanwhile.
  public func synchronize() throws(FileError) {
    try attempt(to: .synchronize, path) { () throws(SystemError) in try file.synchronize() }
    guard file.isStill(at: path) else { throw .removed(path: path) }
  }
}
