/// A kind of file that only one of brhost and numpy reads, and why that is as it should be.
package struct NumPyDifference: Sendable, Hashable {
  /// Who refuses the file.
  package enum Side: Sendable { case brhost, numpy }

  /// Who refuses such files.
  package let refusedBy: Side
  /// What the message of the refusal contains.
  package let mark: String
  /// Why it is refused by the one, or read by the other.
  package let reason: String

  private static func ours(_ mark: String, _ reason: String) -> NumPyDifference {
    NumPyDifference(refusedBy: .brhost, mark: mark, reason: reason)
  }

  /// Every kind that is known.
  package static let known =
    [
      // Arrays.
      ours(
        "expected elements of type",
        "complex numbers, texts, dates and other names of types are no data of ours"),
      ours("found a structured type", "records are no data of ours"),
      ours("bytes for shape", "numpy passes over bytes after the elements"),
      ours(
        "expected dimensions from 0",
        "numpy reads the rest of a file for -1, and numbers as Python writes them"),
    ]
    + [
      "in the header", "expected each of the keys", "expected the keys",
      "expected nothing after the dictionary",
    ].map { ours($0, "numpy reads the header as any Python literal, we what numpy writes") }
    + [
      // Archives: one that is damaged anywhere is refused as a whole, where numpy may read the other arrays.
      "expected a zip directory", "expected a directory entry", "more bytes in the directory", "packed bytes",
      "expected a local header that agrees", "in both headers", "found a declared size", "that unpack to",
    ].map { ours($0, "Python's zip reader looks at less, and may read other arrays of a damaged archive") }
    + [
      ours("expected entries side by side", "overlapping entries unpack to more than was packed"),
      ours("expected every name once", "numpy reads the last of a name"),
      ours("expected an entry stored", "Python knows other compressions, and may read the other arrays"),
      ours("expected an entry that version 6.3", "numpy may read the other arrays"),
      ours("expected an entry without encryption", "numpy may read the other arrays"),
      ours("expected one file", "Python passes over the number of the disk"),
      ours("expected entry names in UTF-8", "Python reads other names as code page 437"),
      ours("expected sizes and a position", "Python passes over ZIP64 fields that are cut short"),
      ours("expected CRC-32", "numpy may have all elements before Python looks at the checksum"),
      NumPyDifference(
        refusedBy: .numpy, mark: "File name in directory",
        reason: "Python reads one name in two ways where the two headers differ in the flag of UTF-8"),
    ]

  /// The kind that the message of a refusal belongs to; nil for one that is not known.
  static func kind(of message: String, refusedBy side: Side) -> NumPyDifference? {
    known.first { $0.refusedBy == side && message.contains($0.mark) }
  }
}
