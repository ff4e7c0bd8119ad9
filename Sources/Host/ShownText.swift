/// Text from outside as a message shows it: on one line, without control characters and marks of direction, cut after `limit` characters.
func shown(_ text: String, limit: Int = 60) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(limit) {
    scalars.append(hasEffects(scalar) ? "\u{FFFD}" : scalar)
  }
  return String(scalars) + (text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
}

/// Whether a character moves, reorders or ends what stands beside it: a control character, the end of a line, or a mark of
/// direction.
private func hasEffects(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: scalar.properties.generalCategory == .control
  }
}
