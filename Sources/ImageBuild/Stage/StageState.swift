// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive
import OCISpec

/// An image in the making: what a stage has become after some of its steps.
struct StageState: Sendable {
    var config: ImageConfig
    /// The base layer first.
    var layers: [Descriptor]
    /// Those of `layers` that this build made; the store has them when the build has succeeded.
    var packed: [PackedLayer] = []
    /// The root filesystem's names; nil until a step needs them.
    var tree: FileTree?

    /// Source: BuildKit, whose empty image has this path and working directory.
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `FROM scratch`.
    init(scratchFor platform: Platform) {
        var container = ContainerConfig()
        container.env = ["PATH=\(Self.defaultPath)"]
        container.workingDir = "/"
        config = ImageConfig(platform: platform, config: container)
        layers = []
        tree = FileTree()
    }

    /// `FROM` an image.
    ///
    /// Members of its configuration that we do not know stay.
    init(_ config: ImageConfig, layers: [Descriptor]) {
        self.config = config
        self.layers = layers.map(\.asOCILayer)
        var container = config.config ?? ContainerConfig()
        if Variables(environment: container.env ?? []).value(of: "PATH") == nil {
            container.env = (container.env ?? []) + ["PATH=\(Self.defaultPath)"]
        }
        self.config.config = container
    }

    /// The `config` member, which every stage has.
    var container: ContainerConfig {
        get { config.config ?? ContainerConfig() }
        set { config.config = newValue }
    }

    /// Always absolute.
    var workingFolder: String { CleanPath.absolute(container.workingDir ?? "/") }
}

extension Descriptor {
    /// The same bytes under OCI's name for their type: an OCI manifest lists no Docker layers.
    fileprivate var asOCILayer: Descriptor {
        var layer = self
        switch mediaType {
        case .dockerLayerGzip: layer.mediaType = .ociLayerGzip
        case .dockerLayer: layer.mediaType = .ociLayer
        default: break
        }
        return layer
    }
}
