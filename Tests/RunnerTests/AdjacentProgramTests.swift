import Foundation
import Machine
import Runner
import Testing

@Suite struct AdjacentProgramTests {
    @Test("Of several measuring programs the one for the widest vectors that the processor has")
    func severalProcessors() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func taken(_ processor: InstructionSet) -> String? {
            TrialProgram.among(directory.path, for: processor).map {
                URL(fileURLWithPath: $0.executable).lastPathComponent
            }
        }
        func add(_ name: String) {
            let path = directory.appendingPathComponent(name).path
            #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o755]))
        }
        #expect(taken(.v4) == nil)
        add("unroll-trial")
        #expect(taken(.v4) == "unroll-trial" && taken(.other) == "unroll-trial")
        add("unroll-trial-x86-64-v4")
        #expect(taken(.v4) == "unroll-trial-x86-64-v4" && taken(.v3) == "unroll-trial")
    }
}
