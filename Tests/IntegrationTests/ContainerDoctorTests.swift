// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage
import Testing

/// `stet doctor` on this machine, which has a runtime that works.
@Suite struct ContainerDoctorTests {
    @Test func everyFindingHasASubjectAStateAndADetail() async throws {
        let folder = try TestFolder()
        let result = try await Program.stet(home: folder.path)("doctor", "--format", "json")
        #expect(result.status == 0, "\(result)")
        let findings = try JSONDocument.decode(
            [JSONValue].self, from: Array(result.output.utf8), noun: "findings")
        for finding in findings {
            #expect(finding["subject"]?.string?.isEmpty == false)
            #expect(["ok", "limited"].contains(finding["state"]?.string))
            #expect(finding["detail"]?.string?.isEmpty == false)
        }
        let subjects = findings.compactMap { $0["subject"]?.string }
        #expect(Set(subjects).count == subjects.count)
        for subject in [
            "user", "runtime runc", "cgroups", "bridge networks", "platforms", "data folder", "libcurl",
        ] {
            #expect(subjects.contains(subject))
        }
    }

    @Test func peopleGetALineForEachFinding() async throws {
        let folder = try TestFolder()
        let result = try await Program.stet(home: folder.path)("doctor")
        #expect(result.status == 0, "\(result)")
        for line in result.output.split(separator: "\n") {
            let word = line.prefix { $0 != " " }
            let isAdvice = line.drop { $0 == " " }.hasPrefix("→ ")
            #expect(["ok", "limited"].contains(word) || isAdvice, "\(line)")
        }
        let data = folder.path.appending("data").appending("stet")
        #expect(result.output.contains("data folder") && result.output.contains(data.string))
    }

    @Test func aFileThatCannotBeUnderstoodIsMissingAndNamed() async throws {
        let folder = try TestFolder()
        try folder.write("unqualified-search-registries = 7\n", "registries.conf")
        let file = folder.path.appending("registries.conf")
        var stet = Program.stet(home: folder.path)
        stet.environment["CONTAINERS_REGISTRIES_CONF"] = file.string
        let result = try await stet("doctor")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("missing") && result.output.contains(file.string))
        #expect(result.errors.contains("something that stet needs is missing"))
    }

    @Test func nothingIsLeftOfTheContainersThatWereTried() async throws {
        let folder = try TestFolder()
        _ = try await Program.stet(home: folder.path)("doctor")
        let work = folder.path.pushing("data/stet/rootfs/work")
        #expect(try Folder.names(in: work) == [])
        let mounts = String(decoding: try WholeFile.read("/proc/mounts"), as: UTF8.self)
        #expect(!mounts.contains(folder.path.string))
    }
}
