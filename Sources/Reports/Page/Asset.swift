/// A script or a style sheet that stands in a page; Plugins/EmbedAssets makes one of each file in Assets.
struct Asset: Sendable {
    /// SHA-256 of the text in base 64, by which a page's policy lets a script run.
    let hash: String
    let text: String
}
