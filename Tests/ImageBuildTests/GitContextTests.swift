// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Dispatch
import ImageBuild
import OCISpec
import ScratchFolder
import ScriptedHTTP
import SystemPackage
import Testing

@Suite struct GitContextTests {
    private func names(_ context: ResolvedContext) throws -> [String] { try Folder.names(in: context.folder) }

    private func a(_ context: ResolvedContext) throws -> String {
        String(decoding: try WholeFile.read(context.folder.appending("a")), as: UTF8.self)
    }

    /// The fragment of the address, what `a` then is, and the branch.
    @Test(arguments: [
        ("", "2", "main"), ("#main", "2", "main"), ("#side", "3", "side"), ("#v1", "1", ""),
        ("#refs/heads/side", "3", "side"), ("#refs/tags/v1", "1", ""), ("#:/", "2", "main"),
        ("?branch=side", "3", "side"), ("?tag=v1", "1", ""), ("?ref=side", "3", "side"),
    ])
    func aRefIsCheckedOut(fragment: String, content: String, branch: String) async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let context = try await resolver.resolve(.parse(repository.fileURL + fragment))
        #expect(try a(context) == content)
        #expect(context.commit?.branch == branch)
        #expect(context.commit?.time == 1_700_000_000)
        #expect(try names(context) == ["a", "folder", "out"])
    }

    @Test func aCommitIsCheckedOutByItsHash() async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let first = try await resolver.resolve(.parse("\(repository.fileURL)#\(repository.commits.first)"))
        #expect(try a(first) == "1")
        #expect(
            first.commit == ContextCommit(hash: repository.commits.first, branch: "", time: 1_700_000_000))
        let expected = try await resolver.resolve(
            .parse("\(repository.fileURL)?ref=main&commit=\(repository.commits.second.prefix(12))"))
        #expect(expected.commit?.hash == repository.commits.second)
    }

    @Test func aFolderOfTheRepositoryIsTheContext() async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let context = try await resolver.resolve(.parse("\(repository.fileURL)#main:folder"))
        #expect(try names(context) == ["b"])
    }

    @Test func theHistoryIsKeptOnlyWhenItIsWanted() async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let context = try await resolver.resolve(.parse("\(repository.fileURL)?keep-git-dir=true"))
        #expect(try names(context) == [".git", "a", "folder", "out"])
    }

    @Test(arguments: [
        ("#nope", "nope"), ("#main:nope", "there is no folder 'nope'"),
        ("#main:out", "there is no folder 'out'"),
        ("?commit=0000000000000000000000000000000000000000&ref=main", "not 0000000"),
    ])
    func whatIsNotThereIsNamedAndNothingStays(fragment: String, message: String) async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let error = await #expect(throws: ContextError.self) {
            _ = try await resolver.resolve(.parse(repository.fileURL + fragment))
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(message), "\(text)")
        #expect(text.hasPrefix("cannot get the build context file://"), "\(text)")
        #expect(try Folder.names(in: scratch.path.appending("tmp")) == [])
    }

    @Test func submodulesAreCheckedOutWithoutTheirHistory() async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        try repository.addSubmodule()
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let context = try await resolver.resolve(.parse(repository.fileURL))
        #expect(try Folder.names(in: context.folder.appending("sub")) == ["a", "folder", "out"])
        #expect(try WholeFile.read(context.folder.appending("sub").appending("a")) == Array("1".utf8))
        let without = try await resolver.resolve(.parse(repository.fileURL + "?submodules=false"))
        #expect(try Folder.names(in: without.folder.appending("sub")) == [])
    }

    @Test func cancellingEndsGit() async throws {
        let scratch = try ScratchFolder()
        let (asked, ask) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { _ in
            ask.yield()
            gate.wait()
            return nil
        }
        defer { gate.signal() }
        let location = try BuildContextLocation.parse("http://127.0.0.1:\(server.port)/r.git")
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let task = Task { try await resolver.resolve(location) }
        for await _ in asked { break }
        task.cancel()
        let error = await #expect(throws: ContextError.self) { _ = try await task.value }
        #expect(error?.cause is CancellationError)
        #expect(try Folder.names(in: scratch.path.appending("tmp")) == [])
    }

    @Test func theCheckoutGoesAwayWithTheContext() async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        do {
            let context = try await resolver.resolve(.parse(repository.fileURL))
            #expect(Folder.isFolder(context.folder) && context.isTemporary)
            _ = consume context
        }
        #expect(try Folder.names(in: scratch.path.appending("tmp")) == [])
    }

    /// A web server that knows no depth: the whole history is fetched.
    @Test func addChecksOutWhatAWebServerHas() async throws {
        let fixture = try BuildFixture()
        let repository = try GitRepository(in: fixture.root)
        let server = try repository.server()
        let url = "http://127.0.0.1:\(server.port)/repository.git"
        let image = try await fixture.build("FROM scratch\nADD --chown=5:6 \(url)#v1 /x")
        #expect(
            try await fixture.entries(image) == [
                "x folder 755 5:6", "x/a file 644 5:6 1", "x/folder folder 755 5:6",
                "x/folder/b file 644 5:6 b",
                "x/out link /etc",
            ])
        let part = try await fixture.build(
            "FROM scratch\nADD --checksum=\(repository.commits.second) \(url)#main:folder /")
        #expect(try await fixture.entries(part) == ["b file 644 0:0 b"])
        let whole = try await fixture.build("FROM scratch\nADD --keep-git-dir=true \(url) /")
        #expect(try await fixture.entries(whole).contains { $0.hasPrefix(".git/HEAD file") })
    }

    @Test(arguments: [
        ("file:///nowhere/repository.git", "file:// is not allowed here"),
        ("https://h.io/r.git#--upload-pack=x", "is not the name of a branch"),
        ("https://h.io/r.git#main:../x", "the folder leads out of the repository"),
    ])
    func addRefusesWhatIsNotARemote(address: String, message: String) async throws {
        let refusal = await (try BuildFixture()).refusal(of: "FROM scratch\nADD \(address) /")
        #expect(refusal?.hasPrefix("2:5 ") ?? false)
        #expect(refusal?.contains(message) ?? false, "\(refusal ?? "")")
    }
}

@Suite struct GitAddressTests {
    @Test(
        arguments: [
            ("https://h.io/a/b.git", "https://h.io/a/b.git", nil, nil),
            ("https://h.io/a/b.git#main", "https://h.io/a/b.git", "main", nil),
            ("https://h.io/a/b.git#main:x/y", "https://h.io/a/b.git", "main", "x/y"),
            ("https://h.io/a/b.git#:x", "https://h.io/a/b.git", nil, "x"),
            ("git@h.io:a/b", "git@h.io:a/b", nil, nil),
            ("git@h.io:a/b.git#v1", "git@h.io:a/b.git", "v1", nil),
            ("ssh://git@h.io/a", "ssh://git@h.io/a", nil, nil),
            ("git://h.io/a#x", "git://h.io/a", "x", nil),
            ("https://h.io/b.git?branch=x&subdir=y", "https://h.io/b.git", "refs/heads/x", "y"),
            ("https://h.io/b.git?tag=1", "https://h.io/b.git", "refs/tags/1", nil),
        ] as [(String, String, String?, String?)])
    func areReadAsBuildKitReadsThem(text: String, remote: String, ref: String?, folder: String?) throws {
        let address = try GitAddress(text)
        #expect(address.remote == remote && address.ref == ref && address.folder == folder)
    }

    @Test(arguments: [
        "https://h.io/a", "/a/b.git", "./x@y:z", "a.git", "https://h.io/b.tar.gz", "user@host", "a b@c:d",
    ])
    func otherTextsAreNone(text: String) {
        #expect(!GitAddress.isAddress(text))
        #expect(throws: InvalidValue.self) { try GitAddress(text) }
    }

    @Test(arguments: [
        "https://h.io/b.git#-x", "https://h.io/b.git#a..b", "https://h.io/b.git#a b",
        "https://h.io/b.git#x:../y",
        "https://h.io/b.git?nope=1", "https://h.io/b.git?commit=xyz", "https://h.io/b.git#a~1",
    ])
    func dangerousOnesAreRefused(text: String) {
        #expect(throws: InvalidValue.self) { try GitAddress(text) }
    }

    @Test func aPasswordIsNeverShown() throws {
        let address = try GitAddress("https://user:word@h.io/b.git")
        #expect("\(address)" == "https://***@h.io/b.git")
        let error = #expect(throws: InvalidValue.self) { try GitAddress("https://user:word@h.io/b.git#a b") }
        #expect(!"\(String(describing: error))".contains("word@"))
    }
}
