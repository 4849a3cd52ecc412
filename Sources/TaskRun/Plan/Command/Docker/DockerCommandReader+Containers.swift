// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SourceText
import TaskFile

extension DockerCommandReader {
    func containerCommand(
        _ verb: String, _ words: ArraySlice<ShellWords.Word>
    ) throws -> DockerCommand {
        switch verb {
        case "stop":
            let read = try read(words, of: verb, ["t time=", "timeout="])
            let seconds = try read.number("timeout") ?? read.number("time") ?? 10
            return .stop(try read.operands(1...64), grace: .seconds(min(seconds, 86_400)))
        case "kill":
            let read = try read(words, of: verb, ["s signal="])
            let signal = try read.value("signal").map { try ContainerSignal($0) } ?? .kill
            return .kill(try read.operands(1...64), signal)
        case "rm":
            let read = try read(words, of: verb, ["f force", "v volumes"])
            return .remove(try read.operands(1...64), isForced: read.isOn("force"))
        case "wait": return .wait(try read(words, of: verb).operands(1...64))
        case "port": return .ports(try read(words, of: verb).operands(1...1)[0])
        case "logs": return try logs(words)
        default:
            let flags = ["a all", "q quiet", "no-trunc", "n last=", "l latest", "format=", "f filter="]
            let read = try read(words, of: verb, flags)
            _ = try read.operands(0...0)
            var listing = try listing(read, filters: ["name", "id", "status", "ancestor", "exited"])
            listing.count = read.isOn("latest") ? 1 : try read.number("last")
            try check(listing.filters["status"] ?? [])
            return .list(listing)
        }
    }

    private func check(_ states: [String]) throws(Diagnostic) {
        for state in states where !["running", "exited"].contains(state) {
            throw problem(
                "\"status=\(state)\" matches nothing", hint: "containers of a run are running or exited")
        }
    }

    private func logs(_ words: ArraySlice<ShellWords.Word>) throws(Diagnostic) -> DockerCommand {
        let read = try read(words, of: "logs", ["f follow", "n tail="])
        let lines = read.value("tail") == "all" ? nil : try read.number("tail")
        return .logs(
            try read.operands(1...1)[0], DockerLogs(follows: read.isOn("follow"), lastLines: lines))
    }

    func login(_ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand.Login {
        let read = try read(words, of: "login", ["u username=", "p password=", "password-stdin"])
        guard !read.isOn("password-stdin") else {
            throw problem(
                "docker login: a step has no standard input to read a password from",
                hint: "write --password {{.Secrets.ID | quote}}, or use stet login before the run")
        }
        let registry = try read.operands(0...1).first ?? Reference.dockerHub
        guard let user = read.value("username"), let password = read.value("password") else {
            throw problem(
                "docker login needs --username and --password here",
                hint: "stet login keeps credentials for runs")
        }
        try Reference.checkRegistry(registry)
        return DockerCommand.Login(registry: registry, user: user, password: password)
    }
}
