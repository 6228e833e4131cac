// swift-tools-version: 6.2
import PackageDescription

/// The instruction set everything is built for. One flag for C and Swift alike: a header inlined into Swift must be
/// compiled for the machine it was written for. `UNROLL_MARCH=x86-64-v3` builds for a mixed cluster.
let march = Context.environment["UNROLL_MARCH"] ?? "native"

/// For `make memcheck` alone: heaps tell Valgrind what is allocated.
let isForMemcheck = Context.environment["UNROLL_MEMCHECK"] != nil

let package = Package(
    name: "unroll",
    products: [
        .executable(name: "unroll", targets: ["unroll"]),
        .executable(name: "unroll-trial", targets: ["unroll-trial"]),
        // What `unroll gauge` has programs load before everything else.
        .library(name: "unroll-gauge", type: .dynamic, targets: ["Gauge"]),
        // For programs outside: the exact live bytes of one's own arrays. Tests/Outside uses it.
        .library(name: "Memory", targets: ["Memory"]),
        // The same: a schedule of one's own, validated and simulated. Bytes and errors of Quantities are part of it.
        .library(name: "Schedules", targets: ["Quantities", "Schedules"]),
    ],
    dependencies: [
        // The command line: parsing, help and completion scripts that look like everybody else's.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Experiment files: libyaml behind nodes that know their line and column.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Weighed and not taken:
        // SwiftCSV goes by characters and skips spaces before a field; its errors name no line, and a field is a String.
        // swift-subprocess is async; a trial is read, stopped, continued and reaped by blocking calls, in turn with others.
        // swift-system has open, read and write, but no openat, renameat or fsync, which replacing a file in one step needs.
        // swift-algorithms: what it has that is needed here, unique elements, is four lines.
        // swift-collections: its ordered sets would save a few places a Set or a Dictionary beside an array.
        // swift-docc-plugin takes articles as they lie in a target, and every build would load it; `make docs` calls the
        // toolchain's docc on pages of which most are made.
        // swift-mustache and Stencil fill templates by names that no compiler checks; pages are values, for Markdown and HTML.
    ],
    targets: [
        // The C libraries, header-only shims: jemalloc measures, glibc's libmvec does exp and log. OpenBLAS, the rate that our products
        // are held against, is loaded where it is asked.
        .systemLibrary(name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        // Databases for others to read: the system's library, which every Debian has. GRDB is 71,000 lines to compile for the
        // six calls of it that an export makes.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CVectorMath"),
        .systemLibrary(name: "CSystem"),
        // How wide characters are on a terminal.
        .systemLibrary(name: "CTerminal"),

        // Bytes, durations and numbers as text: values that print, parse and are arguments. It needs nothing.
        .target(name: "Quantities"),

        // Seeded numbers that parameters and data are drawn from.
        .target(name: "Noise"),
        // What the system leaves to a process: memory, processors, threads, files.
        .target(name: "Machine", dependencies: ["CSystem"]),

        // What is known before anything runs.
        .target(name: "Memory", dependencies: ["CJemalloc", "Quantities"]),
        // How everything is written: one way for all outputs of both programs.
        .target(name: "Files"),
        .target(name: "Schedules", dependencies: ["Quantities"]),
        // Formulas element by element: headers, inlined where they are used.
        .target(name: "Vectors", dependencies: ["CVectorMath"]),
        .target(name: "Shapes", dependencies: ["CVectorMath", "Memory", "Quantities", "Schedules", "Vectors"]),
        .target(name: "Trials", dependencies: ["Noise", "Quantities", "Schedules", "Shapes", "Vectors"]),
        .target(name: "Planning", dependencies: ["Quantities", "Schedules", "Shapes", "Trials", "Vectors"]),

        // What runs.
        .target(name: "Kernels", dependencies: ["CSystem", "CVectorMath", "Machine", "Noise", "Vectors"]),
        .target(
            name: "Networks",
            dependencies: ["Kernels", "Machine", "Memory", "Noise", "Quantities", "Schedules", "Shapes", "Vectors"]),
        .target(
            name: "Training",
            dependencies: [
                "Files", "Kernels", "Machine", "Memory", "Networks", "Noise", "Quantities", "Schedules", "Shapes",
                "Trials",
            ]),
        // The one C source: settings that jemalloc looks for in the program, before any Swift runs.
        .target(name: "AllocatorOptions"),
        .executableTarget(
            name: "unroll-trial",
            dependencies: [
                "AllocatorOptions", "CSystem", "Files", "Kernels", "Machine", "Memory", "Networks", "Noise",
                "Quantities", "Schedules", "Shapes", "Training", "Trials",
            ]),

        // The commit that a build is of.
        .plugin(name: "StampBuild", capability: .buildTool()),
        .target(name: "BuildStamp", plugins: ["StampBuild"]),
        // Experiment files that `unroll init` writes, without the sources too.
        .plugin(name: "EmbedPresets", capability: .buildTool()),
        .target(name: "Presets", plugins: ["EmbedPresets"]),

        // The peak of anyone's program: a library in C, for it runs inside of any process, before that has begun; and the page of
        // memory that it shares with who asks.
        .systemLibrary(name: "CGauge"),
        .target(
            name: "Gauge",
            exclude: ["link.cfg"],
            cSettings: [
                // Its own malloc may not be taken for the one that the compiler knows.
                .unsafeFlags(["-fno-builtin", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"]),
                .unsafeFlags(["-O2"], .when(configuration: .debug)),
            ],
            // Nothing of Swift: what it is loaded into may have none.
            linkerSettings: [
                .unsafeFlags([
                    "-nostartfiles", "-Xclang-linker", "--config=\(Context.packageDirectory)/Sources/Gauge/link.cfg",
                ])
            ]),

        // What asks, and what reads the answers.
        .target(
            name: "Experiments",
            dependencies: ["Files", "Machine", "Quantities", "Schedules", "Shapes", "Trials", "Yams"]),
        .target(
            name: "Runner",
            dependencies: [
                "CGauge", "Experiments", "Files", "Machine", "Planning", "Quantities", "Schedules", "Shapes",
                "Trials", "Vectors",
            ]),
        // What pages are drawn by, put into the program: see Sources/Reports/Page/Assets.
        .plugin(name: "EmbedAssets", capability: .buildTool()),
        .target(
            name: "Reports",
            dependencies: [
                "CSQLite", "CTerminal", "Files", "Memory", "Quantities", "Schedules", "Shapes", "Trials", "Vectors",
            ],
            exclude: ["Page/Assets"], plugins: ["EmbedAssets"]),
        .executableTarget(
            name: "unroll",
            dependencies: [
                "BuildStamp", "Experiments", "Files", "Machine", "Memory", "Planning", "Presets", "Quantities",
                "Reports", "Runner",
                "Schedules", "Shapes", "Trials",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Makes the manual of its catalogue and of the tables, the parser and the claims.
        .executableTarget(
            name: "unroll-manual",
            dependencies: [
                "Experiments", "Files", "Quantities", "Reports", "Runner", "Schedules", "Shapes", "Trials",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["unroll.docc"]),

        // Damage to inputs, seeded, for the tests that read them.
        .target(name: "Mutations", path: "Tests/Mutations"),
        // Long lists of cases, for the tests that have them: a part in the suite, all in `make exhaustive`.
        .target(name: "CaseLists", dependencies: ["Shapes"], path: "Tests/CaseLists"),
        // Suites that wait for programs or run in order, on threads of their own.
        .target(name: "TestThreads", path: "Tests/TestThreads"),
        // What of a page has a meaning, for the tests that words from outside add none.
        .target(name: "MarkdownStructure", path: "Tests/MarkdownStructure"),
        .testTarget(name: "SchedulesTests", dependencies: ["CaseLists", "Memory", "Quantities", "Schedules"]),
        .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"]),
        .testTarget(name: "MachineTests", dependencies: ["Machine"]),
        .testTarget(name: "MemoryTests", dependencies: ["Memory", "Quantities"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Mutations"]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Machine", "Noise", "Vectors"]),
        .testTarget(
            name: "ShapesTests", dependencies: ["CaseLists", "Memory", "Quantities", "Schedules", "Shapes", "Vectors"]),
        .testTarget(name: "TrialsTests", dependencies: ["Memory", "Quantities", "Schedules", "Shapes", "Trials"]),
        .testTarget(
            name: "PlanningTests",
            dependencies: ["CaseLists", "Memory", "Quantities", "Planning", "Schedules", "Shapes", "Trials", "Vectors"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "CaseLists", "Kernels", "Memory", "Networks", "Noise", "Planning", "Quantities", "Schedules", "Shapes",
                "TestThreads", "Training", "Trials", "Vectors",
            ]),
        .testTarget(
            name: "ExperimentsTests",
            dependencies: [
                "Experiments", "Files", "Memory", "Quantities", "Mutations", "Schedules", "Shapes", "Trials",
            ]),
        .testTarget(
            name: "RunnerTests",
            dependencies: [
                "Experiments", "Files", "Machine", "Memory", "Quantities", "Runner", "Schedules", "Shapes", "Trials",
            ]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Files", "MarkdownStructure", "Memory", "Quantities", "Reports", "Schedules", "Shapes", "Trials",
                "Vectors",
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "CaseLists", "Experiments", "Files", "MarkdownStructure", "Memory", "Quantities", "Mutations",
                "Reports", "Schedules", "Shapes", "TestThreads", "Trials",
                "unroll", "unroll-manual", "unroll-trial",
            ]),
    ]
)

for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .unsafeFlags(["-Xcc", "-march=\(march)"] + (isForMemcheck ? ["-Xcc", "-DUNROLL_MEMCHECK"] : [])),
    ]
}
