import Machine
import Testing

@Suite struct InstructionSetTests {
    @Test("These tests run, so the processor has what they were built for")
    func builtForThisProcessor() {
        #expect(InstructionSet.built <= .processor)
    }

    @Test("Each level has those below it, and the name that compilers know it by")
    func levels() {
        #expect(InstructionSet.allCases == InstructionSet.allCases.sorted())
        #expect(InstructionSet.allCases.dropFirst().map(\.name) == (1...4).map { "x86-64-v\($0)" })
    }
}
