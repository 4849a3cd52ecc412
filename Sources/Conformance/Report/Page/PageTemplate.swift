// SPDX-License-Identifier: Apache-2.0

/// The page as a Mustache template.
enum PageTemplate {
    static let text = head + body

    private static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{registry}}: {{level}}</title>
        <style>
        \(PageStyle.text)
        </style>
        </head>

        """

    private static let body = """
        <body>
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
        <ul class="counts">{{#counts}}<li><span class="dot v-{{name}}"></span>{{count}} {{name}}</li>{{/counts}}</ul>
        </header>
        <nav aria-label="Levels"><ol class="ladder">
        {{#rungs}}<li class="{{state}}"><a href="#{{name}}">{{name}}</a></li>{{/rungs}}
        </ol></nav>
        <main>
        {{#rungs}}
        <section id="{{name}}">
        <h2>{{name}} <small class="{{state}}">{{note}}</small></h2>
        {{#scenarios}}
        <details class="scenario"{{#isOpen}} open{{/isOpen}}>
        <summary><span class="tag v-{{verdict}}">{{verdict}}</span><span class="title">{{title}}</span>
        <span class="note">{{note}}</span></summary>
        <div class="inside">
        <p>{{why}}</p>
        <p class="source"><code>{{id}}</code> · {{source}}{{#covers}} · covers {{covers}}{{/covers}}</p>
        {{#matrix}}<figure>{{{matrix}}}<figcaption>First flow down, second across; point at a field for its names.</figcaption></figure>{{/matrix}}
        {{#races}}<figure>{{{picture}}}</figure>
        {{#hasExchanges}}<details class="case"><summary>What was said in that round<span class="note">from first byte to answer; reads that saw the same are left out</span></summary>
        {{#exchanges}}
        <details class="exchange"><summary><code>{{line}}</code>{{#time}}<span class="note">{{time}}</span>{{/time}}</summary>
        <div class="pair"><pre>{{request}}</pre><pre>{{response}}</pre></div></details>
        {{/exchanges}}
        </details>{{/hasExchanges}}{{/races}}
        {{#cases}}
        <details class="case"><summary><span class="dot v-{{verdict}}"></span>{{name}}<span class="note">{{notes}}</span>
        {{#finding}}<span class="finding">{{finding}}</span>{{/finding}}</summary>
        {{#exchanges}}
        <details class="exchange"><summary><code>{{line}}</code>{{#time}}<span class="note">{{time}}</span>{{/time}}</summary>
        <div class="pair"><pre>{{request}}</pre><pre>{{response}}</pre></div></details>
        {{/exchanges}}
        {{#omitted}}<p class="note">{{omitted}} between them left out</p>{{/omitted}}
        </details>
        {{/cases}}
        </div>
        </details>
        {{/scenarios}}
        </section>
        {{/rungs}}
        {{#hasLeftBehind}}
        <section><h2>Left behind</h2><details><summary>Repositories that the run made and could not empty</summary>
        <ul class="files">{{#leftBehind}}<li><code>{{.}}</code></li>{{/leftBehind}}</ul></details></section>
        {{/hasLeftBehind}}
        </main>
        <footer>Made by stet certify. The file needs no network and runs no script.</footer>
        </body>
        </html>

        """
}
