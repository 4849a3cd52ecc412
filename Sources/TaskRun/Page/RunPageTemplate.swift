// SPDX-License-Identifier: Apache-2.0

/// The page of a run.
enum RunPageTemplate {
    static let text = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>run {{id}}: {{status}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
        <p class="mark">stet</p>
        <h1>{{task}} <span class="id">run {{id}}</span></h1>
        <p><span class="pill {{status}}">{{status}}</span> <span class="muted">{{counts}}</span></p>
        <dl class="facts">
        <div><dt>Started</dt><dd>{{started}}</dd></div>
        <div><dt>Finished</dt><dd>{{finished}}</dd></div>
        <div><dt>Duration</dt><dd>{{duration}}</dd></div>
        </dl>
        {{#runError}}<pre class="error">{{.}}</pre>{{/runError}}
        </header>
        <main>
        {{#hasFailed}}<section><h2>Failed</h2>{{#failed}}{{> step}}{{/failed}}</section>{{/hasFailed}}
        <section><h2>Timeline</h2><div class="card">{{{timeline}}}</div></section>
        <section><h2>Steps</h2>
        {{#steps}}{{> step}}{{/steps}}
        </section>
        {{#hasImages}}
        <section><h2>Images</h2><div class="card"><table><thead><tr><th>Name</th><th>Digest</th><th></th></tr></thead><tbody>
        {{#images}}<tr><td>{{reference}}</td><td><code>{{digest}}</code></td><td class="muted">{{note}}</td></tr>{{/images}}
        </tbody></table></div></section>
        {{/hasImages}}
        {{#hasBases}}
        <section><h2>Built from</h2><div class="card"><table><thead><tr><th>Name</th><th>Digest</th><th></th></tr></thead><tbody>
        {{#bases}}<tr><td>{{reference}}</td><td><code>{{digest}}</code></td><td class="muted">{{note}}</td></tr>{{/bases}}
        </tbody></table></div></section>
        {{/hasBases}}
        </main>
        </body>
        </html>

        """

    /// One step, which opens to show its log; of a long one the end is in view.
    static let step = """
        <details class="card step"{{#isOpen}} open{{/isOpen}}>
        <summary><span class="dot {{status}}"></span><span class="step-name">{{id}}</span><span class="tag">{{type}}</span>\
        {{#when}}<span class="muted">after {{.}}</span>{{/when}}<span class="end">{{status}} <b>{{duration}}</b> {{attempts}}</span></summary>
        {{#error}}<pre class="error">{{.}}</pre>{{/error}}
        {{#ignored}}<pre class="warning">failed, which is ignored: {{.}}</pre>{{/ignored}}
        {{#remark}}<pre class="warning">{{.}}</pre>{{/remark}}
        {{#omitted}}<p class="muted">{{.}}</p>{{/omitted}}
        {{#log}}<div class="log"><pre>{{.}}</pre></div>{{/log}}
        {{^log}}<p class="muted">no log</p>{{/log}}
        </details>

        """

    static let style = """
        :root{--bg:#f6f7f9;--card:#fff;--ink:#0f172a;--muted:#64748b;--line:#e2e8f0;--ok:#059669;--bad:#dc2626;
        --warn:#b45309;--idle:#94a3b8;--log:#0b1220;--log-ink:#dbe4f0}
        @media (prefers-color-scheme:dark){:root{--bg:#0b1220;--card:#121b2d;--ink:#e2e8f0;--muted:#94a3b8;--line:#243049;
        --ok:#34d399;--bad:#f87171;--warn:#fbbf24;--idle:#64748b;--log:#070c16;--log-ink:#cbd5e1}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
        font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI","DejaVu Sans",sans-serif}
        header,main{max-width:1040px;margin:0 auto;padding:0 24px}header{padding-top:36px}
        .mark{margin:0;color:var(--muted);font-weight:600;letter-spacing:.08em;border-bottom:2px dotted var(--muted);display:inline-block}
        h1{font-size:30px;line-height:1.2;margin:10px 0 8px;overflow-wrap:anywhere}h1 .id{color:var(--muted);font-weight:400}
        h2{font-size:16px;margin:32px 0 10px;color:var(--muted);font-weight:600}
        .pill{display:inline-block;padding:2px 12px;border-radius:99px;color:#fff;background:var(--idle);font-weight:600}
        .pill.succeeded{background:var(--ok)}.pill.failed{background:var(--bad)}
        @media (prefers-color-scheme:dark){.pill{color:#071018}}
        .facts{display:flex;flex-wrap:wrap;gap:8px 36px;margin:16px 0}.facts dt{color:var(--muted);font-size:13px}.facts dd{margin:0;font-weight:600}
        .muted{color:var(--muted)}.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;margin-bottom:10px;overflow-x:auto}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,monospace;margin:12px 0 0;padding:12px 14px;border-radius:8px}
        .log{background:var(--log);color:var(--log-ink);max-height:460px;overflow:auto;display:flex;flex-direction:column-reverse;border-radius:8px;margin-top:12px}.log pre{margin:0}
        pre.error{border-left:4px solid var(--bad);background:color-mix(in srgb,var(--bad) 9%,transparent)}
        pre.warning{border-left:4px solid var(--warn);background:color-mix(in srgb,var(--warn) 10%,transparent)}
        summary{display:flex;flex-wrap:wrap;align-items:center;gap:10px;cursor:pointer;list-style:none}
        summary::-webkit-details-marker{display:none}summary:focus-visible{outline:2px solid var(--muted);outline-offset:6px;border-radius:4px}
        .step{padding:12px 18px}.step-name{font-weight:600}.end{margin-left:auto;color:var(--muted);font-variant-numeric:tabular-nums}
        .tag{border:1px solid var(--line);border-radius:6px;padding:0 8px;font-size:12px;color:var(--muted)}
        .dot{width:10px;height:10px;border-radius:50%;background:var(--idle)}.dot.successful{background:var(--ok)}.dot.failed{background:var(--bad)}.dot.canceled{background:var(--warn)}
        table{border-collapse:collapse;width:100%}th{text-align:left;color:var(--muted);font-size:13px;font-weight:600}
        th,td{padding:6px 16px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
        code{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,monospace;overflow-wrap:anywhere}
        .timeline{width:100%;min-width:480px;display:block}.timeline text{fill:var(--ink);font-size:13px}
        .timeline .axis,.timeline .note{fill:var(--muted);font-size:12px}.timeline .tick{stroke:var(--line)}
        .timeline rect{fill:var(--idle)}.timeline .successful rect{fill:var(--ok)}.timeline .failed rect{fill:var(--bad)}
        .timeline .canceled rect,.timeline .ignored rect{fill:var(--warn)}
        section:last-child{padding-bottom:48px}
        @media (max-width:640px){header,main{padding:0 14px}header{padding-top:22px}h1{font-size:24px}.card{padding:12px 12px}
        .timeline text,.timeline .axis,.timeline .note{font-size:18px}.step .muted{display:none}}
        """
}
