/// A difference as sentences show it: in four digits after the point, or in the digits that it takes.
func number(_ value: Double) -> String {
  abs(value) >= 0.00005 || value == 0 ? decimal(value, places: 4) : scientific(value)
}

/// A difference with its sign, which is never left out.
package func signed(_ value: Double) -> String {
  let text = number(value)
  return value > 0 ? "+" + text : text
}

/// A probability: three digits after the point, or two that count where it is smaller than that.
package func probability(_ p: Double) -> String {
  if p >= 0.0995 || p == 0 { return decimal(p, places: 2) }
  return p >= 0.00095 ? decimal(p, places: p >= 0.00995 ? 3 : 4) : scientific(p)
}

/// Two digits and a power of ten.
func scientific(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value.description }
  var exponent = 0
  var mantissa = abs(value)
  while mantissa < 0.995, exponent > -400 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  while mantissa >= 9.95, exponent < 400 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  return (value < 0 ? "-" : "") + decimal(mantissa, places: 1) + "e\(exponent)"
}
