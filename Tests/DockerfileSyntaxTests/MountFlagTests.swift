// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct MountFlagTests {
    private static func run(_ flags: String) throws -> (RunInstruction, SourceFile) {
        let dockerfile = try Dockerfile.parse("FROM scratch\nRUN \(flags) true\n", file: "Dockerfile")
        guard case .run(let run) = dockerfile.stages[0].instructions[0].action else {
            throw InvalidRun()
        }
        return (run, dockerfile.source)
    }

    private struct InvalidRun: Error {}

    private static func mount(_ options: String) throws -> Mount {
        let (run, source) = try run("--mount=\(options)")
        let variables = ["name": "value", "dir": "/opt/x"]
        let expander = Expander(escape: "\\") { variables[$0] }
        guard let flag = run.mounts.first else { throw InvalidRun() }
        return try flag.resolve(in: source) { (word) throws(Diagnostic) in
            do throws(ExpansionError) {
                return try expander.expand(word.text)
            } catch {
                throw source.error(at: word.location, error.message)
            }
        }
    }

    private static let root = Mount.Access(mode: 0o755, user: 0, group: 0)

    @Test(arguments: [
        ("target=/x", Mount(.bind(from: nil, source: "/"), "/x", readOnly: true)),
        ("type=bind,src=a,dst=x,rw", Mount(.bind(from: nil, source: "a"), "x", readOnly: false)),
        (
            "type=bind,destination=/x,readwrite=true",
            Mount(.bind(from: nil, source: "/"), "/x", readOnly: false)
        ),
        (
            "from=build,source=/out,target=/x",
            Mount(.bind(from: "build", source: "/out"), "/x", readOnly: true)
        ),
        ("target=/x,ro=false", Mount(.bind(from: nil, source: "/"), "/x", readOnly: false)),
        ("target=/x,rw,ro", Mount(.bind(from: nil, source: "/"), "/x", readOnly: true)),
        ("target=$dir/y", Mount(.bind(from: nil, source: "/"), "/opt/x/y", readOnly: true)),
        ("TYPE=bind,Target=/x", Mount(.bind(from: nil, source: "/"), "/x", readOnly: true)),
        (
            "type=cache,target=/root/.cache/",
            Mount(
                .cache(identity: "/root/.cache", sharing: .shared, seed: nil, access: root),
                "/root/.cache/", readOnly: false)
        ),
        (
            "type=cache,id=go,target=/c,sharing=locked,mode=0700,uid=5,gid=6",
            Mount(
                .cache(
                    identity: "go", sharing: .locked, seed: nil,
                    access: Mount.Access(mode: 0o700, user: 5, group: 6)), "/c", readOnly: false)
        ),
        (
            "type=cache,target=/c,from=deps,source=/s,ro,sharing=private",
            Mount(
                .cache(
                    identity: "/c", sharing: .private, seed: Mount.Seed(from: "deps", source: "/s"),
                    access: root), "/c", readOnly: true)
        ),
        ("type=tmpfs,target=/t", Mount(.tmpfs(sizeBytes: nil), "/t", readOnly: false)),
        ("type=tmpfs,target=/t,size=64m", Mount(.tmpfs(sizeBytes: 64 << 20), "/t", readOnly: false)),
        ("type=tmpfs,target=/t,size=1.5k", Mount(.tmpfs(sizeBytes: 1_536), "/t", readOnly: false)),
        (
            "type=secret,id=token",
            Mount(
                .secret(
                    identity: "token", variable: nil, isRequired: false,
                    access: Mount.Access(mode: 0o400, user: 0, group: 0)), "/run/secrets/token",
                readOnly: true)
        ),
        (
            "type=secret,target=/etc/key,required",
            Mount(
                .secret(
                    identity: "key", variable: nil, isRequired: true,
                    access: Mount.Access(mode: 0o400, user: 0, group: 0)), "/etc/key", readOnly: true)
        ),
        (
            "type=secret,id=a/$name,env=TOKEN,mode=444",
            Mount(
                .secret(
                    identity: "a/value", variable: "TOKEN", isRequired: false,
                    access: Mount.Access(mode: 0o444, user: 0, group: 0)), nil, readOnly: true)
        ),
        (
            "type=ssh",
            Mount(
                .ssh(
                    identity: "default", isRequired: false,
                    access: Mount.Access(mode: 0o600, user: 0, group: 0)), nil, readOnly: true)
        ),
        (
            "type=ssh,id=git,required=true,target=/s,uid=7",
            Mount(
                .ssh(
                    identity: "git", isRequired: true, access: Mount.Access(mode: 0o600, user: 7, group: 0)),
                "/s", readOnly: true)
        ),
        ("from=build", Mount(.bind(from: "build", source: "/"), ".", readOnly: true)),
        ("type=Bind,from=", Mount(.bind(from: nil, source: "/"), ".", readOnly: true)),
        ("type=TMPFS,target=", Mount(.tmpfs(sizeBytes: nil), ".", readOnly: false)),
        (
            "type=cache",
            Mount(.cache(identity: ".", sharing: .shared, seed: nil, access: root), ".", readOnly: false)
        ),
        (
            "type=cache,target=./.npm/,sharing=Locked",
            Mount(
                .cache(identity: ".npm", sharing: .locked, seed: nil, access: root), "./.npm/",
                readOnly: false)
        ),
        ("type=tmpfs,\"target=/a,b\"", Mount(.tmpfs(sizeBytes: nil), "/a,b", readOnly: false)),
    ])
    func aMountHasItsMeaning(options: String, mount: Mount) throws {
        #expect(try Self.mount(options) == mount)
    }

    /// Flags of `RUN`, the column of the error, a part of its text.
    @Test(arguments: [
        ("--mount=type=bin,target=/x", 18, "did you mean bind?"),
        ("--mount=type=volume,target=/x", 18, "it is one of bind, cache"),
        ("--mount=targt=/x", 13, "did you mean target?"),
        ("--mount=target", 13, "'target' needs a value"),
        ("--mount=type=bind,target=/x,id=y", 33, "a bind mount has no option 'id'"),
        ("--mount=type=tmpfs,target=/x,from=y", 34, "a tmpfs mount has no option 'from'"),
        ("--mount=type=secret,from=y,id=z", 25, "a secret mount has no option 'from'"),
        ("--mount=type=ssh,env=y", 22, "a ssh mount has no option 'env'"),
        ("--mount=type=secret", 13, "needs an id or a target"),
        ("--mount=type=secret,id=a,src=b", 28, "an id or a source, not both"),
        ("--mount=type=cache,target=/c,sharing=lokced", 42, "did you mean locked?"),
        ("--mount=type=cache,target=/c,mode=9", 39, "not an octal mode"),
        ("--mount=type=cache,target=/c,uid=me", 38, "not the number of a user"),
        ("--mount=type=tmpfs,target=/t,size=much", 39, "not a size"),
        ("--mount=target=/x,ro=maybe", 26, "not true or false"),
        ("--mount=from=$x,target=/x", 18, "does not expand variables"),
        ("--network=hots", 15, "did you mean host?"),
        ("--network=bridge", 15, "it is one of default, none, host"),
        ("--security=insecur", 16, "did you mean insecure?"),
    ])
    func aMountThatIsNoneIsRefusedAtItsPlace(flags: String, column: Int, message: String) throws {
        let thrown = #expect(throws: Diagnostics.self) { try Self.run(flags) }
        let error = try #require(thrown?.all.first)
        #expect(error.description.contains(message))
        #expect(error.location.column == column)
    }

    @Test func aVariableIsCheckedWhenItsValueIsKnown() throws {
        #expect(throws: Diagnostic.self) { try Self.mount("type=$name,target=/x") }
        #expect(throws: Diagnostic.self) { try Self.mount("type=cache,target=/x,mode=$name") }
    }

    @Test func networkAndSecurityAreTyped() throws {
        let (run, _) = try Self.run(
            "--network=none --security=insecure --device=vendor/gpu --mount=target=/x")
        #expect(run.network == RunInstruction.Network.none)
        #expect(run.security == .insecure)
        #expect(run.devices.map(\.text) == ["vendor/gpu"])
        #expect(run.mounts.count == 1)
    }

    @Test(
        arguments: [
            ("0", 0), ("1b", 1), ("2k", 2_048), ("2KB", 2_048), ("2KiB", 2_048), ("1g", 1 << 30),
            ("1 t", 1 << 40),
        ] as [(String, Int64)])
    func aSizeIsInPowersOf1024(text: String, bytes: Int64) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: ["", "k", "-1", "1x", "1kk", "1..2k", "99999999p"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteCount(text) == nil)
    }
}

extension Mount {
    fileprivate init(_ kind: Kind, _ target: String?, readOnly: Bool) {
        self.init(kind, target: target, isReadOnly: readOnly)
    }
}
