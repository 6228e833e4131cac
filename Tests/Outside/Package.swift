// swift-tools-version: 6.2
import PackageDescription

// A package of somebody else's, which depends on the two libraries as any other would: what they use must be public. CI builds
// it and runs both programs (`make outside`).
let package = Package(
    name: "outside",
    dependencies: [.package(name: "unroll", path: "../..")],
    targets: [
        .executableTarget(name: "live-bytes", dependencies: [.product(name: "Memory", package: "unroll")]),
        .executableTarget(name: "own-schedule", dependencies: [.product(name: "Schedules", package: "unroll")]),
    ]
)
