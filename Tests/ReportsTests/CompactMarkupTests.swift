import Reports
import Testing

/// Pictures in a page: fewer bytes, and everything that was drawn.
@Suite struct CompactMarkupTests {
    private static let usual = " stroke-linecap=\"butt\" stroke-linejoin=\"miter\""

    @Test(
        "Groups that are empty go, neighbours of the same attributes are one, content stays in order",
        arguments: [
            ("<svg><g a=\"1\">\n</g><g a=\"1\"><path/></g></svg>", "<svg><g a=\"1\"><path/></g></svg>"),
            ("<g a=\"1\"><path/></g>\n<g a=\"1\"><use/></g>", "<g a=\"1\"><path/><use/></g>"),
            ("<g a=\"1\"><path/></g>\n<g a=\"2\"><use/></g>", "<g a=\"1\"><path/></g><g a=\"2\"><use/></g>"),
            ("<g a=\"1\"><g b=\"1\">\n</g>\n</g><path/>", "<path/>"),
            (
                "<g a=\"1\"><path/></g><rect/><g a=\"1\"><use/></g>",
                "<g a=\"1\"><path/></g><rect/><g a=\"1\"><use/></g>"
            ),
            (
                "<g a=\"1\"><g b=\"1\"><path/></g></g><g a=\"1\"><g b=\"1\"><use/></g></g>",
                "<g a=\"1\"><g b=\"1\"><path/><use/></g></g>"
            ),
            ("<g a=\"1\"\(usual)><text>a < b</text></g>", "<g a=\"1\"><text>a < b</text></g>"),
            (
                "<defs>\n<path id='p-1' d=''/>\n<path id='p-10' d=''/>\n</defs>\n<use xlink:href='#p-10'/>",
                "<defs>\n<path id='p-10' d=''/>\n</defs>\n<use xlink:href='#p-10'/>"
            ),
            (
                "<g data-plot=\"1\" ><title>peak_plot_1</title>\n<path/></g>\n<g data-plot=\"2\" ><title>x</title><use/></g>",
                "<g>\n<path/><use/></g>"
            ),
            // What is not balanced is left alone.
            ("<g a=\"1\"></g></g><g a=\"1\"></g>", "<g a=\"1\"></g></g><g a=\"1\"></g>"),
        ])
    func known(svg: String, compact: String) {
        #expect(CompactMarkup(svg).text == compact)
        #expect(CompactMarkup(compact).text == compact)
    }
}
