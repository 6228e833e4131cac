import ArgumentParser
import Files
import Foundation

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Makes what docc wrote readable from the disk, and from any folder of a web server.",
        discussion: """
            docc's pages are an application that a browser runs from a server's root alone. Here each page also gets its text, \
            which a browser shows from the disk, and the application finds its folder by itself. A link to a page that is \
            not there is an error.
            """)

    @Argument(help: "What docc convert wrote.") var site: String

    func run() throws {
        let template = try text(of: "\(site)/index.html")
        var dead: [String] = []
        let data = try paths(in: "data").filter { $0.hasSuffix(".json") }
        for file in data {
            let path = file.dropFirst("data/".count).dropLast(".json".count) + "/index.html"
            let plain = try PlainPage(Data(text(of: "\(site)/\(file)").utf8), path: String(path))
            let page = try HostedPage(plain, template: template, path: String(path))
            dead += page.links.filter { !exists($0, from: String(path)) }.map { "\(path): '\($0)' leads nowhere" }
            try Folder.make(Folder.split("\(site)/\(path)").folder)
            try OutputFile.write(page.html, to: "\(site)/\(path)")
        }
        guard dead.isEmpty else { throw ManualError(dead.joined(separator: "\n")) }
        try OutputFile.write(HostedPage.style, in: site, as: "plain.css")
        try OutputFile.write(HostedPage.start, in: site, as: "index.html")
        print("\(data.count) pages, dead links 0; open \(site)/index.html")
    }

    /// Files below a folder of the site, as paths from its root; none where there is no such folder.
    private func paths(in folder: String) throws -> [String] {
        guard isDirectory("\(site)/\(folder)") else { return [] }
        return try names(in: "\(site)/\(folder)").flatMap { name in
            let path = "\(folder)/\(name)"
            return isDirectory("\(site)/\(path)") ? try paths(in: path) : [path]
        }
    }

    private func exists(_ link: String, from page: String) -> Bool {
        let path = String(link.prefix { $0 != "#" })
        guard !path.isEmpty, !path.contains(":") else { return true }
        var place = page.split(separator: "/").dropLast().map(String.init)
        for part in path.split(separator: "/") {
            if part == ".." { _ = place.popLast() } else { place.append(String(part)) }
        }
        return FileManager.default.fileExists(atPath: "\(site)/\(place.joined(separator: "/"))")
    }
}
