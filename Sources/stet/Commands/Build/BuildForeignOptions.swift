// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What `docker build` and `docker buildx build` have and this command has not: each says what to do instead.
///
/// Those that ask for what every build does are taken. Table: docs/dockerfile.md.
struct BuildForeignOptions: ParsableArguments {
    @Option(help: .hidden) var attest: [String] = []
    @Option(help: .hidden) var provenance: String?
    @Option(help: .hidden) var sbom: String?
    @Option(help: .hidden) var builder: String?
    @Option(name: .customLong("cgroup-parent"), help: .hidden) var cgroupParent: String?
    @Flag(name: [.customShort("D"), .customLong("debug")], help: .hidden) var debug = false
    @Flag(help: .hidden) var squash = false
    @Flag(help: .hidden) var compress = false
    @Option(help: .hidden) var isolation: String?
    @Option(name: .customLong("security-opt"), help: .hidden) var securityOpt: [String] = []
    @Option(name: [.customShort("m"), .customLong("memory")], help: .hidden) var memory: String?
    @Option(name: .customLong("memory-swap"), help: .hidden) var memorySwap: String?
    @Option(name: .customLong("cpu-shares"), help: .hidden) var cpuShares: String?
    @Option(name: .customLong("cpu-period"), help: .hidden) var cpuPeriod: String?
    @Option(name: .customLong("cpu-quota"), help: .hidden) var cpuQuota: String?
    @Option(name: .customLong("cpuset-cpus"), help: .hidden) var cpusetCPUs: String?
    @Option(name: .customLong("cpuset-mems"), help: .hidden) var cpusetMems: String?
    @Flag(name: .customLong("rm"), inversion: .prefixedNo, help: .hidden) var removes: Bool?
    @Flag(name: .customLong("force-rm"), help: .hidden) var forceRemoves = false

    func validate() throws {
        if let (name, advice) = refused.first { throw ValidationError("no \(name) here: \(advice)") }
    }

    /// Those that were given, and what to do instead.
    private var refused: [(name: String, advice: String)] {
        let attestations =
            "builds make no attestations; leave it out, and attach one with oras attach or cosign attest"
        let limits = "limit the whole build: systemd-run --scope -p MemoryMax=… -p CPUQuota=… stet build …"
        let limited = [memory, memorySwap, cpuShares, cpuPeriod, cpuQuota, cpusetCPUs, cpusetMems]
        let table: [(isGiven: Bool, name: String, advice: String)] = [
            (attest.given.contains { !$0.contains("disabled=true") }, "--attest", attestations),
            (Self.asks(provenance), "--provenance", attestations),
            (Self.asks(sbom), "--sbom", attestations),
            (builder.given != nil, "--builder", "there is no daemon; the build runs in this process"),
            (cgroupParent.given != nil, "--cgroup-parent", limits),
            (debug, "--debug", "--progress plain shows what steps write, and a failing one its last lines"),
            (squash, "--squash", "end the Dockerfile with FROM scratch and COPY --from=STAGE / /"),
            (!["default", nil].contains(isolation.given), "--isolation", "that is for Windows"),
            (!securityOpt.given.isEmpty, "--security-opt", "use RUN --security=insecure with --allow"),
            (limited.contains { $0.given != nil }, "limit of memory or processors", limits),
        ]
        return table.filter(\.isGiven).map { ($0.name, $0.advice) }
    }

    /// What is asked for unless it is switched off, as with buildx.
    private static func asks(_ value: String?) -> Bool {
        value.given.map { !["false", "0", "disabled=true"].contains($0) } ?? false
    }
}
