// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// Builds with `RUN` give the same image on another day, machine and time zone.
///
/// Needs faketime for the other days.
@Suite struct ReproducibleBuildTests {
    private static let dockerfile = """
        FROM scratch
        COPY bin /bin
        SHELL ["/bin/busybox", "sh", "-c"]
        RUN /bin/busybox mkdir /d && /bin/busybox touch /d/b /d/a && echo x > /d/c && /bin/busybox ln /d/c /d/h
        COPY files /files
        RUN --mount=type=cache,target=/c /bin/busybox date > /c/when; echo y >> /d/c; /bin/busybox rm /files/link
        WORKDIR /w
        """

    /// The time that `SOURCE_DATE_EPOCH` says, where it says one.
    @Test(arguments: [nil, "1700000000"])
    func aBuildWithCommandsGivesTheSameDigestOnAnotherDay(_ epoch: String?) async throws {
        let folder = try TestFolder()
        let context = try folder.makeContext()
        try folder.write(Self.dockerfile, "context/Dockerfile")
        var digests: Set<String> = []
        for (day, zone, locale) in [
            ("+0", "UTC", "C"), ("+3000d", "Asia/Tokyo", "C.UTF-8"), ("-300d", "America/Lima", "POSIX"),
        ] {
            let home = Program.stet(home: folder.path.appending("home\(day)"))
            var faketime = Program("faketime")
            faketime.environment = home.environment
            faketime.environment["TZ"] = zone
            faketime.environment["LC_ALL"] = locale
            faketime.environment["SOURCE_DATE_EPOCH"] = epoch
            let build = try await faketime.run([
                "-f", day, Program.stetPath.string, "build", "-q", context.string,
            ])
            #expect(build.status == 0 && build.output.hasPrefix("sha256:"), "\(build)")
            digests.insert(build.output)
        }
        #expect(digests.count == 1, "\(digests)")
    }
}
