// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec

extension RunContainers.Entry {
    var isRunning: Bool { exit == nil }

    /// The state as `docker ps` has it, without times: runs are short.
    var status: String { exit.map { "Exited (\($0.status))" } ?? "Up" }

    /// `127.0.0.1:49153->80/tcp, …`.
    var portsText: String {
        ports.map { "\($0.address):\($0.host)->\($0.container)/\($0.transport)" }.joined(separator: ", ")
    }

    /// What `docker inspect` says of it.
    var description: JSONValue {
        var published: [String: JSONValue] = [:]
        for port in ports {
            let binding = JSONValue.object([
                "HostIp": .string(port.address), "HostPort": .string("\(port.host)"),
            ])
            let key = "\(port.container)/\(port.transport)"
            published[key] = .array((published[key]?.array ?? []) + [binding])
        }
        let endpoint = JSONValue.object(["IPAddress": .string(address ?? "")])
        return .object([
            "Id": .string(name), "Name": .string("/\(name)"), "Image": .string(image),
            "Path": .string(command.first ?? ""),
            "Args": .array(command.dropFirst().map { .string($0) }),
            "State": .object([
                "Status": .string(isRunning ? "running" : "exited"), "Running": .bool(isRunning),
                "ExitCode": .integer(Int64(exit?.status ?? 0)),
                "OOMKilled": .bool(exit == .outOfMemory),
            ]),
            "Config": .object([
                "Image": .string(image), "Hostname": .string(hostname ?? name),
                "Env": .array(environment.map { .string($0) }), "Cmd": .array(command.map { .string($0) }),
            ]),
            "NetworkSettings": .object([
                "IPAddress": .string(address ?? ""), "Ports": .object(published),
                "Networks": .object(network.map { [$0: endpoint] } ?? [:]),
            ]),
        ])
    }
}
