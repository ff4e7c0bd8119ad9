import Host
import Testing

/// A mistyped name finds the one that was meant, and nothing where none is close.
@Suite struct SuggestionTests {
  static let names = ["gamma-threshold", "erm", "focal", "few", "train", "learning_rate"]

  static let cases: [(typed: String, meant: String?)] = [
    ("erm", "erm"),
    // Two neighbours swapped.
    ("emr", "erm"), ("rem", "erm"), ("efw", "few"), ("tarin", "train"), ("foacl", "focal"),
    // A letter less, more or other.
    ("er", "erm"), ("erms", "erm"), ("arm", "erm"), ("gamma-treshold", "gamma-threshold"),
    // Another case, hyphens for underscores.
    ("Gamma_Threshold", "gamma-threshold"), ("learning-rate", "learning_rate"),
    // Too far.
    ("mre", nil), ("xyz", nil), ("", nil), ("nothing-like-it", nil),
  ]

  @Test(arguments: cases)
  func nearestNameIsFound(typed: String, meant: String?) {
    #expect(nearest(to: typed, in: Self.names) == meant)
  }

  @Test func theNearerOfTwoIsTaken() {
    #expect(nearest(to: "baek", in: ["bare", "beak"]) == "beak")
    #expect(nearest(to: "a", in: []) == nil)
  }
}
