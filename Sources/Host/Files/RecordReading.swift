/// The bytes of the regular file at `path`, if there are at most `limit`.
func readRecord(_ path: String, limit: Int) throws(RecordError) -> [UInt8] {
  let file = try attempt(to: .read, path) { () throws(SystemError) in try Descriptor(opening: path, .read) }
  guard let size = try attempt(to: .read, path, { () throws(SystemError) in try file.regularSize() }) else {
    throw .notAFile(path: path)
  }
  guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }
  return try attempt(to: .read, path) { () throws(SystemError) in try file.read(upTo: size) }
}
