/// Text from outside as a message shows it: on one line, without what moves or reorders its neighbours, cut after `limit`
/// characters.
func shown(_ text: String, limit: Int = 60) -> String {
  let scalars = text.unicodeScalars.prefix(limit)
  return harmless(scalars) + (text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
}

/// Text without what it may do to a terminal or to the text beside it; the ends of lines may stay.
package func harmless(
  _ text: some Sequence<Unicode.Scalar>, keepingLines: Bool = false
) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text {
    let stays = !hasEffects(scalar) || (keepingLines && scalar == "\n")
    scalars.append(stays ? scalar : "\u{FFFD}")
  }
  return String(scalars)
}

/// Whether a character moves, reorders or ends what stands beside it: a control character, the end of a line, or a mark
/// of direction.
private func hasEffects(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: scalar.properties.generalCategory == .control
  }
}
