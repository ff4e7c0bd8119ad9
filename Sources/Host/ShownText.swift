/// Text from outside as a message shows it: on one line, without control characters, cut after `limit` characters.
func shown(_ text: String, limit: Int = 60) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(limit) {
    scalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
  }
  return String(scalars) + (text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
}
