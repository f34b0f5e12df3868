#include "sw/study/report/page.h"

#include "sw/study/report/page_style.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace quell::study {
namespace {

// The drawing without its head, its names made its own: several drawings of gnuplot's on one page share them.
std::string inline_svg(const std::string& svg, const Figure& figure) {
    const std::size_t begin = svg.find("<svg");
    if (begin == std::string::npos) return {};
    std::string text = svg.substr(begin);
    const std::string prefix = figure.name + "-";
    for (const std::string mark : {" id='", " id=\"", "href='#", "href=\"#", "url(#"}) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
            text.insert(at + mark.size(), prefix);
    }
    // What a screen reader says, and a pointer shows, in place of gnuplot's own.
    const auto replace = [&](const std::string& head, const std::string& tail, const std::string& by) {
        const std::size_t at = text.find(head);
        const std::size_t end = at == std::string::npos ? at : text.find(tail, at);
        if (end != std::string::npos) text.replace(at, end + tail.size() - at, by);
    };
    replace("<title>", "</title>", fmt::format("<title>{}</title>", html_escaped(figure.title)));
    replace("<desc>", "</desc>", "");
    for (std::size_t at = text.find("<title>gnuplot_plot"); at != std::string::npos;
         at = text.find("<title>gnuplot_plot", at))
        text.erase(at, text.find("</title>", at) + 8 - at);
    return text.insert(4, " role=\"img\"");
}

std::string links(const std::string& name, std::initializer_list<const char*> endings) {
    std::vector<std::string> parts;
    for (const char* ending : endings)
        parts.push_back(fmt::format("<a href=\"{0}.{1}\">{1}</a>", html_escaped(name), ending));
    return fmt::format("{}", fmt::join(parts, " "));
}

// Names to link to: of a part, and of a table in it, both counted from 1; part 0 is the page itself.
std::string part_id(std::size_t part) {
    return fmt::format("part-{}", part);
}

std::string table_id(std::size_t part, std::size_t table) {
    return fmt::format("part-{}-table-{}", part, table);
}

std::string figure_id(const Figure& figure) {
    return "figure-" + html_escaped(figure.name);
}

std::string table_html(const ReportTable& table, const std::string& id) {
    std::string text = fmt::format("<h3 id=\"{}\">{}</h3>\n", id, html_escaped(table.heading));
    if (!table.text.empty()) text += fmt::format("<p>{}</p>\n", html_escaped(table.text));
    return text + (table.table.rows.empty() ? "" : html(table.table));
}

std::string figure_html(const Figure& figure, const std::string* drawing) {
    const std::string head = drawing != nullptr
                                 ? inline_svg(*drawing, figure)
                                 : fmt::format("<strong>{}</strong>", html_escaped(figure.title));
    return fmt::format(
        "<figure id=\"{}\">{}<figcaption>{} <span class=\"quiet\">{}</span></figcaption></figure>\n",
        figure_id(figure), head, html_escaped(figure.caption),
        drawing != nullptr ? links(figure.name, {"svg", "pdf", "png", "csv", "gnuplot"})
                           : links(figure.name, {"csv", "gnuplot"}));
}

std::string part_html(const ReportPart& part, std::size_t number, bool with_heading,
                      const std::string*& drawing) {
    std::string text = fmt::format("<section id=\"{}\">\n", part_id(number));
    if (with_heading) text += fmt::format("<h2>{}</h2>\n", html_escaped(part.title));
    if (!part.banner.empty()) text += fmt::format("<p class=\"banner\">{}</p>\n", html_escaped(part.banner));
    for (const std::string& paragraph : part.paragraphs)
        text += fmt::format("<p>{}</p>\n", html_escaped(paragraph));
    if (!part.highlights.empty()) {
        text += "<dl class=\"highlights\">\n";
        for (const auto& [value, name] : part.highlights)
            text +=
                fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html_escaped(name), html_escaped(value));
        text += "</dl>\n";
    }
    if (!part.figures.empty()) {
        text += "<div class=\"figures\">\n";
        for (const Figure& figure : part.figures)
            text += figure_html(figure, drawing == nullptr ? nullptr : drawing++);
        text += "</div>\n";
    }
    for (const std::string& remark : part.remarks) text += fmt::format("<p>{}</p>\n", html_escaped(remark));
    for (std::size_t i = 0; i < part.tables.size(); ++i)
        text += table_html(part.tables[i], table_id(number, i + 1));
    return text + "</section>\n";
}

std::string link_to(const std::string& id, const std::string& text) {
    return fmt::format("<li><a href=\"#{}\">{}</a></li>", id, html_escaped(text));
}

// Links to the figures and tables of each part; nothing where there is one figure at most.
std::string contents_html(const Report& report) {
    std::size_t figures = 0;
    for (const ReportPart& part : report.parts) figures += part.figures.size();
    if (figures < 2 && report.parts.size() < 2) return {};
    std::string text = "<nav class=\"contents\" aria-label=\"Contents\">\n";
    if (!report.tables.empty()) {
        text += "<ul>";
        for (std::size_t i = 0; i < report.tables.size(); ++i)
            text += link_to(table_id(0, i + 1), report.tables[i].heading);
        text += "</ul>\n";
    }
    for (std::size_t p = 0; p < report.parts.size(); ++p) {
        const ReportPart& part = report.parts[p];
        if (report.parts.size() > 1)
            text += fmt::format("<p><a href=\"#{}\">{}</a></p>\n", part_id(p + 1), html_escaped(part.title));
        text += "<ul>";
        for (const Figure& figure : part.figures)
            text += link_to(figure_id(figure), figure.title.substr(0, figure.title.find('\n')));
        for (std::size_t i = 0; i < part.tables.size(); ++i)
            text += link_to(table_id(p + 1, i + 1), part.tables[i].heading);
        text += "</ul>\n";
    }
    return text + "</nav>\n";
}

}  // namespace

std::string html(const Report& report, const std::vector<std::string>& drawings) {
    std::string text = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
        "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
        html_escaped(report.title), page_style);
    for (const std::string& paragraph : report.paragraphs)
        text += fmt::format("<p class=\"quiet\">{}</p>\n", html_escaped(paragraph));
    text += contents_html(report);
    for (std::size_t i = 0; i < report.tables.size(); ++i)
        text += table_html(report.tables[i], table_id(0, i + 1));
    const std::string* drawing = drawings.empty() ? nullptr : drawings.data();
    for (std::size_t i = 0; i < report.parts.size(); ++i)
        text += part_html(report.parts[i], i + 1, report.parts.size() > 1, drawing);
    return text + fmt::format("<footer><p>quell {}: <code>{}</code></p></footer>\n</body>\n</html>\n",
                              html_escaped(report.version), html_escaped(report.command));
}

}  // namespace quell::study
