import Foundation
import Host
import TestSupport
import Testing

/// What runs leave is read as far as it makes sense, and the rest is nil, refused or noted.
@Suite struct ReadingTests {
  private static func run(_ metrics: String) throws -> RunSummary { try MadeRun().summary(metrics: metrics) }

  @Test func epochsAreCurvesAndWeights() throws {
    let row = """
      {"kind":"epoch","epoch":0,"train_loss":1.5,"test_loss":2,"test_accuracy":0.5,"test_class_accuracy":[0.5,null,1],\
      "effective_sample_size":64,"class_weight_share":[0.5,0.25,0.25],"weight_quantiles":[0,0.1,0.5,1,1.5,2,9],\
      "weight_by_loss":[[0.1,1.5],[2,0.5]],"validation_balanced_accuracy":0.25}

      """
    let epoch = try #require(try Self.run(row).epochs.first)
    #expect(epoch.trainLoss == 1.5 && epoch.testLoss == 2 && epoch.accuracy == 0.5)
    #expect(epoch.balancedAccuracy == 0.75 && epoch.validationBalancedAccuracy == 0.25)
    #expect(epoch.effectiveSampleSize == 64 && epoch.weights?.quantiles == [0, 0.1, 0.5, 1, 1.5, 2, 9])
    #expect(epoch.weights?.classShares == [0.5, 0.25, 0.25])
    #expect(epoch.weights?.byLoss.map { [$0.loss, $0.weight] } == [[0.1, 1.5], [2, 0.5]])
  }

  static let senseless = [
    #""test_accuracy":1.5,"train_loss":-1,"test_loss":1e308"#, #""test_accuracy":"1","train_loss":[]"#,
    #""weight_quantiles":[0,1,2],"class_weight_share":[1]"#, #""weight_quantiles":[7,6,5,4,3,2,1]"#,
    #""weight_quantiles":[0,0,0,0,0,0,1e308],"class_weight_share":[0.5,0.5,-1]"#,
    #""weight_by_loss":[[1],[-1,1],[1e308,1],["a",1],1,[1,1,1]],"effective_sample_size":null"#,
    #""test_class_accuracy":[2,-1,"a"]"#,
  ]

  @Test(arguments: senseless)
  func senselessNumbersOfAnEpochAreLeftOut(_ members: String) throws {
    let epoch = try #require(try Self.run("{\"kind\":\"epoch\",\"epoch\":3,\(members)}").epochs.first)
    #expect(epoch.epoch == 3 && epoch.accuracy == nil && epoch.trainLoss == nil && epoch.testLoss == nil)
    #expect(epoch.balancedAccuracy == nil && epoch.effectiveSampleSize == nil)
    #expect(epoch.weights?.quantiles == [] && epoch.weights?.classShares == [] && epoch.weights?.byLoss == [])
  }

  @Test func longRunsKeepTheWeightsOfSomeEpochs() throws {
    let rows = (0..<1000).map {
      "{\"kind\":\"epoch\",\"epoch\":\($0),\"test_accuracy\":0.5,\"class_weight_share\":[1,0,0]}\n"
    }
    let epochs = try Self.run(rows.joined()).epochs
    let detailed = epochs.filter { $0.weights != nil }.map(\.epoch)
    #expect(epochs.count == 1000 && epochs.allSatisfy { $0.accuracy == 0.5 })
    #expect((100...201).contains(detailed.count) && detailed.first == 0 && detailed.last == 999)
    let steps = Set(zip(detailed, detailed.dropFirst().dropLast()).map { $1 - $0 })
    #expect(steps.count == 1)
  }

  @Test func epochsOutOfOrderAndOtherLinesAreDamage() throws {
    let lines = [
      "{\"kind\":\"step\",\"step\":0}", "{\"kind\":\"epoch\",\"epoch\":1}",
      "{\"kind\":\"epoch\",\"epoch\":1}",
      "{\"kind\":\"epoch\",\"epoch\":0}", "{\"kind\":\"step\",\"ste", "", "x",
    ]
    let run = try Self.run(lines.joined(separator: "\n"))
    #expect(run.epochs.map(\.epoch) == [1])
    #expect(run.notes == ["'runs/erm-1/metrics.jsonl': 4 damaged lines skipped"])
  }

  @Test func costAndTheBestEpochAreReadWhereTheyMakeSense() throws {
    let best: JSON = [
      "epoch": 7, "validation_balanced_accuracy": 0.5, "result": ["accuracy": 0.75, "confusion": [[1]]],
    ]
    let good = try MadeRun(more: [
      .init("seconds", 12.5), .init("seconds_per_epoch", 1.5), .init("step_milliseconds", 3),
      .init("peak_memory", 1_048_576), .init("best", best),
    ]).summary()
    #expect(good.cost.seconds == 12.5 && good.cost.secondsPerEpoch == 1.5 && good.cost.stepMilliseconds == 3)
    #expect(good.cost.peakMemory == 1_048_576)
    #expect(good.best?.epoch == 7 && good.best?.value(of: .accuracy) == 0.75)
    let bad = try MadeRun(more: [
      .init("seconds", -1), .init("seconds_per_epoch", "1"), .init("peak_memory", -5),
      .init("best", ["epoch": -1, "validation_balanced_accuracy": 0.5]),
    ]).summary()
    #expect(bad.cost.seconds == nil && bad.cost.secondsPerEpoch == nil && bad.cost.peakMemory == nil)
    #expect(bad.best == nil)
  }

  @Test func confusionCountsOfSeedsAddUp() throws {
    let runs = try [UInt64(1), 2].map { seed in
      let result: JSON = ["confusion": [[3, 1], [0, 2]]]
      let own = MadeRun(seed: seed, counts: [150, 40]).json.members ?? []
      let members = own.map { $0.key == "result" ? JSON.Member("result", result) : $0 }
      return try RunSummary(parsing: Array(JSON.object(members).line.utf8), metrics: [], folder: "runs/x")
    }
    let confusion = try #require(RunReport(folders: [], runs: runs).comparisons[0].baseline.confusion)
    #expect(
      confusion[0, 0] == 6 && confusion[0, 1] == 2 && confusion[1, 0] == 0 && confusion.rowSums == [8, 4])
  }

  @Test func hundredsOfRunsAreReported() throws {
    try Repository.withTemporaryFolder { folder in
      for method in 0..<25 {
        for seed in 1...20 {
          let values = [Metric.accuracy: 0.5 + Double(method * seed % 13) / 100]
          let run = MadeRun(strategy: "m\(method)", seed: UInt64(seed), metrics: values)
          try run.write(to: folder.appendingPathComponent("\(method)/\(seed)"))
        }
      }
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.count == 25 && comparison.counts.done == 500)
      #expect(comparison.differences[0].rows[24].difference?.values.count == 20)
    }
  }
}
