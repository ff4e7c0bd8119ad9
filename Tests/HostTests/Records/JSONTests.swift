import Host
import Testing

/// JSON reads strictly and writes what it can read again.
@Suite struct JSONTests {
  @Test(arguments: [
    ("null", "null"), (" [ 1 , -2.50 ,3e2] ", "[1,-2.5,300.0]"), ("1e-7", "1e-07"),
    (#"{"b":{},"a":[]}"#, #"{"b":{},"a":[]}"#), (#""\u00e9\ud83d\ude00\n\/""#, #""é😀\n/""#),
    ("18446744073709551615", "18446744073709551615"), ("0.1", "0.1"), ("-0", "0"),
    (#""\u0001""#, #""\u0001""#),
  ])
  func aTextIsReadAndWritten(text: String, line: String) throws {
    let value = try JSON(parsing: text)
    #expect(value.line == line)
    #expect(try JSON(parsing: value.pretty) == value)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e", "nul", "\"a", "\"\\x\"", "\"\\ud800\"",
    "\"\\udc00\"", "\"\\ud800\\u0041\"", "[1] 2", "{\"a\":1,\"a\":2}", "{a:1}", "1e999", "\"\u{1}\"", "NaN",
    "\"\\u12\"", "[1 2]", "{\"a\" 1}",
  ])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
  }

  @Test(arguments: [
    ("{\"a\": 1,\n  x}", 11, 2, 3, "a key in double quotes", "'x'"),
    ("", 0, 1, 1, "a value", "the end of the text"),
    ("[1\n\n 2]", 5, 3, 2, "',' or ']'", "'2'"), ("{\"é\" 1}", 6, 1, 7, "':' after the key \"é\"", "'1'"),
    ("[tru]", 4, 1, 5, "'true'", "']'"),
    ("\n\"a\u{1}\"", 3, 2, 3, "'\\n' or another escape in a string", "byte 1"),
  ])
  func aSyntaxErrorNamesThePlace(
    text: String, offset: Int, line: Int, column: Int, expected: String, found: String
  ) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    #expect(error?.offset == offset && error?.line == line && error?.column == column)
    #expect(error?.expected == expected && error?.found == found)
    #expect(error?.description == "line \(line), column \(column): expected \(expected), found \(found)")
  }

  @Test func brokenUTF8IsRefused() {
    #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22, 0xC3, 0x28, 0x22]) }
  }

  @Test func deepNestingIsRefused() throws {
    #expect(throws: JSONSyntaxError.self) {
      try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
    }
    _ = try JSON(parsing: String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
  }

  @Test func numbersAreShortestAndNeverInvalid() {
    #expect(JSON(Float(0.1)).line == "0.1")
    #expect(JSON(0.1 + 0.2).line == "0.30000000000000004")
    #expect(JSON([.nan, .infinity, -.infinity]).line == "[null,null,null]")
    #expect(JSON(Float.nan).line == "null")
  }

  @Test func prettyKeepsPlainArraysOnOneLine() {
    let value: JSON = ["a": [1, 2], "b": ["c": [["d": 1]], "e": [[]]], "f": [:]]
    #expect(
      value.pretty == """
        {
          "a": [1, 2],
          "b": {
            "c": [
              {
                "d": 1
              }
            ],
            "e": [[]]
          },
          "f": {}
        }

        """)
  }
}
