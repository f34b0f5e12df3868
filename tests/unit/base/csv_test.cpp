#include "models/base/csv.h"

#include "tests/support/catch.h"

using namespace quell;
using Fields = std::vector<std::string>;

TEST_CASE("csv: fields of a line") {
    CHECK(split_csv_line("a,b,c") == Fields{"a", "b", "c"});
    CHECK(split_csv_line(" a ,\tb, c \r") == Fields{"a", "b", "c"});
    CHECK(split_csv_line("a,,c,") == Fields{"a", "", "c", ""});
    CHECK(split_csv_line("") == Fields{""});
    CHECK(split_csv_line("\"1,20\",none") == Fields{"1,20", "none"});
    CHECK(split_csv_line("\"a \"\"b\"\" c\",d") == Fields{"a \"b\" c", "d"});
    CHECK(split_csv_line("\"\",\"\"") == Fields{"", ""});
}

TEST_CASE("csv: a quoted field at the end of a line from another system") {
    CHECK(split_csv_line("4,\"1,20\"\r") == Fields{"4", "1,20"});
}

TEST_CASE("csv: quotes that do not match are no line") {
    CHECK(split_csv_line("\"a,b") == std::nullopt);
    CHECK(split_csv_line("a,\"") == std::nullopt);
    CHECK(split_csv_line("\"a\"b,c") == std::nullopt);
    CHECK(split_csv_line("\"a\"\"") == std::nullopt);
}

TEST_CASE("csv: what is written is read again") {
    for (const std::string text : {"plain", "1,20", "say \"a\"", "\"", ",", "a;b"}) {
        CAPTURE(text);
        CHECK(split_csv_line(csv_field(text) + "," + csv_field(text)) == Fields{text, text});
    }
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("two\nlines") == "\"two\nlines\"");
}
