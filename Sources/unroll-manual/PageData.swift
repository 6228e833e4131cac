/// A page as docc's data have it: the parts that hold text (RenderNode.spec.json of Swift-DocC).
struct PageData: Decodable {
    let metadata: Metadata
    /// Of an article.
    let abstract: [Node]?
    let primaryContentSections: [Section]?
    let topicSections: [Topics]?
    /// Of a tutorial, or of the list of them.
    let sections: [Section]?
    let references: [String: Reference]

    struct Metadata: Decodable { let title: String? }

    struct Topics: Decodable {
        let title: String?
        let identifiers: [String]
        /// Made by docc of pages that no other section lists.
        let generated: Bool?
    }

    struct Section: Decodable {
        let kind: String
        let content: [Node]?
        let tasks: [Task]?
        let chapters: [Chapter]?
    }

    struct Chapter: Decodable {
        let name: String
        let content: [Node]?
        let tutorials: [String]
    }

    struct Task: Decodable {
        let title: String
        let contentSection: [Part]
        let stepsSection: [Step]
    }

    struct Part: Decodable {
        let content: [Node]?
        let media: String?
    }

    struct Step: Decodable {
        let content: [Node]?
        /// The file that is shown.
        let code: String?
        let media: String?
    }

    /// A block or a piece of a line.
    struct Node: Decodable {
        let type: String
        let text: String?
        /// One line of code in a text, all lines of a listing.
        let code: [String]
        let level: Int?
        let identifier: String?
        let inlineContent: [Node]?
        let content: [Node]?
        let items: [Item]?
        /// Of a table, each cell blocks.
        let rows: [[[Node]]]?
        let alignments: [String]?

        struct Item: Decodable { let content: [Node]? }

        private enum Key: String, CodingKey {
            case type, text, code, level, identifier, inlineContent, content, items, rows, alignments
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            type = try values.decode(String.self, forKey: .type)
            text = try values.decodeIfPresent(String.self, forKey: .text)
            code =
                type == "codeListing"
                ? try values.decode([String].self, forKey: .code)
                : try values.decodeIfPresent(String.self, forKey: .code).map { [$0] } ?? []
            level = try values.decodeIfPresent(Int.self, forKey: .level)
            identifier = try values.decodeIfPresent(String.self, forKey: .identifier)
            inlineContent = try values.decodeIfPresent([Node].self, forKey: .inlineContent)
            content = try values.decodeIfPresent([Node].self, forKey: .content)
            items = try values.decodeIfPresent([Item].self, forKey: .items)
            rows = try values.decodeIfPresent([[[Node]]].self, forKey: .rows)
            alignments = try values.decodeIfPresent([String].self, forKey: .alignments)
        }
    }

    /// What an identifier stands for: a page, a picture, a file, an address outside.
    struct Reference: Decodable {
        let type: String
        let title: String?
        let url: String?
        let abstract: [Node]?
        let alt: String?
        let variants: [Variant]?
        /// Lines of a file.
        let content: [String]?

        struct Variant: Decodable { let url: String }

        private enum Key: String, CodingKey { case type, title, url, abstract, alt, variants, content }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            type = try values.decode(String.self, forKey: .type)
            title = try values.decodeIfPresent(String.self, forKey: .title)
            url = try values.decodeIfPresent(String.self, forKey: .url)
            abstract = try values.decodeIfPresent([Node].self, forKey: .abstract)
            alt = try values.decodeIfPresent(String.self, forKey: .alt)
            variants = try values.decodeIfPresent([Variant].self, forKey: .variants)
            content = type == "file" ? try values.decode([String].self, forKey: .content) : nil
        }
    }
}
