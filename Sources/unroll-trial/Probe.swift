import Glibc
import Kernels
import Machine
import Memory
import Noise
import Quantities
import Trials

/// `probe`: what this process is linked with, and whether its gauges see what they should.
func probe() throws {
    try SelfTest.run()
    try writeLine("kernels=\(InstructionSet.built.name), vectors of \(InstructionSet.built.vectors)")
    try writeLine("bfloat16=\(PairedProducts.kernel)")
    try writeLine("jemalloc_version=\(Jemalloc.version)")
    try writeLine("jemalloc_configuration=\(Jemalloc.configuration)")
    // Only large products need it, which training is compared with.
    do {
        try BLAS.load()
        try writeLine("blas_version=\(BLAS.version)")
        try writeLine("blas_configuration=\(BLAS.configuration)")
    } catch {
        try writeLine("blas_version=none")
        try writeLine("blas_configuration=\(error)")
    }
    try writeLine("resident_peak=\(ResidentPeak.restart() && ResidentPeak.bytes != nil ? "readable" : "not readable")")
}

/// `products threads=N`: like a trial, but every line read is answered with the time of large products by BLAS,
/// 2048³ in Float: the rate that everything else is compared with.
func products(_ words: [String]) throws {
    var words = words
    let threads = try takeCount("threads", from: &words) ?? 1
    if let extra = words.first { throw TrialError.unknown(extra) }
    try BLAS.load()
    BLAS.setThreads(max(1, threads))
    let size = Roofline.product
    let heap = try Heap()
    let a = Buffer<Float>(count: size * size, in: heap)
    let b = Buffer<Float>(count: size * size, in: heap)
    let c = Buffer<Float>(count: size * size, in: heap)
    Float.fillNoise(a.start, count: a.count, key: 1)
    Float.fillNoise(b.start, count: b.count, key: 2)
    func product() {
        Float.multiplyByBLAS(
            Matrix(a.start, rows: size, columns: size), Matrix(b.start, rows: size, columns: size),
            into: Matrix(c.start, rows: size, columns: size))
    }
    product()
    try writeLine("ready")
    let clock = ContinuousClock()
    let count = 4
    while readLine() != nil {
        let time = clock.measure { for _ in 0..<count { product() } }
        var row = Measurement()
        row[.flops] = .integer(count * 2 * size * size * size)
        row[.wallSeconds] = .real(time.inSeconds)
        // Idle BLAS threads spin for some 25 ms before they sleep. Others are measured in turn with this process, and must
        // find the processors free.
        if threads > 1 { usleep(40_000) }
        try writeLine(row.line)
    }
}

/// `multiply_adds threads=N`: the same with multiply-adds in registers, each thread as many: what no kernel can exceed.
func multiplyAdds(_ words: [String]) throws {
    let threads = try resizePool(words)
    let rounds = 20_000_000
    try answer(flops: threads * rounds * MultiplyAdds.operations) {
        ThreadPool.shared.run(parts: threads) { _ in _ = MultiplyAdds.run(rounds: rounds) }
    }
}

/// `barriers threads=N`: the same with ``Roofline/barriers`` barriers of the threads, which do nothing between them:
/// what it takes at least that one reads what another has written.
func barriers(_ words: [String]) throws {
    let threads = try resizePool(words)
    try answer {
        ThreadPool.shared.run(parts: threads) { worker in for _ in 0..<Roofline.barriers { worker.waitAtBarrier() } }
    }
}

/// `copies threads=N`: the same with copies of ``Roofline/copied`` bytes from memory to memory, each thread its part.
func copies(_ words: [String]) throws {
    let threads = try resizePool(words)
    let heap = try Heap()
    let from = Buffer<UInt8>(count: Roofline.copied.count, in: heap)
    let to = Buffer<UInt8>(count: Roofline.copied.count, in: heap)
    memset(from.start, 1, Roofline.copied.count)
    try answer {
        ThreadPool.shared.run(parts: threads) { worker in
            let part = worker.partition(of: Roofline.copied.count, by: 4096)
            memcpy(to.start + part.lowerBound, from.start + part.lowerBound, part.count)
        }
    }
}

/// `reads threads=N bytes=B`: the same with B bytes for each thread, which reads its own over and over. The time is that of reading
/// them once.
func reads(_ words: [String]) throws {
    var words = words
    let bytes = try takeBytes("bytes", from: &words)?.count ?? 1 << 20
    guard bytes > 0, bytes % Reads.unit == 0 else {
        throw UsageError.option("bytes", "\(bytes)", allowed: "a multiple of \(Reads.unit) bytes, from \(Reads.unit)")
    }
    let threads = try resizePool(words)
    let heap = try Heap()
    let memory = Buffer<UInt8>(count: threads * bytes, in: heap)
    var rounds = 1
    // Each thread writes its own first, so that the memory is near to it.
    ThreadPool.shared.run(parts: threads) { worker in memset(memory.start + worker.index * bytes, 1, bytes) }
    func read() {
        ThreadPool.shared.run(parts: threads) { worker in
            _ = Reads.run(
                UnsafeRawBufferPointer(start: memory.start + worker.index * bytes, count: bytes), rounds: rounds)
        }
    }
    // As often as takes a time that clocks and interrupts do not matter in.
    while ContinuousClock().measure(read) < .milliseconds(50) { rounds *= 2 }
    try answer(times: rounds, read)
}

/// `blocks threads=N count=N bytes=N`: each thread allocates that number of blocks, then gives them back when all have theirs. Nothing
/// is printed: it is what `unroll gauge` is held against.
func blocks(_ words: [String]) throws {
    var words = words
    let count = try takeCount("count", from: &words) ?? 1
    let bytes = try takeBytes("bytes", from: &words)?.count ?? 1
    let threads = try resizePool(words)
    ThreadPool.shared.run(parts: threads) { worker in
        let blocks = (0..<count).map { _ in malloc(bytes)! }
        for block in blocks { memset(block, 1, bytes) }
        worker.waitAtBarrier()
        for block in blocks { free(block) }
    }
}

/// Makes the pool as large as `threads=N` says, the only word there may be, and returns N.
private func resizePool(_ words: [String]) throws -> Int {
    var words = words
    let threads = max(1, try takeCount("threads", from: &words) ?? 1)
    if let extra = words.first { throw TrialError.unknown(extra) }
    try ThreadPool.shared.resize(to: threads)
    return threads
}

/// Works once to warm up, writes `ready`, then answers every line read with the time of the work.
///
/// - Parameter times: how often the work does what is timed.
private func answer(flops: Int? = nil, times: Int = 1, _ work: () -> Void) throws {
    work()
    try writeLine("ready")
    let clock = ContinuousClock()
    while readLine() != nil {
        var row = Measurement()
        row[.flops] = flops.map(Value.integer)
        row[.wallSeconds] = .real(clock.measure(work).inSeconds / Double(times))
        try writeLine(row.line)
    }
}
