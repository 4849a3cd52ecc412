// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// What `--output` says, and what the outputs of one build say together.
@Suite struct DestinationTests {
    @Test(arguments: [
        ("out", BuildDestination.Place.folder("out")), ("-", .tar(.standardOutput)),
        ("type=local,dest=a/b", .folder("a/b")), ("type=tar,dest=x.tar", .tar(.file("x.tar"))),
        ("type=tar", .tar(.standardOutput)), ("type=tar,dest=-", .tar(.standardOutput)),
        ("type=oci,dest=x", .archive(.oci, .file("x"))), ("type=oci", .archive(.oci, .standardOutput)),
        ("type=oci,tar=false,dest=l", .layout("l")), ("type=oci,tar,dest=x", .archive(.oci, .file("x"))),
        ("type=docker,dest=x", .archive(.docker, .file("x"))),
        ("type=docker,dest=-", .archive(.docker, .standardOutput)), ("type=docker", .store),
        ("type=image", .store), ("type=image,push=true", .registries), ("type=registry", .registries),
        ("type=image,push,push-by-digest,name=r.io/a", .repositories),
        ("type=registry,push-by-digest=true,name=r.io/a", .repositories),
        ("type=image,push-by-digest=true,name=r.io/a", .store),
        ("type=registry,push-by-digest=false", .registries),
        ("type=image,push", .registries), ("type=registry,push=false", .store), ("type=cacheonly", .store),
        ("\"type=local\",\"dest=a,b\"", .folder("a,b")), ("TYPE=local,Dest=a", .folder("a")),
    ])
    func placesAreRead(_ text: String, _ place: BuildDestination.Place) throws {
        #expect(try BuildDestination(text).place == place)
    }

    /// An output, and a part of what is said of it.
    @Test(arguments: [
        ("", "it is empty"), ("dest=x", "type=… is missing"), ("type=", "type=… is missing"),
        ("type=zip,dest=x", "\"zip\" is none of cacheonly, docker, image, local, oci, registry, tar"),
        ("type=local", "dest=FOLDER is missing"), ("type=local,dest=-", "standard output is no folder"),
        ("type=local,dest=", "dest=… is missing"), ("type=local,dest=x,dest=y", "there twice"),
        ("type=oci,tar=false", "dest=FOLDER is missing"),
        ("type=oci,tar=maybe,dest=x", "neither true nor false"),
        ("type=oci,to=x", "\"to\" is none of"), ("type=local,dest=x,name=a", "\"name\" is none of dest"),
        ("type=local,dest=x,annotation.a=b", "is none of"), ("type=cacheonly,dest=x", "no further keys"),
        ("type=image,dest=x", "\"dest\" is none of"), ("type=docker,tar=false,dest=x", "type=oci,tar=false"),
        ("type=oci,push-by-digest=true,dest=x", "it belongs to type=image and type=registry"),
        ("type=docker,name-canonical=true", "it belongs to type=image and type=registry"),
        ("type=image,push-by-digest=maybe", "neither true nor false"),
        ("type=image,push-by-digest=true,name=r.io/a:1", "write REGISTRY/REPOSITORY alone"),
        ("type=image,push-by-digest=true,name=app:latest", "write REGISTRY/REPOSITORY alone"),
        ("type=registry,registry.insecure=true", "--plain-http"),
        ("type=oci,attest=1,dest=x", "no attest here"),
        ("type=oci,force-compression=maybe,dest=x", "neither true nor false"),
        ("type=oci,rewrite-timestamp=false,dest=x", "SOURCE_DATE_EPOCH"),
        ("type=image,store=false", "the local store always has the image"),
        ("type=image,unpack=true", "type=local"),
        ("type=image,annotation.=x", "no name"), ("type=image,compression-level=high", "no number"),
        ("type=image,name=A:B:C", "reference"), ("type=local,mode=delete,dest=x", "no mode here"),
    ])
    func otherOutputsAreRefused(_ text: String, _ reason: String) {
        let error = #expect(throws: InvalidValue.self) { try BuildDestination(text) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func whatAnOutputSaysOfTheImageIsTaken() throws {
        let text = """
            type=registry,"name=a.example/x:1,b.example/y:2",compression=zstd,compression-level=7,\
            oci-mediatypes=true,annotation.k.K=v,annotation-index.i=1,annotation-manifest.m=a=b,store=true,\
            rewrite-timestamp=true,force-compression=false
            """
        let settings = try BuildDestination(text).settings
        #expect(settings.names.map(\.description) == ["a.example/x:1", "b.example/y:2"])
        #expect(settings.compression == "zstd" && settings.compressionLevel == 7)
        #expect(settings.forcesCompression == false)
        let forced = try BuildDestination("type=oci,dest=x,force-compression=true").settings
        #expect(forced.forcesCompression == true)
        #expect(settings.format == .oci)
        #expect(
            settings.annotations == [
                ImageAnnotation(.manifest, "k.K"): "v", ImageAnnotation(.index, "i"): "1",
                ImageAnnotation(.manifest, "m"): "a=b",
            ])
        #expect(try BuildDestination("type=image,oci-mediatypes=false").settings.format == .docker)
        #expect(try BuildDestination("type=local,dest=x,platform-split=false").splitsPlatforms == false)
    }

    @Test func outputsThatAgreeMakeOneImage() throws {
        var settings = ImageSettings()
        settings.annotations = [ImageAnnotation(.manifest, "a"): "1"]
        for text in ["type=image,compression=none,name=x", "type=oci,compression=none,annotation.b=2,dest=x"]
        {
            try settings.add(BuildDestination(text).settings)
        }
        var request = BuildRequest(context: "/")
        try settings.apply(to: &request)
        #expect(request.tags.map(\.familiar) == ["x:latest"])
        #expect(request.output.compression == .none)
        #expect(
            request.output.annotations
                == [ImageAnnotation(.manifest, "a"): "1", ImageAnnotation(.manifest, "b"): "2"])
        #expect(request.output.format == .oci)
    }

    @Test(arguments: [
        ("type=image,compression=gzip", "type=image,compression=zstd"),
        ("type=image,compression-level=1", "type=image,compression-level=2"),
        ("type=image,oci-mediatypes=true", "type=image,oci-mediatypes=false"),
        ("type=image,annotation.a=1", "type=image,annotation.a=2"),
    ])
    func outputsThatDifferAreRefused(_ one: String, _ other: String) throws {
        var settings = ImageSettings()
        try settings.add(BuildDestination(one).settings)
        #expect(throws: InvalidValue.self) { try settings.add(BuildDestination(other).settings) }
    }

    @Test(arguments: [
        ("type=image,oci-mediatypes=false,annotation.a=b", "images of Docker's format have none"),
        ("type=image,oci-mediatypes=false,compression=zstd", "images of Docker's format have none"),
        ("type=image,compression=brotli", "it is gzip, zstd or none"),
        ("type=image,compression-level=9", "gzip has 1 to 3"),
    ])
    func whatNoImageCanBeIsRefused(_ text: String, _ reason: String) throws {
        let settings = try BuildDestination(text).settings
        var request = BuildRequest(context: "/")
        let error = #expect(throws: InvalidValue.self) { try settings.apply(to: &request) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func aBuildRefusesAnnotationsInDockersFormat() async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) {
            try await fixture.build("FROM scratch\nLABEL a=b") {
                $0.output.format = .docker
                $0.output.annotations = [ImageAnnotation(.manifest, "a"): "b"]
            }
        }
        #expect("\(String(describing: error))".contains("--format oci"))
    }

    // MARK: Places

    @Test func whatCannotBeWrittenIsSaidBeforeTheBuild() throws {
        let fixture = try BuildFixture().file("file").folder("folder")
        let place = { (name: String) in fixture.context.appending(name) }
        let refused: [([BuildDestination], Bool, String)] = [
            ([.init(.tar(.standardOutput))], true, "does not go to a terminal"),
            (
                [.init(.tar(.standardOutput)), .init(.archive(.oci, .standardOutput))], false,
                "only one output"
            ),
            ([.init(.folder(place("file")))], false, "it is a file"),
            ([.init(.layout(place("file")))], false, "it is a file"),
            ([.init(.tar(.file(place("folder"))))], false, "it is a folder"),
            ([.init(.tar(.file(place("none/x"))))], false, "there is no folder"),
            ([.init(.folder(place("x"))), .init(.layout(place("y/../x")))], false, "one place"),
        ]
        for (destinations, isTerminal, reason) in refused {
            let error = #expect(throws: InvalidValue.self) {
                try BuildDestination.check(destinations, isTerminal: isTerminal)
            }
            #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
        }
    }

    @Test func whatCanBeWrittenIsLetThrough() throws {
        let fixture = try BuildFixture().file("file").folder("folder")
        let place = { (name: String) in fixture.context.appending(name) }
        try BuildDestination.check(
            [
                .init(.registries), .init(.store), .init(.folder(place("folder"))),
                .init(.layout(place("new"))),
                .init(.tar(.file(place("file")))), .init(.archive(.docker, .standardOutput)),
            ], isTerminal: false)
        try BuildDestination.check([.init(.tar(.file("x.tar")))], isTerminal: true)
    }
}
