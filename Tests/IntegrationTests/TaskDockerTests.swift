// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import ScriptedHTTP
import SystemPackage
import Testing

/// `cmd: docker …`, and what steps publish, as a person sees them.
@Suite(.timeLimit(.minutes(20))) struct TaskDockerTests {
    private let folder: TestFolder

    init() async throws {
        folder = try TestFolder()
        try await folder.makeBusybox()
    }

    /// Lines that a step wrote.
    private func lines(of step: String, in result: ProgramResult) -> [String] {
        result.errors.split(separator: "\n").filter { $0.hasPrefix("[\(step)] ") }
            .map { String($0.dropFirst(step.count + 3)) }
    }

    /// A server that is there while the steps behind it run.
    private let server =
        "- {id: web, cmd: \"busybox sh -c 'echo one; echo two; exec sleep 600'\", detach: true, env: [A=1]}\n"
        + "- {id: ready, cmd: \"docker logs -f web\", timeout: 1, ignoreErrors: true}\n"

    @Test(arguments: [
        ("inspect -f '{{.Os}}/{{.Architecture}}' busybox", "linux/amd64"),
        ("inspect -f '{{json .Config.Env}}' busybox", #"["PATH=/bin"]"#),
        (
            "inspect -f '{{index .RepoTags 0}} {{len .RootFS.Layers}}' busybox",
            "docker.io/library/busybox:latest 1"
        ),
        ("inspect -f '{{join .Config.Cmd \",\"}}' busybox", "sh"),
        ("inspect -f '{{.Name}} {{.State.Status}} {{.Config.Image}}' web", "/web running busybox"),
        ("inspect -f '{{range .Config.Env}}{{println .}}{{end}}' web", "A=1"),
        ("images --format '{{.Repository}}:{{.Tag}}'", "busybox:latest"),
        ("images --filter reference=busybox --format '{{.Tag}}'", "latest"),
        ("ps -q", "web"), ("ps --format '{{.Names}} {{.State}}'", "web running"),
        ("ps -a --filter ancestor=busybox --filter status=running --format '{{upper .Names}}'", "WEB"),
        ("logs --tail 1 web", "two"),
    ])
    func aFormatIsAsDockers(command: String, line: String) async throws {
        let quoted = command.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("{{", with: "{{`{{`}}")  // A task file is a template itself.
        let result = try await folder.run(
            steps: "steps:\n\(server)- {id: s, cmd: \"docker \(quoted)\"}")
        #expect(result.status == 0, "\(result)")
        #expect(lines(of: "s", in: result).contains(line), "\(result)")
    }

    @Test func aFieldThatIsNotThereIsNamed() async throws {
        let result = try await folder.run(
            steps: "steps:\n- {id: s, cmd: \"docker inspect -f '{{`{{.Config.Evn}}`}}' busybox\"}")
        #expect(result.status == 1 && result.errors.contains("did you mean .Env?"), "\(result)")
    }

    @Test func containersAreStoppedWaitedForAndRemoved() async throws {
        let result = try await folder.run(
            steps: """
                steps:
                \(server)- {id: early, cmd: docker rm web, ignoreErrors: true}
                - {id: kill, cmd: docker kill -s KILL web}
                - {id: wait, cmd: docker wait web}
                - {id: running, cmd: docker ps -q}
                - {id: all, cmd: "docker ps -a --format '{{`{{.Names}} {{.Status}}`}}'"}
                - {id: rm, cmd: docker rm web}
                - {id: gone, cmd: docker inspect web, ignoreErrors: true}
                """)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("the container \"web\" is running"))
        #expect(lines(of: "wait", in: result).contains("137"), "\(result)")
        #expect(!lines(of: "running", in: result).contains("web"))
        // Whoever kills it wants it to end.
        #expect(!result.errors.contains("ended early"), "\(result)")
        #expect(lines(of: "all", in: result).contains("web Exited (137)"), "\(result)")
        #expect(result.errors.contains("the local store has no image \"web\""))
    }

    @Test func logsAreFollowedToTheEnd() async throws {
        let result = try await folder.run(
            steps: """
                steps:
                - {id: web, cmd: "busybox sh -c 'echo one; read x < /workspace/go; echo two'", detach: true}
                - {id: go, cmd: "busybox sh -c 'echo > /workspace/go'", when: [web]}
                - {id: follow, cmd: docker logs -f web, when: [web]}
                """.replacing("steps:\n", with: "steps:\n- {id: pipe, cmd: busybox mkfifo /workspace/go}\n"))
        #expect(result.status == 0, "\(result)")
        #expect(Array(lines(of: "follow", in: result).suffix(3)).starts(with: ["one", "two"]), "\(result)")
    }

    @Test func anImageOfSeveralPlatformsIsPutTogether() async throws {
        let folder = folder
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let name = "\(registry)/app"
            let result = try await folder.run(
                steps: """
                    steps:
                    - cmd: docker build -t \(name):amd --platform linux/amd64 .
                    - cmd: docker build -t \(name):arm --platform linux/arm64 .
                    - cmd: docker manifest create \(name):1 \(name):amd \(name):arm
                    - cmd: docker manifest annotate \(name):1 \(name):arm --arch arm --variant v7
                    - cmd: docker manifest push \(name):1
                    """, files: ["Dockerfile": "FROM scratch\nCOPY task.yaml /\n"])
            #expect(result.status == 0, "\(result)")
            let raw = try await Program("skopeo")(
                "inspect", "--raw", "--tls-verify=false", "docker://\(name):1")
            let index = try JSONDocument.decode(ImageIndex.self, from: Array(raw.output.utf8), noun: "index")
            #expect(index.manifests.map { $0.platform?.description } == ["linux/amd64", "linux/arm/v7"])
        }
    }

    @Test func aBuildHasSecretsAndLeavesFiles() async throws {
        let dockerfile = """
            FROM busybox AS make
            RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /size
            RUN --mount=type=secret,id=key cat /run/secrets/key > /key
            RUN grep db /etc/hosts > /host
            FROM scratch
            COPY --from=make /size /key /host /

            """
        let result = try await folder.run(
            steps: """
                volumes: [{name: keys, secret: {k: dm9sdW0zLWtleQ==}}]
                steps:
                - id: build
                  build: >-
                    --secret id=token,env=TOKEN --secret id=key,src=/keys/k --add-host db:10.0.0.7
                    -o out --iidfile out/id .
                  env: [TOKEN=t0ken-of-12]
                  volumeMounts: [{name: keys, mountPath: /keys}]
                - {id: size, cmd: busybox cat out/size out/host out/id}
                - {id: key, cmd: busybox cat out/key}
                """, files: ["Dockerfile": dockerfile])
        #expect(result.status == 0, "\(result)")
        let lines = lines(of: "size", in: result)
        #expect(lines.contains("11") && lines.contains { $0.hasPrefix("10.0.0.7") }, "\(result)")
        #expect(lines.contains { $0.hasPrefix("sha256:") })
        // A volume's content is a secret, whoever writes it.
        #expect(self.lines(of: "key", in: result).contains("***"))
        #expect(!Folder.isFolder(folder.path.pushing("work/out")))
    }

    @Test func aLinkOutOfTheContextIsNotFollowed() async throws {
        let result = try await folder.run(
            steps: """
                steps:
                - cmd: busybox ln -s /etc /workspace/etc
                - {id: read, build: -t a:1 etc, ignoreErrors: true}
                - {id: write, build: -t a:1 -o etc/stet-test ., ignoreErrors: true}
                """, files: ["Dockerfile": "FROM scratch\nCOPY task.yaml /\n"])
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.components(of: "leads out of the context").count == 3, "\(result)")
        #expect(!Folder.isFolder("/etc/stet-test"))
    }

    @Test func anAgentIsOnlyOneThatWasOffered() async throws {
        let steps = "steps:\n- build: --ssh default ."
        let files = ["Dockerfile": "FROM scratch\nCOPY task.yaml /\n"]
        let refused = try await folder.run(steps: steps, files: files)
        #expect(refused.status == 2 && refused.errors.contains("run it with --ssh default"), "\(refused)")
        let agent = folder.path.appending("agent").string
        let socket = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
        #expect(try await Program("python3")("-c", socket, agent).status == 0)
        let offered = try await folder.run(steps: steps, ["--ssh", "default=\(agent)"], files: files)
        #expect(offered.status == 0, "\(offered)")
    }

    // MARK: Ports

    @Test func aPortWithoutANumberIsAFreeOneOfThisMachine() async throws {
        try folder.write(
            """
            steps:
            - {id: pipe, cmd: busybox mkfifo end}
            - {id: web, cmd: busybox httpd -f -p 80 -h /workspace, ports: ["80"], detach: true}
            - {id: port, cmd: docker port web}
            - {id: wait, cmd: busybox cat end}

            """, "work/task.yaml")
        let script = """
            mkfifo "$0/errors"; cd "$0/work"; "$@" 2>"$0/errors" & pid=$!
            while read -r line; do echo "$line" >&2; case "$line" in
              *"leads to port 80/tcp"*) a=${line% leads*}; address=${a##* } ;;
              "[wait] cmd started"*) curl -sS --retry 9 --retry-connrefused "http://$address/task.yaml"; echo > end ;;
            esac; done <"$0/errors"
            wait $pid
            """
        var shell = Program("bash")
        shell.environment = Program.stet(home: folder.path).environment
        let result = try await shell.run([
            "-c", script, folder.path.string, Program.stetPath.string, "run", "-f", "task.yaml", "--in-place",
            ".",
        ])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("id: web"), "\(result)")
        #expect(lines(of: "port", in: result).contains { $0.hasPrefix("80/tcp -> 127.0.0.1:") }, "\(result)")
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        let server = try ScriptedServer { _ in nil }
        let result = try await folder.run(
            steps: "steps:\n- {cmd: busybox true, ports: [\"\(server.port):80\"]}")
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("the port \(server.port) of 127.0.0.1 cannot be had"), "\(result)")
    }
}

extension String {
    /// What stands between the places where a text occurs.
    fileprivate func components(of text: String) -> [Substring] {
        var rest = self[...]
        var parts: [Substring] = []
        while let range = rest.firstRange(of: text) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
