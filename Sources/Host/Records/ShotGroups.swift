/// How many training samples a class has, in words (Liu et al.: "Large-scale long-tailed recognition in an open
/// world", CVPR 2019): many above 100, few below 20.
enum Shot: String, CaseIterable {
  case many
  case medium
  case few

  init(count: Int) { self = count > 100 ? .many : count < 20 ? .few : .medium }
}

/// The classes of many, a medium number and few training samples.
public struct ShotGroups: Sendable, Equatable {
  /// How the classes were divided.
  public enum Rule: String, Sendable {
    /// More than 100, 20 to 100, and fewer than 20 training samples.
    case counts
    /// Thirds of the classes, ordered by training samples, where one of the groups by counts is empty.
    case thirds

    /// What many, medium and few mean by this rule.
    var meaning: String {
      switch self {
      case .counts: "classes of more than 100, 20 to 100, fewer than 20 training samples"
      case .thirds: "thirds of the classes by training samples (a group by counts would be empty)"
      }
    }
  }

  /// How the classes were divided.
  public let rule: Rule
  /// The classes of many samples.
  public let many: [Int]
  /// The classes of a medium number of samples.
  public let medium: [Int]
  /// The classes of few samples.
  public let few: [Int]

  /// The groups of classes with so many training samples each, `[C]`.
  public init(trainingCounts: [Int]) {
    let classes = trainingCounts.indices
    let groups = Shot.allCases.map { shot in classes.filter { Shot(count: trainingCounts[$0]) == shot } }
    if groups.allSatisfy({ !$0.isEmpty }) {
      rule = .counts
      (many, medium, few) = (groups[0], groups[1], groups[2])
      return
    }
    let ordered = classes.sorted { (-trainingCounts[$0], $0) < (-trainingCounts[$1], $1) }
    let first = (ordered.count + 1) / 3
    let second = (2 * ordered.count + 1) / 3
    rule = .thirds
    many = ordered[..<first].sorted()
    medium = ordered[first..<second].sorted()
    few = ordered[second...].sorted()
  }
}
