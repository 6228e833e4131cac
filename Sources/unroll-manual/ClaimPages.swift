import Reports

/// What `unroll reproduce --format json` says of a claim.
struct ClaimVerdict: Decodable {
    let claim: String
    let verdict: String
    let measured: String
    let low: Double?
    let high: Double?

    private enum CodingKeys: String, CodingKey {
        case claim, verdict, measured
        case low = "interval_low"
        case high = "interval_high"
    }
}

/// A page for each claim, and one that lists them, made of the claims' own files and of what results say of them.
struct ClaimPages {
    private let verdicts: [ClaimVerdict]
    /// Those that were judged, in the order of their verdicts.
    private let claims: [Claim]
    /// By experiment.
    private let pictures: [String: [String]]

    init(_ verdicts: [ClaimVerdict], pictures: [String: [String]]) throws {
        // Claims about other engines are judged where these have been measured.
        let judged = Set(verdicts.map(\.claim))
        claims = Claim.all.filter { judged.contains($0.id) }
        guard verdicts.map(\.claim) == claims.map(\.id),
            Claim.all.allSatisfy({ judged.contains($0.id) || $0.isOfEngines })
        else {
            throw ManualError("'unroll reproduce' speaks of other claims than this program knows: build both anew")
        }
        (self.verdicts, self.pictures) = (verdicts, pictures)
    }

    func pages() throws -> [MadePage] { try [index()] + zip(claims, verdicts).map(page) }

    /// Claims of one letter are of one subject.
    private static let subjects = [
        "A": "What unrolling takes", "B": "Streams, windows and CTC", "C": "Uniform checkpoints and halving",
        "D": "Binomial checkpoints", "E": "Truncation and its bias", "F": "Forward mode",
        "G": "Networks that run back", "H": "Speed", "I": "Fewer bits", "K": "Other cells and other engines",
    ]

    private func index() throws -> MadePage {
        let counts = Verdict.Outcome.allCases.map { outcome in
            "\(verdicts.count { $0.verdict == outcome.rawValue }) \(outcome.rawValue)"
        }
        var text = """
            # Every claim

            \(claims.count) published statements, each measured again: \(counts.joined(separator: ", ")).

            ## Overview

            How a verdict comes about, and how to check one: <doc:ReproducingClaims>. Verdicts are of the results that are committed.

            ## Topics

            """
        for letter in claims.map({ String($0.id.prefix(1)) }).uniqued {
            guard let subject = ClaimPages.subjects[letter] else {
                throw ManualError("claims '\(letter)' have no subject; give them one in ClaimPages.subjects")
            }
            text += "\n### \(subject)\n\n"
            for claim in claims where claim.id.hasPrefix(letter) { text += "- <doc:Claim-\(claim.id)>\n" }
        }
        return MadePage(name: "Claims", text: text)
    }

    private func page(of claim: Claim, _ verdict: ClaimVerdict) throws -> MadePage {
        func plain(_ text: String) -> String { Escape.markdown(text, startsLine: false) }
        var measured = plain(verdict.measured)
        if let low = verdict.low, let high = verdict.high {
            measured += " (interval \(rounded(low)) to \(rounded(high)))"
        }
        var text = """
            # \(claim.id): \(plain(claim.short))

            \(plain(claim.cited)): \(verdict.verdict).

            ## Overview

            \(Escape.markdown(claim.statement))

            - **Published:** \(plain(claim.published))
            - **Measured:** \(measured)
            - **Verdict:** \(verdict.verdict); on record: \(plain(claim.known.description))
            - **Tolerance:** \(plain(claim.tolerance))
            - **How it is counted:** \(plain(claim.convention))
            - **Source:** \(plain(claim.source))
            - **Where it was read:** \(try ClaimPages.trust(claim.trust))
            - **Experiments:** \(claim.experiments.map { "`experiments/full/\($0).yaml`" }.joined(separator: ", "))

            """
        // Timelines and shares by role are of single trials: what a claim speaks of is in the curves.
        let curves = claim.experiments.flatMap { experiment in
            (pictures[experiment] ?? []).filter { !["timeline", "attribution"].contains($0) }.map { (experiment, $0) }
        }
        for (experiment, name) in curves {
            text += "\n![\(name) of experiment \(experiment)](\(experiment)-\(name))\n"
        }
        return MadePage(name: "Claim-\(claim.id)", text: text)
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private static let trust = [
        "V": "in the paper's own text", "V2": "in a secondary source", "D": "derived or computed again here",
        "M": "told from memory",
    ]

    /// What the letters of a claim mean, several of them apart by a sign: `V+D`.
    private static func trust(_ letters: String) throws -> String {
        try letters.split { $0 == "+" || $0 == "/" }.map { letter in
            guard let meaning = trust[String(letter)] else {
                let allowed = trust.keys.sorted().joined(separator: ", ")
                throw ManualError("trust '\(letters)' is not known; allowed: \(allowed)")
            }
            return meaning
        }.joined(separator: "; ")
    }
}

extension Sequence<String> {
    /// Each once, in the order of the first of them.
    var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
