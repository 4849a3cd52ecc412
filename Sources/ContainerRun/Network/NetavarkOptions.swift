// SPDX-License-Identifier: Apache-2.0

/// What netavark is told about a container and its network.
///
/// Source: netavark 1.4, src/network/types.rs; `netavark setup` in its manual.
struct NetavarkOptions: Codable, Equatable {
    var containerID: String
    var containerName: String
    var networks: [String: Place]
    var networkInfo: [String: Network]
    var portMappings: [Port]

    enum CodingKeys: String, CodingKey {
        case containerID = "container_id"
        case containerName = "container_name"
        case networks
        case networkInfo = "network_info"
        case portMappings = "port_mappings"
    }

    struct Place: Codable, Equatable {
        var interfaceName = "eth0"
        var staticIPs: [String]
        var aliases: [String]

        enum CodingKeys: String, CodingKey {
            case interfaceName = "interface_name"
            case staticIPs = "static_ips"
            case aliases
        }
    }

    struct Network: Codable, Equatable {
        var name: String
        /// 64 hexadecimal digits.
        var id: String
        var driver = "bridge"
        var networkInterface: String
        var subnets: [Subnet]
        var ipv6Enabled = false
        var isInternal = false
        var dnsEnabled: Bool
        var ipamOptions = ["driver": "host-local"]

        enum CodingKeys: String, CodingKey {
            case name, id, driver, subnets
            case networkInterface = "network_interface"
            case ipv6Enabled = "ipv6_enabled"
            case isInternal = "internal"
            case dnsEnabled = "dns_enabled"
            case ipamOptions = "ipam_options"
        }
    }

    struct Subnet: Codable, Equatable {
        var subnet: String
        var gateway: String
    }

    struct Port: Codable, Equatable {
        var containerPort: UInt16
        var hostIP: String
        var hostPort: UInt16
        var transport: String
        var range: UInt16 = 1

        enum CodingKeys: String, CodingKey {
            case containerPort = "container_port"
            case hostIP = "host_ip"
            case hostPort = "host_port"
            case transport = "protocol"
            case range
        }
    }
}

extension NetavarkOptions.Port {
    init(_ port: PublishedPort) {
        self.init(
            containerPort: port.container, hostIP: port.address, hostPort: port.host,
            transport: port.transport.rawValue)
    }
}
