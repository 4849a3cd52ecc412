// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// The agents of whoever runs a task, which its builds get only when they are offered.
enum RunAgents {
    /// Reads `default`, whose socket `SSH_AUTH_SOCK` names, or `ID=SOCKET`.
    static func parse(_ texts: [String]) throws -> [String: FilePath] {
        var agents: [String: FilePath] = [:]
        for text in texts {
            let id = String(text.prefix { $0 != "=" })
            let named = text.dropFirst(id.count + 1)
            guard !id.isEmpty, let socket = named.isEmpty ? Environment.value("SSH_AUTH_SOCK") : String(named)
            else {
                throw CommandFailure(
                    "--ssh \(text): no agent is running\n  hint: start one, so that SSH_AUTH_SOCK is set, or write "
                        + "--ssh ID=SOCKET", exitCode: CommandFailure.usage)
            }
            agents[id] = FilePath(socket)
        }
        return agents
    }

    static func check(_ wanted: Set<String>, given agents: [String: FilePath]) throws {
        guard let missing = wanted.sorted().first(where: { agents[$0] == nil }) else { return }
        throw CommandFailure(
            "a build of the task asks for the agent \"\(missing)\"\n"
                + "  hint: run it with --ssh \(missing)\(missing == "default" ? "" : "=SOCKET") if it may have yours",
            exitCode: CommandFailure.usage)
    }
}
