internal import Foundation
internal import Host
internal import TestSupport
internal import Testing
internal import brhost

/// Every mistake in a command line gets one exact message, before anything is done.
@Suite struct UsageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line, problem, remedy: String
    var testDescription: String { "brhost \(line)" }
    init(_ line: String, _ problem: String, _ remedy: String) {
      self.line = line
      self.problem = problem
      self.remedy = remedy
    }
  }

  static let cases = [
    // Commands.
    Case("", "no command is given", "'brhost help', which lists the commands."),
    Case("trein", "there is no command 'trein'", "'brhost train'; 'brhost help' lists them all."),
    Case("hepl", "there is no command 'hepl'", "'brhost help'; 'brhost help' lists them all."),
    Case("walk", "there is no command 'walk'", "'brhost help', which lists them all."),
    Case("help trains", "there is no command 'trains'", "'brhost train'; 'brhost help' lists them all."),
    Case(
      "--verion", "'--verion' is no option of brhost itself", "'--version'; 'brhost help' lists them all."),
    Case(
      "plugin", "'plugin' needs a command of its own",
      "'brhost plugin list', 'brhost plugin info', 'brhost plugin new', 'brhost plugin check', 'brhost plugin bench' or 'brhost plugin replay'."
    ),
    Case(
      "plugin replay --trace x --strategy y --against-set a=1",
      "'plugin replay' needs the option '--against'",
      "'brhost plugin replay --against <name>'."),
    Case(
      "plugin replay --trace x --strategy y --steps 9-3",
      "'--steps' got '9-3'; expected a step such as 7, or steps such as 0-99",
      "'brhost help plugin replay', which explains '--steps'."),
    Case(
      "plugin bench x --batch-sizes 8,0",
      "'--batch-sizes' got '8,0'; expected whole numbers from 1 to 4096, such as 32,128",
      "'brhost help plugin bench', which explains '--batch-sizes'."),
    Case(
      "plugin lst", "'plugin' has no command 'lst'",
      "'brhost plugin list'; 'brhost help plugin' lists them all."),
    Case("plugin --json", "'plugin' has no option '--json'", "'brhost help plugin', which lists them all."),

    // Options.
    Case(
      "train --dataset x --epoch 3", "'train' has no option '--epoch'",
      "'--epochs'; 'brhost help train' lists them all."),
    Case(
      "train --dataset x --learning_rat 3", "'train' has no option '--learning_rat'",
      "'--learning-rate'; 'brhost help train' lists them all."),
    Case(
      "train --dataset x -e 3", "'train' has no option '-e'", "'brhost help train', which lists them all."),
    Case(
      "train --dataset x --=3", "'train' has no option '--'", "'brhost help train', which lists them all."),
    Case("train", "'train' needs the option '--dataset'", "'brhost train --dataset <name>'."),
    Case(
      "train --dataset x --lr 1 --learning-rate 2", "'--learning-rate' is given more than once",
      "the same line with one of them."),
    Case(
      "train --dataset x --json=yes", "'--json' takes no value, but got 'yes'",
      "the same line with '--json' alone."),
    Case(
      "train --dataset x --isolate --no-isolate",
      "'--isolate' and '--no-isolate' exclude each other: both say where plugins run",
      "the same line without '--isolate' or without '--no-isolate'."),
    Case(
      "train --dataset x --lock-down --no-isolate",
      "'--lock-down' and '--no-isolate' exclude each other: both say where plugins run",
      "the same line without '--lock-down' or without '--no-isolate'."),
    Case(
      "train --dataset x --plugin-timeout 0",
      "'--plugin-timeout' got '0'; expected a number of seconds, more than 0 and at most 86400",
      "'brhost help train', which explains '--plugin-timeout'."),

    // Values.
    Case(
      "train --dataset x --epochs", "'--epochs' needs a value: a whole number from 1 to 1000000",
      "'--epochs <count>'; 'brhost help train' says more."),
    Case(
      "train --dataset --json", "'--dataset' needs a value: a text that is not empty",
      "'--dataset <name>'; 'brhost help train' says more."),
    Case(
      "train --dataset=", "'--dataset' got ''; expected a text that is not empty",
      "'brhost help train', which explains '--dataset'."),
    Case(
      "train --dataset x --epochs 0", "'--epochs' got '0'; expected a whole number from 1 to 1000000",
      "'brhost help train', which explains '--epochs'."),
    Case(
      "train --dataset x --epochs=99999999999999999999",
      "'--epochs' got '99999999999999999999'; expected a whole number from 1 to 1000000",
      "'brhost help train', which explains '--epochs'."),
    Case(
      "train --dataset x --seed -1",
      "'--seed' got '-1'; expected a whole number from 0 to 18446744073709551615",
      "'brhost help train', which explains '--seed'."),
    Case(
      "train --dataset x --lr -0.5", "'--lr' got '-0.5'; expected a number from 0 to 1000",
      "'brhost help train', which explains '--lr'."),
    Case(
      "train --dataset x --momentum nan", "'--momentum' got 'nan'; expected a number from 0 to less than 1",
      "'brhost help train', which explains '--momentum'."),
    Case(
      "train --dataset x --momentum 0.999999999999",
      "'--momentum' got '0.999999999999'; expected a number from 0 to less than 1",
      "'brhost help train', which explains '--momentum'."),
    Case(
      "train --dataset x --preset ltt200",
      "'--preset' got 'ltt200'; expected standard, lt200 or reference",
      "'--preset lt200'; 'brhost help train', which explains '--preset'."),
    Case(
      "train --dataset x --set gamma", "'--set' got 'gamma'; expected name=value",
      "'brhost help train', which explains '--set'."),
    Case(
      "train --dataset x --schedule steps:0.1@12,9",
      "'--schedule' got 'steps:0.1@12,9'; expected constant, cosine, or steps:FACTOR@EPOCH,… such as "
        + "steps:0.1@9,12",
      "'brhost help train', which explains '--schedule'."),

    // Arguments that are not options.
    Case("plugin info", "'plugin info' needs <name>", "'brhost plugin info <name>'."),
    Case("report", "'report' needs <run-folder>", "'brhost report <run-folder>'."),
    Case("report --json=runs", "'report' needs <run-folder>", "'brhost report <run-folder>'."),
    Case("report --json --json", "'--json' is given more than once", "the same line with one of them."),
    Case("plugin new --lang c", "'plugin new' needs <name>", "'brhost plugin new <name>'."),
    Case(
      "plugin new x", "'plugin new' needs the option '--lang'",
      "'brhost plugin new --lang <language>'."),
    Case(
      "plugin new x --lang rst",
      "'--lang' got 'rst'; expected c, cpp, swift, rust, fortran or python",
      "'--lang rust'; 'brhost help plugin new', which explains '--lang'."),
    Case(
      "plugin info a b", "'plugin info' has no place for 'b'; it takes one <name>",
      "'brhost help plugin info'; an option's value follows the option, a text with spaces needs quotes."),
    Case(
      "plugin list now", "'plugin list' has no place for 'now'; it takes options only",
      "'brhost help plugin list'; an option's value follows the option, a text with spaces needs quotes."),

    // Options that contradict each other.
    Case(
      "train --dataset x --br 1 --strategy erm",
      "'--br' and '--strategy' exclude each other: both choose the strategy",
      "the same line without '--br' or without '--strategy'."),
    Case(
      "train --dataset x --epochs 2 --steps 9",
      "'--epochs' and '--steps' exclude each other: both say how long to train",
      "the same line without '--epochs' or without '--steps'."),
    Case(
      "train --dataset x --gamma 0.5 --set gamma=0.7", "the parameter 'gamma' is given more than once",
      "the same line with one of them."),
    Case(
      "train --dataset x --objective-set s=1", "'train' needs the option '--objective'",
      "'brhost train --objective <name>'."),
  ]

  @Test(arguments: cases)
  func messageIsExact(_ c: Case) {
    let error = #expect(throws: UsageError.self) { try CommandLineTool.check(words(c.line)) }
    #expect(error?.description == "\(c.problem)\n  Try: \(c.remedy)")
    #expect(error?.status == .usage)
  }

  static let accepted = [
    "--version", "version", "help", "help help", "help version", "help train", "help plugin list", "--help",
    "plugin --help", "train --help",
    "train --epochs 0 --help", "doctor", "plugin list --json",
    "train --dataset=x --lr=1e-3", "train --dataset x -h", "plugin info -- --odd-name",
    "report --json runs", "report runs --json", "report runs --json=x --csv y", "report --json x runs",
  ]

  @Test(arguments: accepted)
  func lineIsAccepted(_ line: String) throws {
    try CommandLineTool.check(words(line))
  }

  @Test func programPrintsTheMessageOnStandardErrorAndExitsWith64() throws {
    let result = try run(program, ["train", "--dataset", "x", "--epochs", "0"])
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    let expected = """
      brhost: '--epochs' got '0'; expected a whole number from 1 to 1000000
        Try: 'brhost help train', which explains '--epochs'.

      """
    #expect(result.errors == expected)
  }

  @Test(arguments: ["--gamma 0.5", "--temp 1 --strategy erm"])
  func optionOfAParameterThatTheStrategyLacksIsNamed(_ options: String) throws {
    let line = ["train", "--dataset", "digits-lt"] + words(options)
    let result = try run(program, line, in: Repository.root)
    #expect(result.status == 64)
    let option = words(options)[0]
    let expected = """
      brhost: '\(option)' sets a parameter that the strategy 'erm' does not have; it has none
        Try: the same line without '\(option)', or with '--br 1' as the strategy.

      """
    #expect(result.errors == expected)
  }

  @Test(arguments: ["--version", "version"])
  func programPrintsItsVersion(_ word: String) throws {
    let result = try run(program, [word])
    #expect(result.status == 0)
    #expect(result.output == "brhost \(brhostVersion)\n")
    #expect(result.errors.isEmpty)
  }
}

/// The program as it was built beside the tests.
let program = Repository.products.appendingPathComponent("brhost")

func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
