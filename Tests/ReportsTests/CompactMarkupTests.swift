import Reports
import Testing

/// Pictures in a page: fewer bytes, and everything that was drawn.
@Suite struct CompactMarkupTests {
    private static let usual = " stroke-linecap=\"butt\" stroke-linejoin=\"miter\""

    @Test(
        "Groups that are empty go, neighbours of the same attributes are one, content stays in order",
        arguments: [
            ("<svg><g a=\"1\">\n</g><g a=\"1\"><path/></g></svg>", "<svg><g a=\"1\"><path/></g></svg>"),
            ("<g a=\"1\"><path/></g>\n<g a=\"1\"><use/></g>", "<g a=\"1\"><path/>\n<use/></g>"),
            ("<g a=\"1\"><path/></g>\n<g a=\"2\"><use/></g>", "<g a=\"1\"><path/></g><g a=\"2\"><use/></g>"),
            ("<g a=\"1\"><g b=\"1\">\n</g>\n</g><path/>", "<path/>"),
            (
                "<g a=\"1\"><path/></g><rect/><g a=\"1\"><use/></g>",
                "<g a=\"1\"><path/></g><rect/><g a=\"1\"><use/></g>"
            ),
            (
                "<g a=\"1\"><g b=\"1\"><path/></g></g><g a=\"1\"><g b=\"1\"><use/></g></g>",
                "<g a=\"1\"><g b=\"1\"><path/>\n<use/></g></g>"
            ),
            ("<g a=\"1\"\(usual)><text>a < b</text></g>", "<g a=\"1\"><text>a < b</text></g>"),
            // A text that is placed alone; one that is turned, or has another beside it, stays in its group.
            (
                "<g transform=\"translate(79.8,147.2)\" stroke=\"none\" fill=\"#555555\" font-size=\"13.0\"  "
                    + "text-anchor=\"end\">\n<text>full 1.0</text>\n</g>",
                "<text x=\"79.8\" y=\"147.2\" fill=\"#555555\" font-size=\"13\" text-anchor=\"end\">full 1.0</text>"
            ),
            (
                "<g transform=\"translate(1,2) rotate(-90)\"><text>a</text></g>",
                "<g transform=\"translate(1,2) rotate(-90)\"><text>a</text></g>"
            ),
            (
                "<g transform=\"translate(1,2)\"><text>a</text>\n<text>b</text></g>",
                "<g transform=\"translate(1,2)\"><text>a</text>\n<text>b</text></g>"
            ),
            // Bars of one colour are one path; what is no rectangle goes by its corners.
            (
                "<polygon fill = '#4d4d4d' points = '1,2 3,2 3,4 1,4 '/>\n<polygon fill = '#4d4d4d' points = '5,6 7,8 9,9 '/>",
                "<path fill='#4d4d4d' d='M1,2H3V4H1zM5,6 7,8 9,9z'/>"
            ),
            (
                "<polygon fill = '#4d4d4d' points = '1,2 3,2 3,4 1,4 '/>\n<polygon fill = '#ffffff' points = '1,2 3,2 3,4 1,4 '/>",
                "<path fill='#4d4d4d' d='M1,2H3V4H1z'/>\n<path fill='#ffffff' d='M1,2H3V4H1z'/>"
            ),
            (
                "<g data-plot=\"1\" ><title>peak_plot_1</title>\n<path/></g>\n<g data-plot=\"2\" ><title>x</title><use/></g>",
                "<g><path/>\n<use/></g>"
            ),
            // Marks of an axis are one path, for there are but its figures between them; grid lines lie under all else.
            (
                "<path stroke='#555' d='M1,2 L1,3'/>\n<text x=\"1\">0</text>\n<path stroke='#555' d='M4,2 L4,3'/>\n<use/>"
                    + "\n<path stroke='#555' d='M7,2 L7,3'/>",
                "<path stroke='#555' d='M1,2 L1,3M4,2 L4,3'/>\n<text x=\"1\">0</text>\n<use/>\n<path stroke='#555' d='M7,2 L7,3'/>"
            ),
            (
                "<g a=\"1\"><path class=\"gridline\"  d='M1,2 L1,3'/></g><g a=\"2\"><use/></g>"
                    + "<g a=\"1\"><path class=\"gridline\"  d='M4,2 L4,3'/></g><g a=\"2\"><rect/></g>",
                "<g a=\"1\"><path class=\"gridline\"  d='M1,2 L1,3M4,2 L4,3'/></g><g a=\"2\"><use/>\n<rect/></g>"
            ),
            // What is not balanced is left alone.
            ("<g a=\"1\"></g></g><g a=\"1\"></g>", "<g a=\"1\"></g></g><g a=\"1\"></g>"),
        ])
    func known(svg: String, compact: String) {
        #expect(CompactMarkup(svg).text == compact)
        #expect(CompactMarkup(compact).text == compact)
    }
}
