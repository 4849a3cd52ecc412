// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import TaskFile
import TaskRun
import Testing

/// The texts of `cmd` steps.
@Suite struct CommandPlanTests {
    private func plan(_ steps: String, shell: Bool = false) async throws -> RunPlan {
        let inputs = TaskInputs(
            run: RunVariables(id: "1", registry: "r.io", started: UTCTime(secondsSinceEpoch: 0)))
        let text = """
            version: v1.1.0
            volumes: [{name: keys, secret: {a: eA==}}]
            networks: [{name: net, isDefault: true}, {name: other}]
            steps:
            \(steps)
            """
        return try RunPlan(
            try await TaskParser.load(text, file: "task.yaml", inputs: inputs), usesShellOfImage: shell)
    }

    private func command(_ step: String, shell: Bool = false) async throws -> CommandAction {
        let action = try await plan(step, shell: shell).steps.first?.action
        guard case .command(let command)? = action else { throw NoCommand() }
        return command
    }

    private struct NoCommand: Error {}

    @Test func theKeysOfAStepAreUnderstood() async throws {
        let action = try await command(
            """
            - id: web
              cmd: nginx:1 -g 'daemon off;' "two words"
              entryPoint: /sbin/nginx
              user: "1000:1000"
              env: [A=1]
              ports: ["8080:80"]
              network: other
              privileged: true
              cpus: "1.5"
              workingDirectory: sub
              detach: true
              pull: true
              volumeMounts: [{name: keys, mountPath: /keys}]
            """)
        #expect(action.name == "web" && action.image == "nginx:1")
        #expect(action.arguments == ["-g", "daemon off;", "two words"])
        #expect(action.entryPoint == "/sbin/nginx" && action.user == "1000:1000")
        #expect(action.environment == ["HOME=/acb/home", "A=1"])
        #expect(action.network == .named("other") && action.isPrivileged && action.isDetached)
        #expect(action.cpus == 1.5 && action.workingDirectory == "/workspace/sub" && action.pull != nil)
        #expect(action.volumes == [.init(source: .files("keys"), path: "/keys", isReadOnly: true)])
        #expect(action.ports == (try PortMapping.parse("8080:80")))
    }

    @Test(arguments: [
        ("- {cmd: a, network: none}", CommandAction.Network.none), ("- {cmd: a, network: host}", .host),
        ("- {cmd: a, network: other}", .named("other")), ("- {cmd: a}", .named("net")),
        ("- {cmd: a, network: bridge}", .named("bridge")),
        ("- {cmd: --network none a, network: host}", .none),
    ])
    func theNetworkIsTheOneThatIsNamed(step: String, network: CommandAction.Network) async throws {
        #expect(try await command(step).network == network)
    }

    @Test func flagsInFrontOfTheImageAddToTheKeys() async throws {
        let action = try await command(
            "- cmd: --rm -it -e B=2 --env=C=3 -v cache:/c -v /workspace/x:/x:ro -w /w -u app --network host "
                + "--name db --entrypoint '' -p 80 --add-host a:10.0.0.1 --cap-add NET_ADMIN --tmpfs /t:size=1m "
                + "--read-only -m 512m --cpus 2 --shm-size 1g --ulimit nofile=9 --mount type=tmpfs,dst=/u "
                + "--mount source=keys,target=/k,readonly image -e not-a-flag")
        #expect(action.image == "image" && action.arguments == ["-e", "not-a-flag"])
        #expect(action.environment == ["HOME=/acb/home", "B=2", "C=3"])
        #expect(
            action.volumes == [
                .init(source: .scratch("cache"), path: "/c", isReadOnly: false),
                .init(source: .workspace("x"), path: "/x", isReadOnly: true),
                .init(source: .files("keys"), path: "/k", isReadOnly: true),
            ])
        #expect(action.workingDirectory == "/w" && action.user == "app" && action.network == .host)
        #expect(action.name == "db" && action.entryPoint == "" && action.temporaryFolders == ["/t", "/u"])
        #expect(action.sharedMemoryBytes == 1 << 30 && action.limits.map(\.description) == ["nofile=9:9"])
        #expect(action.ports.map(\.hostPort) == [0] && action.ports.map(\.containerPort) == [80])
        #expect(action.addedCapabilities == ["NET_ADMIN"] && action.isReadOnly)
        #expect(action.memoryBytes == 512 << 20 && action.cpus == 2)
    }

    @Test(arguments: [
        ("- cmd: --gpus all image", "the flag \"--gpus\" in front of the image is not supported"),
        ("- cmd: --netwrok x image", "the flag \"--netwrok\""),
        ("- cmd: --mount source=a image", "--mount: invalid mount \"source=a\""),
        ("- cmd: --mount type=npipe,source=a,dst=/a image", "--mount: invalid mount"),
        (
            "- cmd: --mount type=bind,source=/etc,dst=/a image",
            "containers do not see folders of this machine"
        ),
        ("- cmd: --ulimit files=1 image", "--ulimit: invalid ulimit \"files=1\""),
        ("- cmd: --rm", "the command has no image"),
        ("- cmd: -e", "the flag \"-e\" needs a value"),
        ("- cmd: -v /etc:/etc image", "\"/etc:/etc\": containers do not see folders of this machine"),
        ("- cmd: -v /var/run/docker.sock:/var/run/docker.sock image", "there is no Docker daemon"),
        ("- cmd: -p 99999 image", "-p: invalid port \"99999\""),
        ("- cmd: -m lots image", "-m: invalid number of bytes \"lots\""),
        ("- cmd: image a | tr a b", "\"|\" would need a shell"),
        ("- cmd: docker swarm init", "docker swarm is not served"),
        ("- cmd: docker biuld .", "docker biuld is not served"),
        ("- cmd: docker", "docker needs a command"),
        ("- cmd: docker login r.io", "docker login needs --username"),
        ("- cmd: docker logs", "docker logs takes 1 name"),
        ("- cmd: \"docker inspect --format '{{`{{.Id`}}' y\"", "--format \"{{.Id\""),
        ("- cmd: docker inspect --typo x y", "docker inspect: the flag \"--typo\" is not served"),
        ("- cmd: docker exec web ls", "docker exec is not served"),
        ("- cmd: docker compose up", "docker compose is not served"),
        ("- cmd: docker image prune", "docker image prune is not served"),
        ("- cmd: docker login --password-stdin r.io", "docker login: a step has no standard input"),
        ("- cmd: docker kill -s NONE web", "docker kill: invalid signal \"NONE\""),
        ("- cmd: docker stop -t soon web", "docker stop: \"soon\" is no number"),
        ("- cmd: docker logs --since 1h web", "docker logs: the flag \"--since\" is not served"),
        ("- cmd: docker ps --filter label=a", "\"label=a\" is no filter that is served"),
        ("- cmd: docker ps --filter status=paused", "\"status=paused\" matches nothing"),
        ("- cmd: docker manifest annotate a b", "docker manifest annotate says nothing of b"),
        ("- cmd: docker manifest create r.io/m:1", "docker manifest create takes at least 2 names, not 1"),
        ("- cmd: docker manifest promote a", "docker manifest promote is not served"),
        ("- cmd: docker tag a", "docker tag takes 2 names, not 1"),
        ("- cmd: docker build --push .", "the build flag \"--push\" is not supported here"),
        ("- cmd: docker build ../..", "\"../..\" is outside the context of the run"),
        ("- {cmd: image, ports: [\"a:b\"]}", "invalid port \"a:b\""),
        ("- {cmd: image, cpus: \"-1\"}", "invalid number of processors \"-1\""),
    ])
    func whatCannotBeHadIsRefusedBeforeAnythingRuns(step: String, message: String) async throws {
        let error = await #expect(throws: Diagnostics.self) { _ = try await plan(step) }
        let first = try #require(error?.all.first)
        #expect(first.message.contains(message), "\(first.message)")
        #expect(first.location.line == 5)
    }

    @Test func aTextThatNeedsAShellGetsThatOfItsImage() async throws {
        let action = try await command("- cmd: -e A=1 image cat x | tr a b > y", shell: true)
        #expect(action.image == "image" && action.entryPoint == "sh" && action.environment.last == "A=1")
        #expect(action.arguments == ["-c", "cat x | tr a b > y"])
        let plain = try await command("- cmd: image cat x", shell: true)
        #expect(plain.entryPoint == nil && plain.arguments == ["cat", "x"])
    }

    @Test(arguments: [
        ("docker build -t r.io/a:1 sub", "build"), ("docker image build .", "build"),
        ("docker run image x", "run"),
        ("docker pull image", "pull"), ("docker push r.io/a:1", "push"), ("docker tag a b", "tag"),
        ("docker images", "images"), ("docker rmi -f a", "rmi"), ("docker stop -t 3 web", "stop"),
        ("docker images -aq --digests --filter reference=a --format '{{`{{.ID}}`}}'", "images"),
        ("docker pull --platform linux/arm64 a", "pull"), ("docker wait web", "wait"),
        ("docker port web", "port"),
        ("docker ps -aqf name=x --no-trunc -n 3 --format json", "ps"), ("docker logs -fn3 web", "logs"),
        ("docker kill -s HUP web", "kill"), ("docker container rm -vf web", "rm"),
        ("docker inspect -f '{{`{{json .}}`}}' --type image a", "inspect"),
        ("docker manifest create --amend r.io/m:1 a", "manifest create"),
        ("docker manifest annotate r.io/m:1 a --os linux --arch arm --variant v7", "manifest annotate"),
        ("docker manifest push --purge r.io/m:1", "manifest push"),
        ("docker manifest rm r.io/m:1", "manifest rm"),
        ("docker kill web", "kill"), ("docker rm -f web", "rm"), ("docker logs --tail 3 web", "logs"),
        ("docker ps -a", "ps"), ("docker inspect web", "inspect"),
        ("docker login -u u -p p r.io", "login"), ("docker manifest create r.io/m:1 a b", "manifest create"),
        ("docker manifest push r.io/m:1", "manifest push"), ("docker manifest inspect a", "manifest inspect"),
        ("docker version", "version"),
    ])
    func commandsOfDockerAreServed(text: String, name: String) async throws {
        guard case .docker(let command)? = try await plan("- cmd: \(text)").steps.first?.action else {
            Issue.record("not served")
            return
        }
        #expect(command.name == name)
    }

    @Test(arguments: [
        ("80", ["127.0.0.1 0 80 tcp"]), ("8080:80/udp", ["127.0.0.1 8080 80 udp"]),
        ("0.0.0.0:8080:80", ["0.0.0.0 8080 80 tcp"]), ("[::1]:1:2", ["::1 1 2 tcp"]),
        ("7000-7001:80-81", ["127.0.0.1 7000 80 tcp", "127.0.0.1 7001 81 tcp"]),
    ])
    func portsAreRead(text: String, expected: [String]) throws {
        let ports = try PortMapping.parse(text)
        #expect(ports.map { "\($0.address) \($0.hostPort) \($0.containerPort) \($0.transport)" } == expected)
    }

    @Test(arguments: ["", "0", "65536", "1:2:", "2-1", "1-3:1-2", "80/icmp", "x:80", "1-2-3"])
    func whatIsNoPortIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try PortMapping.parse(text) }
    }

    @Test func aStepIsAloneWhenNothingCanRunBesideIt() async throws {
        let plan = try await plan(
            """
            - {id: a, cmd: i}
            - {id: b, cmd: i}
            - {id: c, cmd: i, when: [a]}
            - {id: d, cmd: i, when: [b, c]}
            """)
        #expect(plan.steps.map(\.isAlone) == [true, false, false, true])
    }
}
