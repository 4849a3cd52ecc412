// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import TaskFile

extension DockerCommandReader {
    func manifest(_ words: ArraySlice<ShellWords.Word>) throws -> DockerCommand {
        var words = words
        let verb = words.popFirst()?.text ?? ""
        let name = "manifest \(verb)"
        switch verb {
        case "create":
            let read = try read(words, of: name, ["a amend", "insecure"])
            let names = try read.operands(2...64)
            return .createManifest(
                try BuildRequest.parseTag(names[0]), of: Array(names.dropFirst()), amends: read.isOn("amend"))
        case "annotate": return try annotation(words, name)
        case "push":
            let read = try read(words, of: name, ["p purge", "insecure"])
            return .pushManifest(try Reference(try read.operands(1...1)[0]), isPurged: read.isOn("purge"))
        case "rm":
            let names = try read(words, of: name).operands(1...64)
            return .removeManifests(try names.map { try Reference($0) })
        case "inspect":
            return .inspectManifest(try read(words, of: name, ["insecure"]).operands(1...1)[0])
        default:
            throw problem(
                "docker \(name) is not served", hint: "served are create, annotate, push, inspect and rm")
        }
    }

    private func annotation(_ words: ArraySlice<ShellWords.Word>, _ name: String) throws -> DockerCommand {
        let flags = ["os=", "arch=", "variant=", "os-version=", "os-features="]
        let read = try read(words, of: name, flags)
        let names = try read.operands(2...2)
        var notes = DockerCommand.ManifestNotes()
        notes.os = read.value("os")
        notes.architecture = read.value("arch")
        notes.variant = read.value("variant")
        notes.osVersion = read.value("os-version")
        let features = read.all("os-features").flatMap { $0.split(separator: ",").map(String.init) }
        notes.osFeatures = features.isEmpty ? nil : features
        guard notes != DockerCommand.ManifestNotes() else {
            throw problem(
                "docker \(name) says nothing of \(names[1])", hint: "write --os, --arch or --variant")
        }
        return .annotateManifest(try Reference(names[0]), member: names[1], notes)
    }
}
