import Quantities
import Testing

@Suite struct BytesTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("1048576", 1_048_576), ("512MiB", 536_870_912), ("2GB", 2_000_000_000),
        ("1.5 GiB", 1_610_612_736), ("1.5GiB", 1_610_612_736), ("64 KiB", 65_536), ("64kib", 65_536), ("3kB", 3000),
        ("10B", 10), ("1TiB", 1_099_511_627_776), ("1TB", 1_000_000_000_000), (".5KiB", 512), ("0.1KB", 100),
        ("9007199254740991", 9_007_199_254_740_991), ("256M", 1 << 28), ("8G", 1 << 33), ("8 g", 1 << 33),
        ("64k", 1 << 16),
        ("256mb", 256_000_000), ("256 MiB", 1 << 28), ("1T", 1 << 40),
    ])
    func reads(text: String, count: Int) { #expect(Bytes(text) == Bytes(count)) }

    @Test(arguments: [
        "", " ", "-1", "+1", "12XB", "1e3", "MiB", ".", "1.2.3", "1,5GiB", "1 2", " 1", "0x10", "inf", "nan", "1GiBs",
        "１",
        "9007199254740992", "9007199254740993", "8192TiB", "99999999999999999999",
        String(repeating: "9", count: 400),
    ])
    func refuses(text: String) { #expect(Bytes(text) == nil) }

    @Test(arguments: [
        (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1025, "1.00 KiB"), (1536, "1.50 KiB"),
        // 9.99 and 10.0, 99.9 and 100: what rounds up has a digit less after the point.
        (10_229, "9.99 KiB"), (10_234, "9.99 KiB"), (10_235, "10.0 KiB"), (10_240, "10.0 KiB"), (102_348, "99.9 KiB"),
        (102_349, "100 KiB"), (102_400, "100 KiB"), (1_000 << 10, "1000 KiB"),
        // 1023.49 KiB, then what would round to 1024 KiB.
        (1_048_054, "1023 KiB"), (1_048_064, "1.00 MiB"), (1_048_566, "1.00 MiB"), (1_048_575, "1.00 MiB"),
        (1_048_576, "1.00 MiB"), (68_471_685, "65.3 MiB"), (1_073_741_823, "1.00 GiB"), (1 << 40, "1.00 TiB"),
        (1 << 50, "1024 TiB"), (.max, "8388608 TiB"),
        (-1, "-1 B"), (-1536, "-1.50 KiB"), (-1_048_575, "-1.00 MiB"), (.min, "-8388608 TiB"),
    ])
    func writes(count: Int, text: String) { #expect(Bytes(count).description == text) }

    /// Never four digits that a larger unit would spare, never off by more than half of the last digit.
    @Test func writesThreeDigits() throws {
        for exponent in 10...49 {
            for numerator in 64...127 {
                let count = (numerator << exponent) >> 6
                let text = Bytes(count).description
                #expect(!text.hasPrefix("1024"), "\(count)")
                let back = try #require(Bytes(text))
                #expect(abs(back.count - count) * 200 <= count + 200, "\(count) is not \(text)")
            }
        }
    }

    @Test func compares() { #expect(Bytes(1) < Bytes(2) && !(Bytes(2) < Bytes(2))) }
}
