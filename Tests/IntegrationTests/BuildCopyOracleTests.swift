// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// What `COPY` and `ADD` are asked to do, in a Dockerfile that begins with `FROM scratch`, or with a stage that
/// has the files of `base`.
private let examplesOfAll: [String] = [
    "FROM scratch\nCOPY a.txt /",
    "FROM scratch\nCOPY a.txt /x/y/",
    "FROM scratch\nCOPY a.txt /renamed",
    "FROM scratch\nCOPY a.txt b.txt /x/",
    "FROM scratch\nCOPY *.txt /x/",
    "FROM scratch\nCOPY [ab]*.txt run.sh /x/",
    "FROM scratch\nCOPY dir /d",
    "FROM scratch\nCOPY dir/ /d/",
    "FROM scratch\nCOPY dir/sub /",
    "FROM scratch\nCOPY dir/* /x/",
    "FROM scratch\nCOPY d?r /x",
    "FROM scratch\nCOPY . /all/",
    "FROM scratch\nCOPY link /",
    "FROM scratch\nCOPY dirlink /d",
    "FROM scratch\nCOPY dirlink/one /",
    "FROM scratch\nCOPY --chown=5:6 dir /d",
    "FROM scratch\nCOPY --chown=5 a.txt /x/",
    "FROM scratch\nWORKDIR /w\nCOPY a.txt .",
    "FROM scratch\nWORKDIR /w/v\nCOPY a.txt sub/\nCOPY b.txt ../c",
    "FROM scratch\nCOPY [\"with space\", \"/with space\"]",
    "FROM scratch\nCOPY ümlaut .hidden /x/",
    "FROM scratch\nARG name=a\nENV to=/e\nCOPY ${name}.txt $to/",
    "FROM scratch\nCOPY dir /d\nCOPY a.txt /d/one",
    "FROM scratch\nCOPY dir /d\nCOPY a.txt /d",
    "FROM scratch\nCOPY dir /d\nCOPY dir/sub /d/sub",
    "FROM scratch\nADD a.txt dir /x/",
    "FROM scratch\nADD pack.tar /x",
    "FROM scratch\nADD pack.tar.gz /",
    "FROM scratch\nADD pack.tar.bz2 /x/",
    "FROM scratch\nADD pack.tar.xz /x/",
    "FROM scratch\nCOPY pack.tar.gz /",
    "BASE\nCOPY a.txt /bin/",
    "BASE\nCOPY dir /bin",
    "BASE\nCOPY a.txt /tmp/",
    "BASE\nCOPY --chown=app a.txt /",
    "BASE\nCOPY --chown=app:staff dir /d",
    "BASE\nADD pack.tar /usr",
    "FROM scratch AS base\nCOPY base /\nFROM scratch\nCOPY --from=base /usr /u",
    "FROM scratch AS base\nCOPY base /\nFROM scratch\nCOPY --from=base /bin/tool /t/",
    "FROM scratch AS base\nCOPY base /\nFROM scratch\nCOPY --from=0 /etc/* /etc/",
]

/// What only `docker build` is asked: buildah 1.28 replaces a link that is a destination.
private let dockerExamples = [
    "BASE\nWORKDIR /lib\nCOPY a.txt ./new/",
    "BASE\nADD pack.tar /bin",
    "BASE\nCOPY a.txt /lnk",
    "BASE\nCOPY dir /lib",
    "BASE\nCOPY dir /lnk",
    "FROM scratch\nCOPY dir/. /x/",
    "FROM scratch\nCOPY ./dir//sub/ /x",
    "FROM scratch\nCOPY /a.txt ../b.txt /x/",
    "FROM scratch\nCOPY missing* a.txt /x/",
]

/// What only a docker of today is asked: it makes folders as we do, and knows flags and words that others do not.
private let newerExamples = [
    "FROM scratch\nADD pack.tar.zst /x/",
    "FROM scratch\nCOPY --chmod=700 dir /d",
    "FROM scratch\nCOPY --chmod=0640 --chown=1:2 a.txt b.txt /x/",
    "FROM scratch\nCOPY --chmod=go= a.txt /x/y/",
    "FROM scratch\nCOPY --chmod=a+x,u=rw dir /d",
    "FROM scratch\nADD --chown=5:6 --chmod=700 pack.tar /x/",
    "FROM scratch\nADD --unpack=false pack.tar.gz /x/",
    "FROM scratch\nCOPY --exclude=sub dir /d",
    "FROM scratch\nCOPY --exclude=** --exclude=!**/two dir /d",
    "FROM scratch\nCOPY <<one <<-\"two\" a.txt /x/\n1\none\n\t$2\n\ttwo",
    "BASE\nCOPY --link a.txt /bin/",
    "BASE\nCOPY --link --chmod=600 dir /lnk",
    "BASE\nCOPY --link --chown=7 a.txt /lib/x",
    "BASE\nADD --link pack.tar /usr",
]

/// Ignore files.
private let ignores = [
    "*.txt\n", "dir\n!dir/sub/two\n", "*\n!a.txt\n", "**/one\n", "dir/*\n!dir/sub\n",
    "# all\n*\n!dir\ndir/sub\n", "/a.txt\nbase/\n", "**\n!**/*.txt\n", "d*r\n", "base/**/tool\n",
]

/// What only `docker build` is asked.
private let dockerIgnores = [
    "dir/**\n", "[ab].txt\n", "  a.txt  \n./b.txt\n", "dir/../b.txt\n", "link\ndirlink\n",
    ".hidden\nDockerfile\n.dockerignore\n", "with space\n\u{FC}mlaut\n", "**/\n", ".\n", "/\n",
    "\u{FEFF}a.txt\n", "!a.txt\na.txt\n",
]

extension BuildOracleTests {
    /// `COPY` and `ADD` put the same files in the same places as another builder does.
    ///
    /// Older builders are not asked what they do otherwise than BuildKit does today, whom we follow.
    @Suite struct BuildCopyOracleTests {
        /// One test for all: buildah's storage takes one build after another.
        @Test func theFilesAreThoseOfAnotherBuilder() async throws {
            let folder = try TestFolder()
            let context = try await makeContext(in: folder)
            let oracle = ImageOracle(in: folder.path)
            for text in Self.examples(for: oracle.peer) {
                let dockerfile = text.replacing(
                    "BASE\n", with: "FROM scratch AS base\nCOPY base /\nFROM base\n")
                let example = ImageOracle.Case(context: context, dockerfile: dockerfile)
                let differences = try await oracle.differences(example)
                #expect(differences == [], "\(text), by \(oracle.peer)")
            }
        }

        /// Ignore files; everything in the context is copied.
        @Test func theIgnoreFileIsReadAsAnotherBuilderReadsIt() async throws {
            let folder = try TestFolder()
            let context = try await makeContext(in: folder)
            let oracle = ImageOracle(in: folder.path)
            for ignore in oracle.peer != .buildah ? ignores + dockerIgnores : ignores {
                try folder.write(ignore, "context/.dockerignore")
                let example = ImageOracle.Case(context: context, dockerfile: "FROM scratch\nCOPY . /\n")
                let differences = try await oracle.differences(example)
                #expect(differences == [], "\(ignore.debugDescription), by \(oracle.peer)")
            }
        }

        private static func examples(for peer: ImageOracle.Peer) -> [String] {
            switch peer {
            case .docker: examplesOfAll + dockerExamples + newerExamples
            case .docker20: examplesOfAll + dockerExamples
            case .buildah: examplesOfAll
            }
        }

        private func makeContext(in folder: TestFolder) async throws -> FilePath {
            let context = folder.path.appending("context")
            for name in [
                "a.txt", "b.txt", "run.sh", "with space", "ümlaut", ".hidden", "dir/one", "dir/sub/two",
            ] {
                try folder.write("content of \(name)", "context/\(name)")
            }
            for name in ["dir/empty", "base/tmp", "base/usr/lib"] {
                try Folder.create(context.pushing(FilePath(name)))
            }
            try folder.write("#!/bin/sh\n", "context/base/usr/bin/tool")
            try folder.write("root:x:0:0::/:\napp:x:7:8::/:\n", "context/base/etc/passwd")
            try folder.write("root:x:0:\nstaff:x:50:\n", "context/base/etc/group")
            for name in ["run.sh", "base/usr/bin/tool"] {
                chmod(context.pushing(FilePath(name)).string, 0o755)
            }
            let links = [
                ("link", "a.txt"), ("dirlink", "dir"), ("dir/up", "../b.txt"), ("base/bin", "usr/bin"),
                ("base/lib", "usr/lib"), ("base/lnk", "/usr/lib/target"),
            ]
            for (name, target) in links {
                guard symlink(target, context.pushing(FilePath(name)).string) == 0 else {
                    throw FileError("link", context.pushing(FilePath(name)), .init(rawValue: errno))
                }
            }
            try await makeArchives(in: context)
            return context
        }

        /// The same files packed in all the ways that `ADD` unpacks.
        private func makeArchives(in context: FilePath) async throws {
            let tar = Program("tar")
            for (name, flag) in [("", ""), (".gz", "z"), (".bz2", "j"), (".xz", "J"), (".zst", "-zstd")] {
                let arguments =
                    [
                        "--owner=3", "--group=4", "--mtime=@1000000", "-C", context.string,
                    ] + (flag.isEmpty ? [] : ["-" + flag]) + [
                        "-cf", context.appending("pack.tar\(name)").string, "dir", "run.sh",
                    ]
                let result = try await tar.run(arguments)
                #expect(result.status == 0, "\(result)")
            }
        }
    }
}
