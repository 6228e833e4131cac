import Schedules
import Testing

@Suite struct BisectionTests {
    /// C = T + (T/2)·log₂ T and log₂ T + 1 slots, T a power of two (claim C4).
    @Test(arguments: 0...14) func powersOfTwo(exponent: Int) {
        let length = 1 << exponent
        let counts = Simulator(Bisection(length: length), footprint: .counting).counts
        #expect(counts.forward == length + length / 2 * exponent)
        #expect(counts.peakStates == exponent + 1)
        #expect(Bisection(length: length).slots == exponent + 1)
        #expect(counts.peakRecords == 1)
    }

    /// The recursion itself, for every length: U(n) = ⌊n/2⌋ + U(⌊n/2⌋) + U(⌈n/2⌉) unrecorded steps, g(n) = 1 + g(⌈n/2⌉) states.
    @Test func recursion() {
        var steps = [0, 0]
        var states = [0, 1]
        for length in 2...600 {
            steps.append(length / 2 + steps[length / 2] + steps[length - length / 2])
            states.append(1 + states[length - length / 2])
        }
        for length in 1...600 {
            let counts = Simulator(Bisection(length: length), footprint: .counting).counts
            #expect(counts.forward == length + steps[length], "length \(length)")
            #expect(counts.peakStates == states[length] && counts.peakStates == Bisection(length: length).slots)
        }
    }

    /// D7: at equal slots binomial beats bisection: 4.556 T and 6 T at T = 1024 with 11 slots.
    @Test func binomialBeatsBisection() {
        let bisection = Simulator(Bisection(length: 1024), footprint: .counting).counts
        let binomial = Simulator(Binomial(length: 1024, slots: 11), footprint: .counting).counts
        #expect(bisection.peakStates == 11 && binomial.peakStates == 11)
        #expect(bisection.forward == 6 * 1024)
        // 4665 / 1024 = 4.556.
        #expect(binomial.forward == 4665)
    }

    @Test func needsAStep() async {
        await #expect(processExitsWith: .failure) { _ = Bisection(length: 0) }
    }
}
