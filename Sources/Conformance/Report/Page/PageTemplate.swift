// SPDX-License-Identifier: Apache-2.0

/// The page as a Mustache template.
enum PageTemplate {
    static let text = head + top + levels + bottom

    private static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{registry}}: {{level}}</title>
        <style>
        \(PageStyle.text)
        </style>
        </head>

        """

    private static let top = """
        <body>
        <a class="skip" href="#results">Skip to the results</a>
        <header>
        <p class="eyebrow">Write-once certificate</p>
        <h1>{{registry}}</h1>
        <p class="verdict v-{{colour}}">{{level}}</p>
        <dl>
        <div><dt>Profile</dt><dd>{{profile}}</dd></div>
        <div><dt>Run</dt><dd><code>{{runID}}</code></dd></div>
        {{#statements}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/statements}}
        <div><dt>Sent</dt><dd>{{sent}}</dd></div>
        </dl>
        {{#stopped}}<p class="warning">Not all cases ran: {{stopped}}.</p>{{/stopped}}
        {{#leftChanged}}<p class="warning">The registry could not be put back as it was: {{leftChanged}}</p>{{/leftChanged}}
        <ul class="counts">{{#counts}}<li><span class="mark v-{{name}}" aria-hidden="true">{{mark}}</span>{{count}} {{name}}</li>{{/counts}}</ul>
        </header>
        <nav aria-label="Levels"><ol class="ladder">
        {{#rungs}}<li class="{{state}}"><a href="#{{name}}">{{name}}<small>{{stateWords}}</small></a></li>{{/rungs}}
        </ol></nav>

        """

    private static let levels = """
        <main id="results">
        {{#rungs}}
        <section id="{{name}}">
        <h2>{{name}} <small class="{{state}}">{{note}}</small></h2>
        {{#scenarios}}
        <details class="scenario" id="{{id}}"{{#isOpen}} open{{/isOpen}}>
        <summary><span class="tag v-{{verdict}}">{{verdict}}</span><span class="title">{{title}}</span>
        <span class="note">{{note}}</span></summary>
        <div class="inside">
        <p>{{why}}</p>
        <p class="source"><code>{{id}}</code> · {{source}}{{#covers}} · covers {{covers}}{{/covers}}</p>
        {{#matrix}}<figure tabindex="0">{{{picture}}}<figcaption>The first down, the second across: {{legend}}. Point at a field for its names.</figcaption></figure>{{/matrix}}
        {{#hasRaces}}<p class="source">A bar is a request of the race, from its first byte to its answer; the last bytes were held until all were there.</p>{{/hasRaces}}
        {{#races}}<figure tabindex="0">{{{picture}}}</figure>
        {{#hasExchanges}}<details class="case"><summary>What was said in that round<span class="note">from first byte to answer; reads that saw the same are left out</span></summary>
        {{#exchanges}}
        \(folded)
        {{/exchanges}}
        </details>{{/hasExchanges}}{{/races}}
        {{#cases}}
        <details class="case"{{#isOpen}} open{{/isOpen}}><summary><span class="mark v-{{verdict}}" aria-hidden="true">{{mark}}</span><span class="unseen">{{verdict}}: </span>{{name}}<span class="note">{{notes}}</span>
        {{#finding}}<span class="finding">{{finding}}</span>{{/finding}}</summary>
        {{#evidence}}
        <div class="exchange"><p><code>{{line}}</code></p>
        \(pair)</div>
        {{/evidence}}
        {{#transcript}}<details class="exchange"{{#isOpen}} open{{/isOpen}}><summary>{{title}}</summary>
        {{#exchanges}}
        \(folded)
        {{/exchanges}}
        </details>{{/transcript}}
        </details>
        {{/cases}}
        {{#more}}<p class="note">and {{more}}: see report.json</p>{{/more}}
        </div>
        </details>
        {{/scenarios}}
        </section>
        {{/rungs}}

        """

    private static let bottom = """
        {{#hasLeftBehind}}
        <section><h2>Left behind</h2><details><summary>Repositories that the run made and could not empty</summary>
        <ul class="files">{{#leftBehind}}<li><code>{{.}}</code></li>{{/leftBehind}}</ul></details></section>
        {{/hasLeftBehind}}
        </main>
        <footer>Made by stet certify. The file needs no network and runs no script. What is folded is not printed.</footer>
        </body>
        </html>

        """

    /// An exchange that opens when somebody wants to read it.
    private static let folded = """
        <details class="exchange"><summary><code>{{line}}</code>{{#time}}<span class="note">{{time}}</span>{{/time}}</summary>
        \(pair)</details>
        """

    private static let pair = """
        <div class="pair"><pre>{{request}}</pre><pre>{{response}}</pre></div>
        """
}
