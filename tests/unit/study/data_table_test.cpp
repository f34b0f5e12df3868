#include "sw/study/report/data_table.h"

#include "tests/support/catch.h"

using namespace quell;
using study::DataTable;

TEST_CASE("a table as CSV: quoted as in RFC 4180, numbers that read back", "[report]") {
    const DataTable table{
        {"name", "value"}, {{std::string("a,b"), 0.1}, {std::string("say \"c\""), 25318342.0}, {{}, {}}}, {}};
    CHECK(study::csv(table) == "name,value\n\"a,b\",0.1\n\"say \"\"c\"\"\",25318342\n,\n");
}

TEST_CASE("numbers for people have five digits, whole ones all of theirs", "[report]") {
    CHECK(study::readable(0) == "0");
    CHECK(study::readable(3.885199829) == "3.8852");
    CHECK(study::readable(9999) == "9999");
    CHECK(study::readable(50636.684) == "50\u202F637");
    CHECK(study::readable(25318342) == "25\u202F318\u202F342");
    CHECK(study::readable(-123456) == "-123\u202F456");
    CHECK(study::readable(0.000012345678) == "1.2346e-05");
}

TEST_CASE("a table as HTML: texts escaped, columns of numbers to the right", "[report]") {
    const DataTable table{
        {"<name>", "value"}, {{std::string("<script>&'\""), 1.5}, {std::string("b"), {}}}, {}};
    const std::string html = study::html(table);
    CHECK_THAT(html,
               test::contains("<th scope=\"col\">&lt;name&gt;</th><th scope=\"col\" class=\"n\">value</th>"));
    CHECK_THAT(html, test::contains("<td>&lt;script&gt;&amp;&#39;&quot;</td><td class=\"n\">1.5</td>"));
    CHECK_THAT(html, test::contains("<td>b</td><td class=\"n\"></td>"));
    CHECK(html.find("<script>") == std::string::npos);
}
