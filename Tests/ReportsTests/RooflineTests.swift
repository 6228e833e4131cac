import Reports
import Shapes
import Testing
import Trials

/// Roofs over points of a made-up machine.
@Suite struct RooflineTests {
    /// 100 GFLOP/s; caches of 48 KiB at 200 GB/s, 1 MiB at 50 and 16 MiB at 20; memory at 10.
    private static let levels = [
        level("L1", 48 << 10, 200), level("L2", 1 << 20, 50), level("L3", 16 << 20, 20), level("memory", nil, 10),
    ]

    private static func level(_ name: String, _ capacity: Int?, _ rate: Double) -> MeasuredRoofline.Level {
        MeasuredRoofline.Level(
            name: name, capacity: capacity, sharing: 1, read: 4096, rates: [rate * 1e9, rate * 0.9e9, rate * 1.1e9])
    }

    private func point(
        _ cell: Cell = .lstm, hidden: Int, batch: Int, rates: [Double] = [20e9, 18e9, 22e9]
    ) throws -> MeasuredRoofline.Point {
        let trial = try Trial(cell: cell, input: hidden, hidden: hidden, batch: batch, length: 64)
        return MeasuredRoofline.Point(trial, threads: 1, rates: rates)
    }

    private func roofline(
        _ points: [MeasuredRoofline.Point], levels: [MeasuredRoofline.Level] = levels
    ) -> MeasuredRoofline {
        MeasuredRoofline(multiplyAdds: [100e9, 90e9, 110e9], levels: levels, points: points)
    }

    /// U of an LSTM has 16 H² bytes: at H 256 just 1 MiB.
    @Test(
        "The nearest level that can hold what is read again",
        arguments: [(32, "L1"), (64, "L2"), (256, "L2"), (257, "L3"), (1024, "L3"), (1025, "memory")])
    func level(hidden: Int, name: String) throws {
        let point = try point(hidden: hidden, batch: 1)
        let roof = try #require(roofline([point]).roof(of: point))
        #expect(roof.level.name == name && roof.isOfMemory == (name != "L1"))
        #expect(roof.limit == (name == "L1" ? "registers" : name))
    }

    @Test("The lesser of registers and what the level gives, round by round")
    func lesser() throws {
        let few = try point(hidden: 128, batch: 1)
        let many = try point(hidden: 128, batch: 32)
        let roofline = roofline([few, many])
        let low = try #require(roofline.roof(of: few)).rates
        for (found, rate) in zip(low, [100e9, 90e9, 110e9]) {
            let expected = min(rate, few.traffic.intensity * rate / 2)
            #expect(abs(found - expected) < 1e-6 * expected)
        }
        #expect(try #require(roofline.roof(of: many)).rates == [100e9, 90e9, 110e9])
        #expect(try #require(roofline.roof(of: many)).limit == "registers")
        // With one sequence the products with U wait for their bytes, and all others for the registers.
        let parts = few.traffic.parts
        let computed = parts[1...3].reduce(0) { $0 + $1.operations }
        let seconds = (parts[0].bytes + parts[4].bytes) / 50e9 + Double(computed) / 100e9
        let serial = try #require(roofline.roof(of: few)).serialRates[0]
        #expect(abs(serial * seconds - Double(few.traffic.operations)) < 1e-6 * Double(few.traffic.operations))
    }

    @Test("Where no cache is known, memory's rate is no limit of anything")
    func noCaches() throws {
        let point = try point(hidden: 128, batch: 1)
        let roofline = roofline([point], levels: [RooflineTests.levels[3]])
        #expect(roofline.roof(of: point) == nil)
        #expect(
            roofline.table.text(as: .csv).split(separator: "\n").last?.hasSuffix(",20.0,,,,,,,") == true,
            "\(roofline.table.text(as: .csv))")
    }

    @Test("A row a limit, then a row a point, each with the figures that it has")
    func table() throws {
        let table = roofline([try point(hidden: 512, batch: 32)]).table
        #expect(table.columns == MeasuredRoofline.columns)
        let lines = table.text(as: .csv).split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(3) == [
                "work,hidden,batch,length,threads,reread_bytes,intensity,gigabytes,gflops,roof_gflops,level,limit,share,"
                    + "share_low,share_high,serial_share",
                "multiply-adds,,,,,,,,100.0,,,,,,,", "reading L1,,,,,4096,,200.0,,,,,,,,",
            ])
        #expect(lines.count == 7)
        let last = try #require(lines.last)
        #expect(last.hasPrefix("lstm full,512,32,64,1,4194304,25."), "\(last)")
        #expect(last.contains(",100.0,L3,registers,0.2,"), "\(last)")
    }

    @Test(
        "A subplot a cell: the roofs below the registers' line, then a line a batch, of which the ends have their size")
    func plot() throws {
        let points = try [Cell.elman, .lstm].flatMap { cell in
            try [32, 1].flatMap { batch in try [64, 128, 256].map { try point(cell, hidden: $0, batch: batch) } }
        }
        let plot = roofline(points).plot
        #expect(plot.subplots.map(\.title) == ["Elman", "LSTM"])
        for subplot in plot.subplots {
            #expect(
                subplot.series.map(\.title) == [
                    "registers", "L1, 200 GB/s", "L2, 50.0 GB/s", "L3, 20.0 GB/s", "memory, 10.0 GB/s", "B 32", "B 1",
                ])
            #expect(subplot.series.suffix(2).allSatisfy { $0.marks.count == 3 })
            #expect(subplot.labels.map(\.text) == ["64", "256", "64", "256"])
            for roof in subplot.series.prefix(5) {
                #expect(roof.kind == .path && roof.marks.count == 2)
                for mark in roof.marks {
                    #expect((subplot.x.low * 0.999...subplot.x.high * 1.001).contains(mark.x), "\(roof.title)")
                    #expect((subplot.y.low * 0.999...100.1).contains(mark.y), "\(roof.title)")
                }
            }
            // Each slope ends where the registers' line is, which begins at the first of them.
            #expect(subplot.series[2].marks[1].x == 2 && subplot.series[2].marks[1].y == 100)
            #expect(subplot.series[0].marks[0] == subplot.series[1].marks[1])
        }
        #expect(plot.key == plot.subplots[0].series)
        #expect(plot.caption.contains("Float, 1 thread, medians of 3."))
    }
}
