internal import Host
internal import TestSupport
internal import Testing
internal import brhost

/// Progress fits the terminal, keeps what matters, and is quiet elsewhere.
@Suite struct ProgressTests {
  static let progress = Progress(
    epoch: 3, epochs: 100, step: 291, steps: 9700, loss: 1.23456, accuracy: 0.4567, effectiveSampleSize: 4.06,
    imagesPerSecond: 962.4, elapsed: .seconds(30), testAccuracy: nil)

  @Test(arguments: [
    (200, "epoch 3/100  step 291/9700  loss 1.235  accuracy 45.7%  ESS 4.1  962 images/s  16m 10s left"),
    (80, "epoch 3/100  loss 1.235  accuracy 45.7%  ESS 4.1  962 images/s  16m 10s left"),
    (70, "epoch 3/100  loss 1.235  accuracy 45.7%  962 images/s  16m 10s left"),
    (60, "epoch 3/100  loss 1.235  accuracy 45.7%  16m 10s left"),
    (40, "epoch 3/100  loss 1.235  16m 10s left"),
    (30, "epoch 3/100  16m 10s left"), (20, "epoch 3/100"), (5, "epoch"), (0, ""),
  ])
  func narrowLinesKeepWhatMatters(width: Int, line: String) {
    #expect(Self.progress.line(width: width) == line)
  }

  @Test func epochsEndShowsTheTestAccuracy() {
    var progress = Self.progress
    progress.testAccuracy = 0.335
    #expect(progress.line(width: 50) == "epoch 3/100  loss 1.235  test 33.5%  16m 10s left")
  }

  @Test(arguments: [
    (0, "0s"), (59, "59s"), (60, "1m 00s"), (3599, "59m 59s"), (3600, "1h 00m"), (86_399, "23h 59m"),
    (180_000, "2d 02h"),
  ])
  func timesShowTheirTwoLargestUnits(seconds: Int, text: String) {
    #expect(clock(.seconds(seconds)) == text)
  }

  @Test(arguments: [
    (1.005, 2, "1.00"), (0.05, 1, "0.1"), (-0.001, 2, "0.00"), (-1.26, 1, "-1.3"), (2.5, 0, "3"),
    (7, 3, "7.000"),
    (Double.nan, 1, "nan"), (Double.infinity, 1, "inf"),
  ])
  func numbersAreFixed(value: Double, digits: Int, text: String) {
    #expect(decimal(value, places: digits) == text)
  }

  @Test func terminalRedrawsOneLineAtMostTenTimesASecondAndClearsIt() {
    var style = ProgressStyle(.terminal(width: 31))
    var progress = Self.progress
    #expect(style.text(for: progress) == "\repoch 3/100  16m 10s left\u{1B}[K")
    progress.elapsed += .milliseconds(50)
    #expect(style.text(for: progress).isEmpty)
    progress.endsEpoch = true
    #expect(!style.text(for: progress).isEmpty)
    #expect(style.end() == "\r\u{1B}[K")
    #expect(style.end().isEmpty)
  }

  @Test func logGetsALineEvery30SecondsAndAtTheEndOfAnEpoch() {
    var style = ProgressStyle(.log)
    var progress = Self.progress
    var times: [Int] = []
    for second in stride(from: 0, through: 100, by: 5) {
      progress.elapsed = .seconds(second)
      progress.endsEpoch = second == 50
      let text = style.text(for: progress)
      if !text.isEmpty {
        times.append(second)
        #expect(text.hasSuffix("left\n"))
      }
    }
    #expect(times == [30, 50, 80])
    #expect(style.end().isEmpty)
  }

  @Test func silenceIsSilent() {
    var style = ProgressStyle(.silent)
    #expect(style.text(for: Self.progress).isEmpty)
  }

  // MARK: - For programs

  @Test func aProgramGetsALineOfJSONEveryQuarterOfASecondAndAtTheEndOfAnEpoch() throws {
    var style = ProgressStyle(.json)
    var progress = Self.progress
    var steps: [Int] = []
    func note(_ text: String) throws {
      guard !text.isEmpty else { return }
      #expect(text.hasSuffix("\n") && text.split(separator: "\n").count == 1)
      let report = try JSON(parsing: Array(text.utf8))
      #expect(report["kind"] == "progress")
      steps.append(try #require(report["step"]?.int))
    }
    for (step, milliseconds) in [(1, 0), (2, 240), (3, 250), (4, 300), (5, 310), (6, 520), (7, 540)] {
      (progress.step, progress.elapsed) = (step, .milliseconds(milliseconds))
      progress.endsEpoch = step == 4
      try note(style.text(for: progress))
    }
    #expect(steps == [1, 3, 4])
    try note(style.end())
    #expect(steps == [1, 3, 4, 7], "the last one is not kept back for ever")
    #expect(style.end().isEmpty)
  }

  @Test func theLineForProgramsHoldsEveryNumberAndNullForThoseNotThere() throws {
    var progress = Self.progress
    progress.loss = .nan
    progress.elapsed = .milliseconds(29_100)
    let names = [
      "kind", "epoch", "epochs", "step", "steps", "loss", "accuracy", "effective_sample_size",
      "images_per_second", "seconds_left", "test_accuracy",
    ]
    #expect(progress.json.members?.map(\.key) == names)
    let line = """
      {"kind":"progress","epoch":3,"epochs":100,"step":291,"steps":9700,"loss":null,"accuracy":0.4567,\
      "effective_sample_size":4.06,"images_per_second":962.4,"seconds_left":940.9,"test_accuracy":null}
      """
    #expect(progress.json.line == line)
    (progress.testAccuracy, progress.firstStep) = (0.25, 291)
    #expect(progress.json["test_accuracy"] == 0.25 && progress.json["seconds_left"] == .null)
  }

  @Test func trainTellsProgramsHowItStandsAmongItsMessages() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run").path
      let command = [
        "train", "--dataset", "digits-lt", "--model", "mlp", "--epochs", "3", "--progress", "json",
        "--strategy", "erm", "--json", "--run-dir", run,
      ]
      let ended = try TestSupport.run(program, command, in: Repository.root)
      #expect(ended.status == 0)
      #expect(try JSON(parsing: Array(ended.output.utf8))["folder"] == JSON(run))
      let reports = try ended.errors.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
      let evaluated = reports.filter { $0["test_accuracy"]?.double != nil }
      #expect(evaluated.map { $0["epoch"]?.int } == [1, 2, 3])
      let last = try #require(reports.last)
      #expect(last["step"] == last["steps"] && last["seconds_left"]?.double == 0)
      // Messages stay lines of their own.
      let again = try TestSupport.run(program, command, in: Repository.root)
      #expect(again.status == 0 && again.errors.hasPrefix("brhost: "), "\(again.errors)")
    }
  }
}
