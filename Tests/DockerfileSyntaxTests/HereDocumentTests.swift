// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct HereDocumentTests {
    private func documents(_ text: String) throws -> [HereDocument] {
        let dockerfile = try Dockerfile.parse("FROM scratch\n" + text, file: "Dockerfile")
        let instruction = dockerfile.stages[0].instructions[0]
        switch instruction.action.trigger?.action ?? instruction.action {
        case .run(let run): return run.documents
        case .copy(let copy), .add(let copy): return copy.documents
        default: return []
        }
    }

    /// Text, and of each document its name, whether it expands, and its content.
    struct Vector: CustomTestStringConvertible, Sendable {
        let text: String
        let names: [String]
        var contents: [String] = []
        var expands = true

        var testDescription: String { text }
    }

    @Test(arguments: [
        Vector(text: "RUN <<EOF\na\nb\nEOF\n", names: ["EOF"], contents: ["a\nb\n"]),
        Vector(text: "RUN <<EOF\nEOF\n", names: ["EOF"], contents: [""]),
        Vector(text: "RUN <<-EOF\n\t\ta\n \tb\n\tEOF\n", names: ["EOF"], contents: ["a\n \tb\n"]),
        Vector(text: "RUN <<'EOF'\n$a\nEOF\n", names: ["EOF"], contents: ["$a\n"], expands: false),
        Vector(text: "RUN <<\"EOF\"\n$a\nEOF\n", names: ["EOF"], contents: ["$a\n"], expands: false),
        Vector(text: "RUN <<\"A B\"\nx\nA B\n", names: ["A B"], contents: ["x\n"], expands: false),
        Vector(text: "RUN <<a cat; <<b cat\n1\na\n2\nb\n", names: ["a", "b"], contents: ["1\n", "2\n"]),
        Vector(text: "RUN 3<<a cat <&3\n1\na\n", names: ["a"], contents: ["1\n"]),
        Vector(text: "RUN cat <<a > /x\n# no comment\n\na\n", names: ["a"], contents: ["# no comment\n\n"]),
        Vector(text: "RUN cat <<a\nx \\\na\n", names: ["a"], contents: ["x \\\n"]),
        Vector(text: "RUN cat <<a\n a\na \na\n", names: ["a"], contents: [" a\na \n"]),
        Vector(
            text: "COPY <<a.txt <<b.txt /d/\n1\na.txt\n2\nb.txt\n", names: ["a.txt", "b.txt"],
            contents: ["1\n", "2\n"]),
        Vector(
            text: "COPY --chmod=755 x <<run.sh /bin/\ngo\nrun.sh\n", names: ["run.sh"], contents: ["go\n"]),
        Vector(text: "ADD <<f /f\n1\nf\n", names: ["f"], contents: ["1\n"]),
        Vector(text: "RUN cat \\\n <<a\n1\na\n", names: ["a"], contents: ["1\n"]),
        Vector(text: "RUN << EOF\na\nEOF\n", names: ["EOF"], contents: ["a\n"]),
        Vector(text: "RUN cat <<  EOF > /r\na\nEOF\n", names: ["EOF"], contents: ["a\n"]),
        Vector(text: "RUN cat << 'EOF'\n$a\nEOF\n", names: ["EOF"], contents: ["$a\n"], expands: false),
        Vector(text: "RUN cat << \"A B\"\nx\nA B\n", names: ["A B"], contents: ["x\n"], expands: false),
        Vector(text: "RUN cat << a <<b\n1\na\n2\nb\n", names: ["a", "b"], contents: ["1\n", "2\n"]),
        Vector(text: "ONBUILD RUN cat << a\n1\na\n", names: ["a"], contents: ["1\n"]),
        Vector(text: "RUN cat <<- EOF\n", names: []),
        Vector(text: "RUN echo $((1 << 2))\n", names: []),
        Vector(text: "RUN cat <<\n", names: []),
        Vector(text: "RUN cat << <word\n", names: []),
        Vector(text: "RUN cat <<<word\n", names: []),
        Vector(text: "RUN echo $((1<<2))\n", names: []),
        Vector(text: "RUN echo '<<a'\n", names: []),
        Vector(text: "RUN echo a<<b\n", names: []),
        Vector(text: "RUN [\"cat\", \"<<a\"]\n", names: []),
        Vector(text: "CMD cat <<a\n", names: []),
    ])
    func documentsAreReadWhereTheirLineOpensThem(vector: Vector) throws {
        let documents = try documents(vector.text)
        #expect(documents.map(\.opening.name) == vector.names)
        #expect(documents.map(\.content) == vector.contents)
        #expect(documents.allSatisfy { $0.opening.expands == vector.expands })
    }

    @Test(arguments: [
        "RUN <<EOF\nx\n", "COPY <<a <<b /\n1\na\n2\n", "RUN <<EOF\n\tEOF\n", "RUN echo 1 << 2\n",
    ])
    func aDocumentWithoutItsEndIsRefusedAtItsOpening(text: String) throws {
        let thrown = #expect(throws: Diagnostics.self) { try documents(text) }
        #expect(thrown?.all.first?.message.contains("is not terminated") ?? false)
        #expect(thrown?.all.first?.location.line == 2)
    }

    @Test(arguments: ["COPY << EOF /r\nx\nEOF\n", "ADD 0<< EOF /r\nx\nEOF\n"])
    func aBlankBehindTheMarkIsForRunAlone(text: String) throws {
        let thrown = #expect(throws: Diagnostics.self) { try documents(text) }
        #expect(thrown?.all.first?.message.contains("stands alone") ?? false)
        #expect(thrown?.all.first?.location.line == 2)
    }

    @Test func theDigitsBeforeAreTheFileDescriptor() throws {
        #expect(try documents("RUN 3<<a <<b\na\nb\n").map(\.opening.fileDescriptor) == [3, 0])
        #expect(try documents("RUN 4<< a\na\n").map(\.opening.fileDescriptor) == [4])
    }
}
