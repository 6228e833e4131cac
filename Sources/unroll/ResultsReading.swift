import Experiments
import Reports
import Trials

/// Results as reports take them: whole files whose rows contradict neither themselves nor each other.
func readResults(at path: String) throws -> [Results] {
    let all = try reporting { try Results.read(at: path) }
    for results in all {
        if results.isTorn {
            throw fail(
                "\(results.file):\(results.line(of: results.rows.count)): the line is cut short, as by a process that was "
                    + "killed; 'unroll run' measures what is missing, or delete the line", code: Exit.badFile)
        }
        if let (index, text) = results.rows.contradiction {
            throw fail("\(results.file):\(results.line(of: index)): \(text)", code: Exit.badFile)
        }
    }
    return all
}

extension Results {
    /// The line in which a row begins: behind the header, and behind messages of more than one line.
    fileprivate func line(of index: Int) -> Int {
        rows[..<index].reduce(2) { $0 + 1 + $1.message.utf8.count { $0 == UInt8(ascii: "\n") } }
    }
}
