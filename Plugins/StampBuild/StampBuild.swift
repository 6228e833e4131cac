import Foundation
import PackagePlugin

/// Tells the program which commit it is built from.
///
/// A command that runs before every build, not a manifest's `Context.gitInformation`: manifests are cached, and a commit that
/// changes no source file would not be seen. The file is written only when it says something else; then one module of a few
/// lines is compiled, and `unroll` linked.
@main
struct StampBuild: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let package = context.package.directoryURL
        let output = context.pluginWorkDirectoryURL.appending(path: "stamp")
        return [
            .prebuildCommand(
                displayName: "Stamping the build with its commit", executable: URL(fileURLWithPath: "/bin/sh"),
                arguments: [
                    package.appending(path: "Plugins/StampBuild/stamp.sh").path, package.path, output.path,
                ],
                outputFilesDirectory: output)
        ]
    }
}
