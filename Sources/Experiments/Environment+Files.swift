import Files
import Trials

extension Environment {
    /// The file of an environment that has rows next to another's: one a key, so that none takes another's place.
    package static func keptName(_ key: String) -> String { "environment.\(key).json" }

    /// Puts this one into a directory as that of the last run. One of another key that is there already is kept under its key.
    ///
    /// - Parameter name: environment.json, or a shard's.
    package func takeOver(in directory: String, name: String = fileName) throws(ResultsError) {
        try Environment.keep(in: directory, name: name, unless: key)
        try write(to: directory, name: name)
    }

    /// Keeps what a file says of a build or machine under its own key, before another's takes its place.
    package static func keep(
        in directory: String, name: String = fileName, unless key: String
    ) throws(ResultsError) {
        // What cannot be read describes nothing.
        guard let earlier = (try? read(from: directory, name: name)) ?? nil, earlier.key != key else { return }
        try earlier.keep(in: directory)
    }

    /// Writes this one under its key. What stands there already says the same.
    package func keep(in directory: String) throws(ResultsError) {
        let name = Environment.keptName(key)
        func isThere() -> Bool { (try? Environment.read(from: directory, name: name))?.key == key }
        guard !isThere() else { return }
        do throws(ResultsError) {
            try identity.write(to: directory, name: name)
        } catch {
            // Another shard may have had the same thought.
            guard isThere() else { throw error }
        }
    }
}

extension Results {
    /// Finds the environments of the rows next to the file, and what they have in common.
    ///
    /// A file of an older version has no keys: its rows are of the environment.json next to it, or of none. A key that is in no
    /// file stays a key: such rows are like no others. One whose file says something else is refused.
    mutating func findEnvironments() throws(ResultsError) {
        let last = try Environment.last(of: file)
        var keys = Set(rows.map(\.origin.key)).subtracting([""])
        if unknownColumns.contains(Column.environment.name), let last {
            let origin = Shared(wrappedValue: Origin(key: last.key))
            for index in rows.indices { rows[index].$origin = origin }
            keys = rows.isEmpty ? [] : [last.key]
        }
        for key in keys {
            environments[key] = last?.key == key ? last : try Environment.kept(key, of: file)
        }
        let origins = environments.mapValues { Shared(wrappedValue: $0.origin) }
        for index in rows.indices {
            if let origin = origins[rows[index].origin.key] { rows[index].$origin = origin }
        }
    }
}

extension Environment {
    /// That of the last run that wrote a file of results; nil where it is not known.
    package static func last(of file: String) throws(ResultsError) -> Environment? {
        let (directory, name) = Folder.split(file)
        // Of a file that was kept when another took its place, environment.json is not: that is of what came after it.
        let own: String? =
            name == Results.fileName
            ? Environment.fileName
            : Shard(fileName: name).map { $0.name(Environment.fileName) } ?? Generation.environmentName(nextTo: name)
        return try own.flatMap { name throws(ResultsError) in try read(from: directory, name: name) }
    }

    /// The one of this key next to a file of results; nil where there is none.
    package static func kept(_ key: String, of file: String) throws(ResultsError) -> Environment? {
        let directory = Folder.split(file).folder
        let name = keptName(key)
        guard let found = try read(from: directory, name: name) else { return nil }
        guard found.key == key else {
            throw .malformed(
                file: "\(directory)/\(name)", line: 1,
                "it describes the environment \(found.key), and not \(key); without the file its rows are of an unknown one"
            )
        }
        return found
    }
}
