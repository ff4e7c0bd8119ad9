/// A comparison as one HTML file: it holds its pictures and its style, asks for nothing, and runs no script.
public enum ComparisonPage {
  /// Writes the page of `report` to the file at `path`, whole or not at all.
  public static func write(_ report: RunReport, to path: String) throws(FileError) {
    try AtomicFile.write(Array(html(of: report).utf8), to: path)
  }

  /// The page, which is well-formed XML, too.
  public static func html(of report: RunReport) -> String {
    let comparisons = report.comparisons
    let chapters = comparisons.enumerated().map { index, comparison in
      Chapter(comparison: comparison, number: comparisons.count > 1 ? index + 1 : nil)
    }
    let sections = chapters.map { $0.makeSections() }
    let title = Self.title(of: comparisons)
    let only = chapters.count == 1 ? chapters.first : nil
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
      style-src '\(PageStyle.hash)'; base-uri 'none'; form-action 'none'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <title>\(title)</title>
      <style>\(PageStyle.markup)</style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      \(paragraph("\(lead(of: comparisons))", style: "lead"))\(only?.summary ?? overview(of: chapters))\
      \(only.map { contents(of: $0, sections[0]) } ?? "")</header>
      <main>
      \(zip(chapters, sections).map { $0.html($1) })\(notes(of: report))</main>
      <footer><p>Made by brhost \(brhostVersion). This file asks for nothing from elsewhere and runs no script.</p>
      </footer>
      </body>
      </html>

      """
    return page.source
  }

  private static func title(of comparisons: [Comparison]) -> String {
    let names = comparisons.map { shown($0.name, limit: 80) }
    let data = names.count <= 3 ? names.joined(separator: ", ") : counted(names.count, "data set")
    let labels = Set(comparisons.flatMap { $0.methods.map(\.label) })
    return labels.count == 1
      ? "\(shown(labels.first ?? "", limit: 80)) on \(data)" : "\(counted(labels.count, "method")) on \(data)"
  }

  /// What was done, in one line.
  private static func lead(of comparisons: [Comparison]) -> String {
    let methods = comparisons.flatMap(\.methods)
    let done = methods.reduce(0) { $0 + $1.finished.count }
    let seeds = Set(methods.flatMap { $0.finished.compactMap(\.seed) })
    var parts = [counted(done, "finished run"), counted(seeds.count, "seed")]
    if comparisons.count == 1, let only = comparisons.first { parts.insert(only.title, at: 0) }
    return parts.joined(separator: " · ")
  }

  private static func overview(of chapters: [Chapter]) -> HTML {
    let lines = chapters.map { chapter -> HTML in
      let number = chapter.number ?? 1
      return "<li><a href=\"#data-\(number)\">\(chapter.comparison.title)</a>: \(chapter.claim)</li>\n"
    }
    return "<ul class=\"notes\">\n\(lines)</ul>\n"
  }

  private static func contents(of chapter: Chapter, _ sections: [Chapter.Section]) -> HTML {
    let links = sections.map { section -> HTML in
      "<li><a href=\"#\(chapter.anchor(section))\">\(section.title)</a></li>"
    }
    return "<nav aria-label=\"Contents\"><ul>\(links)</ul></nav>\n"
  }

  private static func notes(of report: RunReport) -> HTML {
    guard !report.notes.isEmpty else { return "" }
    let shownNotes = report.notes.prefix(100).map { note -> HTML in "<li>\(shown(note, limit: 400))</li>\n" }
    let rest: HTML = report.notes.count > 100 ? "<li>and \(report.notes.count - 100) more</li>\n" : ""
    return """
      <section aria-labelledby="notes"><h2 id="notes">Notes</h2>
      <ul class="notes">
      \(shownNotes)\(rest)</ul></section>

      """
  }
}
