internal import Foundation

/// The rules that give a page its looks: system fonts, few colours, light and dark, paper and narrow screens.
enum PageStyle {
  /// How many colours methods have beside the baseline's, which is number 0.
  static let colors = 7

  /// The rules.
  static let sheet = [variables, text, tables, pictures, paper].joined(separator: "\n")

  /// The sheet, whose every character is from this file.
  static let markup = HTML(trusted: sheet)

  /// What the content-security policy calls the sheet.
  static var hash: String {
    let digits = Array(SHA256.digest(of: Array(sheet.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return "sha256-\(Data(bytes).base64EncodedString())"
  }

  /// The light colours of more and of less than the baseline: red, green, blue.
  static let more: [UInt8] = [47, 116, 192]
  static let less: [UInt8] = [209, 84, 60]

  private static func list(_ color: [UInt8]) -> String { color.map { "\($0)" }.joined(separator: ",") }

  private static let variables = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b2127;--soft:#57626d;--rule:#d5dbe1;--wash:#f4f6f8;
    --link:#1f5fa8;--good:#1d7a4f;--bad:#b23a48;--open:#8a6d1a;--more:rgb(\(list(more)));--less:rgb(\(list(less)));
    --c0:#67727d;--c1:#2f78c8;--c2:#d9691e;--c3:#23936a;--c4:#a654a9;--c5:#c93f50;--c6:#9b7d13;--c7:#2f93a6}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#101418;--ink:#e3e8ed;--soft:#9aa6b1;--rule:#333c45;
    --wash:#191f25;--link:#7db4f0;--good:#5cc592;--bad:#f08592;--open:#d9b95a;--more:#5b9fe8;--less:#ee7f66;
    --c0:#a3aeb9;--c1:#5ea2ee;--c2:#f09250;--c3:#4cc296;--c4:#cf87d2;--c5:#f0707f;--c6:#d0b040;--c7:#5cc0d3}}
    .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
    .c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}.c7{--c:var(--c7)}
    """

  private static let text = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main,header,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:2.75rem}
    h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.012em;margin:0 0 .4rem;overflow-wrap:anywhere}
    h2,h3,h4{line-height:1.3;overflow-wrap:anywhere;break-after:avoid}
    h2{font-size:1.28rem;margin:3.25rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--rule)}
    h3{font-size:1.06rem;margin:2.25rem 0 .4rem}
    h4{font-size:.98rem;margin:1.75rem 0 .4rem}
    p,ul.notes,dl{max-width:46rem;margin:.5rem 0 .8rem;overflow-wrap:anywhere}
    .soft{color:var(--soft)}
    .lead{color:var(--soft);margin:0 0 1.25rem}
    a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
    nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:1.25rem 0 0;padding:0;font-size:.9rem}
    .verdict{border-left:4px solid var(--open);background:var(--wash);padding:.9rem 1.15rem;margin:1.25rem 0;
    max-width:50rem;overflow-wrap:anywhere;break-inside:avoid}
    .verdict p{margin:0 0 .35rem;max-width:none}.verdict p:last-child{margin:0}
    .verdict .claim{font-size:1.12rem;line-height:1.45}
    .verdict.good{border-color:var(--good)}
    .tag{font-size:.8rem;font-weight:600;letter-spacing:.02em;white-space:nowrap}
    .good .tag,.tag.good{color:var(--good)}.bad .tag,.tag.bad{color:var(--bad)}.open .tag,.tag.open{color:var(--open)}
    code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
    overflow-wrap:anywhere}
    pre{background:var(--wash);padding:.7rem .9rem;white-space:pre-wrap;margin:.4rem 0 1rem}
    ul.notes{padding-left:1.2rem}
    details{margin:.35rem 0 1rem}
    summary{cursor:pointer;color:var(--link);font-size:.88rem;width:fit-content}
    footer{color:var(--soft);font-size:.85rem;padding-top:1.5rem;padding-bottom:3rem}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px}
    """

  private static let tables = """
    .scroll{overflow-x:auto;margin:.6rem 0 1rem;max-width:100%}
    table{border-collapse:collapse;font-size:.83rem;line-height:1.4;font-variant-numeric:tabular-nums;
    border-bottom:1.5px solid var(--ink)}
    caption{text-align:left;caption-side:top;color:var(--soft);padding:0 0 .5rem;font-size:.875rem}
    caption span{display:block;position:sticky;left:0;max-width:min(46rem,100vw - 2.5rem);overflow-wrap:anywhere}
    thead th{border-top:1.5px solid var(--ink);border-bottom:1px solid var(--ink);vertical-align:bottom;font-weight:600}
    th,td{padding:.34rem .46rem .34rem 0;text-align:right;vertical-align:top;font-weight:400}
    td{white-space:nowrap}
    th.text,td.text{text-align:left}td.text{white-space:normal;min-width:5.5rem}
    td.long{min-width:15rem;max-width:42rem;overflow-wrap:anywhere}
    th:first-child{text-align:left;padding-right:.8rem}
    tbody th{min-width:8rem;max-width:18rem;overflow-wrap:break-word;position:sticky;left:0;background:var(--paper)}
    tbody tr+tr>*{border-top:1px solid var(--rule)}
    td small{display:block;color:var(--soft);font-size:.78rem}
    td .sd{color:var(--soft)}
    td.best{font-weight:600}
    td .tag{display:block}
    .key{display:inline-block;position:relative;padding-left:1.1em;max-width:100%}
    .key::before{content:"";position:absolute;left:0;top:.42em;width:.68em;height:.68em;border-radius:50%;
    background:var(--c)}
    """

  private static let pictures = """
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:1.5rem 2.25rem;
    margin:1rem 0;align-items:start}
    figure{margin:0;min-width:0;break-inside:avoid}
    figcaption{font-size:.9rem;font-weight:600;margin-bottom:.3rem;overflow-wrap:anywhere;line-height:1.4}
    figcaption .soft{font-weight:400}
    svg{display:block;width:100%;height:auto;max-width:34rem;font-size:12px;font-variant-numeric:tabular-nums}
    figure.wide svg{max-width:none;min-width:40rem}
    svg text{fill:var(--ink)}svg text.soft{fill:var(--soft)}
    svg text.small{font-size:10.5px}
    svg text.halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
    svg text.cell{font-size:11px}svg text.over{fill:#fff}
    .grid{stroke:var(--rule);stroke-width:1;fill:none;opacity:.75}
    .base{stroke:var(--soft);stroke-width:1;fill:none}
    .rule{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3;fill:none}
    .line{stroke:var(--c);stroke-width:2;fill:none;stroke-linejoin:round}
    .thin{stroke:var(--c);stroke-width:1.25;fill:none;stroke-linejoin:round;opacity:.75}
    .faint{stroke:var(--c);stroke-width:1;fill:none;opacity:.3;stroke-linejoin:round}
    .band{fill:var(--c);opacity:.16}
    .fill{fill:var(--c)}
    .single{fill:var(--paper);stroke:var(--c);stroke-width:1.25;fill-opacity:.75}
    .more{fill:var(--more)}.less{fill:var(--less)}
    .outline{fill:none;stroke:var(--rule)}
    .pixels{image-rendering:pixelated}
    .layer{fill:var(--more);stroke:var(--paper);stroke-width:.75}
    .s0{fill-opacity:.1}.s1{fill-opacity:.2}.s2{fill-opacity:.3}.s3{fill-opacity:.4}.s4{fill-opacity:.5}
    .s5{fill-opacity:.6}.s6{fill-opacity:.7}.s7{fill-opacity:.8}.s8{fill-opacity:.9}.s9{fill-opacity:1}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:.9rem 0 .2rem;
    font-size:.875rem;max-width:none}
    .legend li{overflow-wrap:anywhere}
    """

  private static let paper = """
    @media (max-width:40rem){body{font-size:.97rem}main,header,footer{padding-left:1rem;padding-right:1rem}
    header{padding-top:1.5rem}h1{font-size:1.45rem}tbody th{min-width:6rem;max-width:8.5rem}th,td{padding-right:.65rem}}
    @media print{@page{margin:15mm}html{font-size:10.5pt}body{line-height:1.4}nav{display:none}
    main,header,footer{max-width:none;padding:0}h2{break-before:page;border:0;margin-top:0;padding-top:0}
    h2.first{break-before:auto;margin-top:1.5rem}
    .scroll{overflow:visible}table{font-size:8pt}td{white-space:normal}td.long{min-width:0}tr{break-inside:avoid}
    tbody th{position:static;min-width:0}th,td{padding-right:.5rem;overflow-wrap:normal}
    thead{display:table-header-group}.panels{grid-template-columns:1fr 1fr;gap:1rem}figure.wide svg{min-width:0}
    summary{color:var(--soft);list-style:none}summary::-webkit-details-marker{display:none}
    details::details-content{content-visibility:visible;height:auto;block-size:auto}
    a{color:inherit;text-decoration:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """
}
