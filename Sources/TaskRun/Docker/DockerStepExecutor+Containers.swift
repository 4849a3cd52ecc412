// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec
import TaskFile

extension DockerStepExecutor {
    func serveContainer(_ command: DockerCommand, _ report: @escaping Report) async throws {
        switch command {
        case .stop(let names, let grace): try await stop(names, grace: grace, report)
        case .kill(let names, let signal): try await kill(names, signal, report)
        case .remove(let names, let isForced): try await remove(names, isForced: isForced, report)
        case .wait(let names):
            for name in names { say("\(try await end(of: try entry(name)).status)", report) }
        case .logs(let name, let wanted): try await logs(of: name, wanted, report)
        case .list(let listing): try list(listing, report)
        case .ports(let name):
            for port in try entry(name).ports {
                say("\(port.container)/\(port.transport) -> \(port.address):\(port.host)", report)
            }
        default: throw StepFailure("docker \(command.name) is not served")
        }
    }

    // MARK: Ends

    /// Ends containers, and comes back when they have ended and said their last words.
    private func stop(_ names: [String], grace: Duration, _ report: Report) async throws {
        for name in names {
            let entry = try entry(name)
            containers.containers.wantStop(name)
            if let running = entry.running, entry.isRunning {
                running.stop(after: grace)
                if let exit = try? await running.wait() { containers.containers.end(name, exit) }
            }
            say(name, report)
        }
    }

    private func kill(_ names: [String], _ signal: ContainerSignal, _ report: Report) async throws {
        guard signal != .kill else { return try await stop(names, grace: .zero, report) }
        for name in names {
            let entry = try entry(name)
            guard let running = entry.running, entry.isRunning else {
                throw StepFailure("docker kill: the container \"\(name)\" has ended")
            }
            if signal.ends { containers.containers.wantStop(name) }
            running.signal(signal.number)
            say(name, report)
        }
    }

    private func remove(_ names: [String], isForced: Bool, _ report: Report) async throws {
        for name in names {
            let isRunning = try entry(name).isRunning
            guard isForced || !isRunning else {
                throw StepFailure(
                    "docker rm: the container \"\(name)\" is running\n  hint: docker stop it before, or docker rm -f"
                )
            }
            try await stop([name], grace: .zero, report)
            containers.containers.remove(name)
        }
    }

    private func end(of entry: RunContainers.Entry) async throws -> ContainerExit {
        if let exit = entry.exit { return exit }
        guard let running = entry.running else { throw StepFailure("\(entry.name) cannot be waited for") }
        let exit = try await running.wait()
        // Whoever learns it first says so: the next command sees a container that has ended.
        containers.containers.end(entry.name, exit)
        return exit
    }

    // MARK: What they are and say

    private func logs(of name: String, _ wanted: DockerLogs, _ report: @escaping Report) async throws {
        let entry = try entry(name)
        guard wanted.follows, entry.isRunning else {
            report(.wrote(entry.tail.lines(last: wanted.lastLines), .output))
            return
        }
        for await piece in entry.tail.follow(lastLines: wanted.lastLines) { report(.wrote(piece, .output)) }
        try Task.checkCancellation()
    }

    private func list(_ listing: DockerListing, _ report: Report) throws {
        var table = DockerTable(
            columns: [
                .init(name: "ID", heading: "CONTAINER ID", isUsual: false),
                .init(name: "Names", heading: "NAMES"), .init(name: "Image", heading: "IMAGE"),
                .init(name: "Status", heading: "STATUS"), .init(name: "Ports", heading: "PORTS"),
                .init(name: "Command", heading: "COMMAND"),
                .init(name: "State", heading: "STATE", isUsual: false),
                .init(name: "Networks", heading: "NETWORKS", isUsual: false),
            ], key: "ID")
        let all = containers.containers.all
        let isComplete =
            listing.isComplete || listing.count != nil || listing.filters["status"] != nil
            || listing.filters["exited"] != nil
        let wanted = all.filter { (isComplete || $0.isRunning) && listing.wants($0) }
        for entry in wanted.suffix(listing.count ?? .max) {
            let command = entry.command.joined(separator: " ")
            let isLong = command.count > 40 && !listing.isUncut
            table.add([
                entry.name, entry.name, entry.image, entry.status, entry.portsText,
                "\"\(isLong ? command.prefix(39) + "…" : command[...])\"",
                entry.isRunning ? "running" : "exited", entry.network ?? "",
            ])
        }
        for line in try table.lines(listing) { say(line, report) }
    }

    func entry(_ name: String) throws(StepFailure) -> RunContainers.Entry {
        if let entry = containers.containers.entry(name) { return entry }
        let names = containers.containers.all.map(\.name)
        throw StepFailure(
            "this run has no container \"\(name)\"; it has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
        )
    }
}

extension DockerListing {
    /// Whether every filter has a value that holds for the container.
    fileprivate func wants(_ entry: RunContainers.Entry) -> Bool {
        filters.allSatisfy { name, values in
            values.contains { value in
                switch name {
                case "name", "id": entry.name.contains(value)
                case "status": value == (entry.isRunning ? "running" : "exited")
                case "ancestor": entry.image == value || entry.image.hasPrefix(value + ":")
                default: entry.exit.map { "\($0.status)" == value } ?? false
                }
            }
        }
    }
}
