import Foundation
import Testing

/// The manual's page on what a folder of results promises.
struct KeptPageTests {
    private static let page = "Sources/unroll-manual/unroll.docc/WhatIsKept.md"

    @Test("Every promise is the name of a suite of tests, which is the first that holds it")
    func promises() throws {
        let text = try String(contentsOfFile: "\(Document.root)/\(KeptPageTests.page)", encoding: .utf8)
        let tests = try #require(FileManager.default.enumerator(atPath: "\(Document.root)/Tests"))
            .compactMap { $0 as? String }.filter { $0.hasSuffix("Tests.swift") }
            .map { try String(contentsOfFile: "\(Document.root)/Tests/\($0)", encoding: .utf8) }.joined()
        var count = 0
        for promise in text.components(separatedBy: "\n- **").dropFirst() {
            let sentence = promise.components(separatedBy: "**")[0]
            guard sentence != "Not promised:" else { continue }
            let found = promise.firstMatch(of: /\(`(\w+)`[^()]*\)/)
            let suites = try #require(found, "\(sentence)")
            let name = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
            #expect(tests.contains("@Suite(\"\(name)\") struct \(suites.1) {"), "\(sentence)")
            count += 1
        }
        #expect(count > 5)
    }
}
