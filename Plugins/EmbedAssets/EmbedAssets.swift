import Foundation
import PackagePlugin

/// Puts the scripts and style sheets of a page into the program: wherever it is installed it needs no file beside it.
///
/// A text in a raw string literal, for SwiftPM's `.embedInCode` makes an array of numbers, which takes the compiler minutes where
/// there are two hundred thousand.
@main
struct EmbedAssets: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL.appending(path: "Page/Assets")
        let assets = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["js", "css"].contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let script = context.package.directoryURL.appending(path: "Plugins/EmbedAssets/embed.sh")
        let output = context.pluginWorkDirectoryURL.appending(path: "Assets.swift")
        return [
            .buildCommand(
                displayName: "Embedding what pages are drawn by", executable: URL(fileURLWithPath: "/bin/sh"),
                arguments: [script.path, output.path] + assets.map(\.path),
                inputFiles: [script] + assets, outputFiles: [output])
        ]
    }
}
