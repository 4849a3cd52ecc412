// SPDX-License-Identifier: Apache-2.0

/// How the page looks, by day and by night, on paper too.
enum PageStyle {
    static let text = """
        :root{--paper:#fff;--ink:#1b1f24;--soft:#5b6570;--line:#e2e6ea;--panel:#f6f8fa;--passed:#2e7d32;
        --violated:#c62828;--inconclusive:#b7791f;--skipped:#8a949e;--refused:#5c7fa8}
        @media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e9ec;--soft:#9aa4ae;--line:#2b3138;
        --panel:#1c2127;--passed:#66bb6a;--violated:#ef6a64;--inconclusive:#e0a84a;--skipped:#7c8792;--refused:#7fa3cf}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:68rem;padding:2.5rem 1.5rem;background:var(--paper);color:var(--ink);
        font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
        h1{font-size:1.9rem;margin:.1rem 0 .4rem;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
        h2 small{font-weight:400;font-size:.85rem;color:var(--soft);margin-left:.5rem}h2 small.reached{color:var(--passed)}
        code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        .eyebrow{margin:0;color:var(--soft);letter-spacing:.08em;text-transform:uppercase;font-size:.75rem}
        p.verdict{display:inline-block;margin:.2rem 0 1rem;padding:.15rem .8rem;border-radius:1rem;color:#fff;font-weight:600}
        p.verdict.v-passed{background:#2e7d32}p.verdict.v-violated{background:#c62828}p.verdict.v-inconclusive{background:#8a5a0f}
        dl{display:flex;flex-wrap:wrap;gap:.4rem 2.2rem;margin:0}dt{color:var(--soft);font-size:.8rem}dd{margin:0}
        .warning{border-left:3px solid var(--inconclusive);padding:.3rem .8rem;background:var(--panel)}
        .counts{list-style:none;display:flex;flex-wrap:wrap;gap:1.4rem;padding:0;margin:1.1rem 0}
        .dot{display:inline-block;width:.65rem;height:.65rem;border-radius:50%;margin-right:.45rem;background:var(--skipped)}
        .dot.v-passed{background:var(--passed)}.dot.v-violated{background:var(--violated)}
        .dot.v-inconclusive{background:var(--inconclusive)}
        .ladder{list-style:none;display:grid;grid-template-columns:repeat(6,1fr);gap:3px;padding:0;margin:0}
        .ladder li{background:var(--panel);border-top:4px solid var(--skipped);text-align:center}
        .ladder li.reached{border-color:var(--passed)}
        .ladder a{display:block;padding:.45rem .2rem;color:inherit;text-decoration:none;font-size:.85rem}
        details.scenario{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;background:var(--paper)}
        summary{cursor:pointer;padding:.45rem .7rem}summary::marker{color:var(--soft)}
        .tag{display:inline-block;min-width:6.6rem;margin-right:.7rem;font-size:.8rem;font-weight:600;color:var(--skipped)}
        .tag.v-passed{color:var(--passed)}.tag.v-violated{color:var(--violated)}.tag.v-inconclusive{color:var(--inconclusive)}
        .note{color:var(--soft);font-size:.85rem;margin-left:.6rem}.source{color:var(--soft);font-size:.85rem}
        .inside{padding:0 1rem .8rem;border-top:1px solid var(--line)}
        .case{border-left:2px solid var(--line);margin:.3rem 0}.case>summary{padding:.2rem .7rem}
        .finding{display:block;margin-left:1.1rem;color:var(--violated);overflow-wrap:anywhere}
        .exchange{margin-left:1.2rem}.exchange>summary{padding:.1rem .5rem;overflow-wrap:anywhere}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
        pre{background:var(--panel);border-radius:4px;padding:.6rem;margin:.3rem 0;overflow:auto;white-space:pre-wrap;
        overflow-wrap:anywhere}
        figure{margin:.8rem 0;overflow-x:auto}figcaption{color:var(--soft);font-size:.8rem}
        svg text{font:11px system-ui,sans-serif;fill:var(--soft)}svg text.strong{fill:var(--ink);font-weight:600}
        rect.v-passed,rect.s-won{fill:var(--passed)}rect.v-violated,rect.s-odd{fill:var(--violated)}
        rect.v-inconclusive{fill:var(--inconclusive)}rect.v-skipped,rect.v-absent{fill:var(--line)}
        rect.s-refused{fill:var(--refused)}
        .files{columns:2;font-size:.85rem}footer{margin-top:3rem;color:var(--soft);font-size:.8rem}
        summary:focus-visible,a:focus-visible{outline:2px solid var(--refused);outline-offset:1px}
        @media(max-width:40rem){body{padding:1.2rem .9rem}.tag{min-width:0}.pair{grid-template-columns:1fr}.ladder{grid-template-columns:repeat(3,1fr)}.files{columns:1}}
        @media print{body{max-width:none;padding:0}details{break-inside:avoid}}
        """
}
