/// The page's style sheet. Charts take their colours from it, so that both schemes hold for them too.
package enum HTMLStyle {
  /// SHA-256 of `sheet` as the content policy names it; a test holds the two together.
  package static let digest = "sha256-Xairecl9DO/JSF9NtME413C/sbYDJjhTIO9DP8hB/VI="

  package static let sheet = colours + page + tables + charts + print

  /// Text stands at 4.5 : 1 or more against its ground, marks at 3 : 1; the colours of kinds are Okabe and Ito's.
  private static let colours = """

    :root{--ground:#fff;--panel:#f6f7f9;--text:#1a1f27;--muted:#5a6472;--rule:#dde1e7;--grid:#e8ebef;--axis:#8a94a2;
    --area:#9db8d6;--accent:#c2410c;--line:#1f5f99;--l1:#c2410c;--l2:#00755a;--l3:#8a3a7d;--good:#00755a;--onramp:#fff;
    --k0:#6b7480;--k1:#0072b2;--k2:#d55e00;--k3:#009e73;--k4:#a17000;--k5:#b3528f;
    --r0:#16697a;--r1:#1f5f99;--r2:#3b528b;--r3:#4a3f8f;--r4:#6a3d8f;--r5:#8a3a7d;--r6:#a63a62;--r7:#a8442f}
    """
    + dark("@media(prefers-color-scheme:dark){:root:not([data-theme=light])", "}")
    + dark(":root[data-theme=dark]", "")
    + "\n:root[data-theme=light]{color-scheme:light}\n:root[data-theme=dark]{color-scheme:dark}"

  private static func dark(_ before: String, _ after: String) -> String {
    """

    \(before){--ground:#14181f;--panel:#1c222b;--text:#e6e9ee;--muted:#a3adba;--rule:#323a46;--grid:#262d37;--axis:#707b8a;
    --area:#4a6a8f;--accent:#ff9152;--line:#6cb4ee;--l1:#ff9152;--l2:#4fd0a5;--l3:#e69ad2;--good:#4fd0a5;--onramp:#101318;
    --k0:#9aa4b1;--k1:#56b4e9;--k2:#ff8a3d;--k3:#3fcf9f;--k4:#e6b422;--k5:#e79ac6;
    --r0:#5cc4d6;--r1:#6cb4ee;--r2:#8fa8f0;--r3:#b09df0;--r4:#cf96e6;--r5:#ea93cf;--r6:#f79aac;--r7:#f7ab8f}\(after)
    """
  }

  private static let page = """

    *{box-sizing:border-box}
    html{background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
    body{max-width:1320px;margin:0 auto;padding:0 20px 60px}
    header{display:flex;justify-content:space-between;align-items:flex-start;gap:16px;padding:28px 0 8px}
    h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere}
    header p{margin:4px 0 0;color:var(--muted)}
    h2{font-size:20px;margin:44px 0 12px;padding-top:14px;border-top:1px solid var(--rule)}
    h3{font-size:15px;margin:22px 0 8px}
    p{max-width:92ch;margin:0 0 12px;overflow-wrap:anywhere}
    code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    a{color:var(--line)}
    button,input{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:4px 10px}
    nav ul{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:8px 0 0;padding:0;font-size:13px}
    .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:1px;margin:14px 1px}
    .figures div{outline:1px solid var(--rule);padding:12px 14px}
    .figures dt{font-size:13px;color:var(--muted)}
    .figures dd{margin:0}
    .figures b{display:block;font-size:21px;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
    .figures span{display:block;font-size:12.5px;color:var(--muted);overflow-wrap:anywhere}
    .remarks{padding:0;margin:0 0 14px;list-style:none;max-width:96ch}
    .remarks li{padding:5px 0 5px 16px;border-left:3px solid var(--area);margin:6px 0;overflow-wrap:anywhere}
    .remarks .good{border-color:var(--good)}
    .remarks .caution{border-color:var(--accent)}
    strong{white-space:nowrap}
    summary{cursor:pointer;font-weight:600;margin:14px 0 8px}
    """

  private static let tables = """

    .box{overflow-x:auto;margin:12px 0 20px;border:1px solid var(--rule);border-radius:8px}
    .tall{max-height:78vh;overflow-y:auto}
    .box:focus-visible{outline:2px solid var(--line)}
    table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
    caption{text-align:left;padding:9px 12px 6px;color:var(--muted);font-size:13px}
    th,td{padding:5px 12px;text-align:left;vertical-align:baseline;border-top:1px solid var(--grid);white-space:nowrap}
    .w{white-space:normal;min-width:32ch;max-width:64ch}
    th{font-weight:500}
    thead th{border:0;border-bottom:1px solid var(--axis);white-space:nowrap;font-weight:600;background:var(--panel);position:sticky;top:0}
    thead small{font-weight:400;color:var(--muted)}
    tfoot th,tfoot td{border-top:1px solid var(--axis);font-weight:600}
    .n{text-align:right}
    .v{display:inline-block;min-width:4.6em}
    i{color:var(--muted);font-style:normal}
    th code,td code{overflow-wrap:normal}
    .bar{display:inline-block;margin-right:8px;vertical-align:middle}
    .bar rect{fill:var(--area)}
    thead button{all:unset;cursor:pointer;padding:2px 0}
    thead button:focus-visible{outline:2px solid var(--line);outline-offset:2px}
    thead button:hover{text-decoration:underline}
    .sortable th,.sortable td{padding:4px 5px;font-size:12px}
    .sortable .bar{width:30px;margin-right:4px}
    .sortable .v{min-width:3.9em}
    [aria-sort=ascending] button::after{content:" ↑";color:var(--text)}
    [aria-sort=descending] button::after{content:" ↓";color:var(--text)}
    .filter{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:8px 0;font-size:13px;color:var(--muted)}
    .filter input{color:var(--text);min-width:17em}
    """

  private static let charts = """

    figure{margin:16px 0 24px}
    figcaption{font-size:13.5px;color:var(--muted);max-width:100ch;margin-bottom:8px;overflow-wrap:anywhere}
    figcaption strong{color:var(--text)}
    figure svg{display:block;width:100%;max-width:1160px;height:auto;font-family:inherit;overflow:visible}
    .narrow{display:none}.narrow svg{max-width:520px}
    @media(max-width:780px){.wide{display:none}.narrow{display:block}body{padding:0 14px 40px}h1{font-size:23px}.figures{grid-template-columns:repeat(auto-fill,minmax(160px,1fr))}th,td{padding:5px 8px}.w{min-width:64ch}}
    svg text{font-size:11px;fill:var(--text)}
    svg .tick,svg .muted{fill:var(--muted)}
    svg .strong{font-weight:600}
    svg .accent-text{fill:var(--accent);font-weight:600}
    svg .halo{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
    svg .on-ramp{fill:var(--onramp);pointer-events:none}
    .grid{stroke:var(--grid)}.axis{stroke:var(--axis)}
    .reference{stroke:var(--muted);stroke-dasharray:4 3}
    .area{fill:var(--area)}.accent{fill:var(--accent)}.area,.accent{shape-rendering:crispEdges}
    .area:hover,.ramp:hover,.dot:hover{filter:brightness(1.15)}
    .hover{fill:transparent}
    .hover:hover{fill:var(--axis);fill-opacity:.15}
    .roof{fill:none;stroke:var(--text);stroke-width:1.5}
    .line{fill:none;stroke-width:2;stroke-linejoin:round}
    .line.l0{stroke:var(--line)}.line.l1{stroke:var(--l1)}.line.l2{stroke:var(--l2)}.line.l3{stroke:var(--l3)}
    .mark{stroke:var(--ground);stroke-width:1.5}
    .mark.l0{fill:var(--line)}.mark.l1{fill:var(--l1)}.mark.l2{fill:var(--l2)}.mark.l3{fill:var(--l3)}
    .ring{fill:none;stroke:var(--accent);stroke-width:1.5}
    .dots{stroke:var(--line);stroke-width:3.2;stroke-linecap:round;stroke-opacity:.55;fill:none}
    .dot{fill-opacity:.72;stroke:var(--ground);stroke-width:.8}
    .k0{fill:var(--k0)}.k1{fill:var(--k1)}.k2{fill:var(--k2)}.k3{fill:var(--k3)}.k4{fill:var(--k4)}.k5{fill:var(--k5)}
    .r0{fill:var(--r0)}.r1{fill:var(--r1)}.r2{fill:var(--r2)}.r3{fill:var(--r3)}.r4{fill:var(--r4)}.r5{fill:var(--r5)}.r6{fill:var(--r6)}.r7{fill:var(--r7)}
    .band{fill-opacity:.26}
    """

  private static let print = """

    @media print{html{font-size:10pt}body{max-width:none;padding:0}nav,#theme,.filter{display:none}.box,.tall{overflow:visible;max-height:none}thead th{position:static}section{break-inside:auto}figure,.figures,tr{break-inside:avoid}table{font-size:8pt}}

    """
}
