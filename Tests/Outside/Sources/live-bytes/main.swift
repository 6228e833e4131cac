// Counts the live bytes of its own arrays, to the byte.
import Memory

let statistics = try Statistics()
let heap = try Heap()

/// Live bytes of the heap now.
func liveBytes() -> Int {
    statistics.refresh()
    return heap.liveBytes
}

guard liveBytes() == 0 else { fatalError("a heap begins empty") }
do {
    let matrix = Buffer<Double>(count: 100 * 100, in: heap)
    for index in 0..<matrix.count { matrix.start[index] = 0 }
    let expected = Heap.usableSize(100 * 100 * 8)
    print("a matrix of 100 × 100: \(liveBytes()) bytes, jemalloc's size class of 80000")
    guard liveBytes() == expected else { fatalError("\(liveBytes()) bytes, not \(expected)") }
}
guard liveBytes() == 0 else { fatalError("what ended is not given back") }
print("afterwards: \(liveBytes()) bytes")
