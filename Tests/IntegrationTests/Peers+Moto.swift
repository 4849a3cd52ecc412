// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

extension Peers {
    /// Amazon's API as moto imitates it, which checks signatures and rights.
    struct Moto: Sendable {
        /// `http://127.0.0.1:PORT`.
        let address: String
        let keyID: String
        let secret: String
    }

    private static let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// Runs moto with one user, who may do everything in ECR and nothing else.
    ///
    /// It is kept in `.build/moto`, with the versions of `Scripts/moto-requirements.txt`.
    static func withMoto<Value: Sendable>(
        _ body: @escaping @Sendable (Moto) async throws -> Value
    ) async throws -> Value {
        let folder = sources.pushing(".build/moto")
        if WholeFile.size(folder.pushing("bin/moto_server")) == nil {
            let script = """
                python3 -m venv "$1" && "$1/bin/pip" install -q -r "$2"
                """
            let requirements = sources.pushing("Scripts/moto-requirements.txt")
            let made = try await Program("bash")("-c", script, "bash", folder.string, requirements.string)
            try #require(made.status == 0, "\(made)")
        }
        var server = Program("env")
        // After the three calls that make the user, signatures and rights are checked.
        let recording = folder.appending("recording-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? Folder.remove(recording) }
        server.environment = [
            "INITIAL_NO_AUTH_ACTION_COUNT": "3", "PYTHONUNBUFFERED": "1",
            "MOTO_RECORDER_FILEPATH": recording.string,
        ]
        let arguments = [folder.pushing("bin/moto_server").string, "-H", "127.0.0.1", "-p", "0"]
        return try await server.serving(arguments, address: motoAddress) { address in
            let keys = try await makeUser(address, python: folder.pushing("bin/python").string)
            return try await body(Moto(address: address, keyID: keys[0], secret: keys[1]))
        }
    }

    private static let motoAddress: @Sendable (String) -> String? = { line in
        guard let range = line.firstRange(of: "http://127.0.0.1:") else { return nil }
        return String(line[range.lowerBound...].prefix { $0 != " " })
    }

    private static func makeUser(_ address: String, python: String) async throws -> [String] {
        let script = """
            import boto3, json, sys
            iam = boto3.client('iam', endpoint_url=sys.argv[1], region_name='us-east-1',
                               aws_access_key_id='none', aws_secret_access_key='none')
            iam.create_user(UserName='stet')
            iam.put_user_policy(UserName='stet', PolicyName='ecr', PolicyDocument=json.dumps({
                'Version': '2012-10-17',
                'Statement': [{'Effect': 'Allow', 'Action': 'ecr:*', 'Resource': '*'}]}))
            key = iam.create_access_key(UserName='stet')['AccessKey']
            print(key['AccessKeyId'], key['SecretAccessKey'])
            """
        let result = try await Program("env")(python, "-c", script, address)
        let keys = result.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(keys.count == 2, "\(result)")
        return keys
    }
}
