// SPDX-License-Identifier: Apache-2.0

/// How the page looks, by day and by night, on paper too.
///
/// Text has a contrast of at least 4.5 to what it stands on, marks and lines of pictures of at least 3.
///
/// Source: Web Content Accessibility Guidelines 2.2, 1.4.3 and 1.4.11.
enum PageStyle {
    static let text = colours + page + results + narrow

    private static let colours = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#5b6570;--line:#e2e6ea;--panel:#f6f8fa;
        --passed:#2e7d32;--violated:#c62828;--inconclusive:#8a5a0f;--skipped:#66707a;--refused:#4a6f9c}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e9ec;--soft:#9aa4ae;--line:#2b3138;
        --panel:#1c2127;--passed:#66bb6a;--violated:#ef6a64;--inconclusive:#e0a84a;--skipped:#8f99a4;--refused:#7fa3cf}}
        .v-passed{--own:var(--passed)}.v-violated{--own:var(--violated)}
        .v-inconclusive{--own:var(--inconclusive)}.v-skipped{--own:var(--skipped)}

        """

    private static let page = """
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:68rem;padding:2.5rem 1.5rem;background:var(--paper);color:var(--ink);
        font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:break-word}
        h1{font-size:1.9rem;line-height:1.3;margin:.1rem 0 .4rem;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
        h2 small{font-weight:400;font-size:.85rem;color:var(--soft);margin-left:.5rem}h2 small.reached{color:var(--passed)}
        code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        .skip,.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .skip:focus{position:static;width:auto;height:auto;clip-path:none}
        .eyebrow{margin:0;color:var(--soft);letter-spacing:.08em;text-transform:uppercase;font-size:.75rem}
        p.verdict{display:inline-block;margin:.2rem 0 1rem;padding:.15rem .8rem;border-radius:1rem;background:var(--own);
        color:var(--paper);font-weight:600;print-color-adjust:exact}
        dl{display:flex;flex-wrap:wrap;gap:.4rem 2.2rem;margin:0}dt{color:var(--soft);font-size:.8rem}dd{margin:0}
        .warning{border-left:3px solid var(--inconclusive);padding:.3rem .8rem;background:var(--panel)}
        .counts{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;padding:0;margin:1.1rem 0}
        .mark{display:inline-block;width:1.2em;color:var(--own);font-weight:700;text-align:center;margin-right:.3rem}
        .ladder{list-style:none;display:grid;grid-template-columns:repeat(6,1fr);gap:3px;padding:0;margin:0}
        .ladder li{background:var(--panel);border-top:4px solid var(--skipped);text-align:center;min-width:0}
        .ladder li.reached{border-color:var(--passed)}
        .ladder a{display:block;padding:.45rem .2rem;color:inherit;text-decoration:none;font-size:.85rem}
        .ladder a:hover{text-decoration:underline}.ladder small{display:block;color:var(--soft)}
        .files{columns:2;font-size:.85rem;overflow-wrap:anywhere}
        footer{margin-top:3rem;color:var(--soft);font-size:.8rem}
        :focus-visible{outline:2px solid var(--refused);outline-offset:1px}

        """

    private static let results = """
        details.scenario{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;scroll-margin-top:1rem}
        summary{cursor:pointer;padding:.45rem .7rem}summary::marker{color:var(--soft)}
        .tag{display:inline-block;min-width:6.6rem;margin-right:.7rem;font-size:.8rem;font-weight:600;color:var(--own)}
        .note{color:var(--soft);font-size:.85rem;margin-left:.6rem}.source{color:var(--soft);font-size:.85rem}
        .inside{padding:0 1rem .8rem;border-top:1px solid var(--line)}
        .case{border-left:2px solid var(--line);margin:.3rem 0}.case>summary{padding:.2rem .7rem}
        .finding{display:block;margin-left:1.6rem;color:var(--violated);overflow-wrap:anywhere}
        .exchange{margin-left:1.2rem}.exchange>summary,.exchange>p{padding:.1rem .5rem;margin:0;overflow-wrap:anywhere}
        .pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
        pre{background:var(--panel);border-radius:4px;padding:.6rem;margin:.3rem 0;white-space:pre-wrap;
        overflow-wrap:anywhere;max-height:30rem;overflow:auto}
        figure{margin:.8rem 0;overflow-x:auto}figcaption{color:var(--soft);font-size:.8rem}
        svg text{font:11px system-ui,sans-serif;fill:var(--soft)}svg text.strong{fill:var(--ink);font-weight:600}
        .matrix g rect{fill:var(--own)}.matrix g text{fill:var(--paper);font-weight:700}
        rect.s-won{fill:var(--passed)}rect.s-odd{fill:var(--violated)}rect.s-refused{fill:var(--refused)}

        """

    private static let narrow = """
        @media(max-width:40rem){body{padding:1.2rem .9rem}h1{font-size:1.4rem}.tag{min-width:0}.pair{grid-template-columns:minmax(0,1fr)}
        .inside{padding:0 .6rem .6rem}.exchange{margin-left:.3rem}
        .ladder{grid-template-columns:repeat(3,1fr)}.files{columns:1}}
        @media print{html{font-size:12px}body{max-width:none;padding:0;font-size:11px}code,pre{font-size:9px}.skip{display:none}pre{max-height:none}
        details.scenario{border:0;border-top:1px solid var(--line);border-radius:0}h2,summary{break-after:avoid}
        figure,.exchange p,li{break-inside:avoid}figure{overflow:visible}svg{max-width:100%;height:auto}}
        """
}
