#include "models/analog/device/programming_table.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <string>

using namespace quell;
using analog::ProgrammingTable;

namespace {

class Table {
public:
    explicit Table(const std::string& text) { std::ofstream(file()) << text; }
    std::string file() const { return folder_.file("table.csv"); }
    double sigma(double target) const { return ProgrammingTable(file()).sigma(target); }

private:
    test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a table of programming errors is interpolated") {
    const Table table("# measured\ntarget,sigma\n0.1, 0.02\r\n\n0.5,0.04\n1,0\n");
    CHECK(table.sigma(0) == 0.02);
    CHECK(table.sigma(0.1) == 0.02);
    CHECK(table.sigma(0.2) == Approx(0.025));
    CHECK(table.sigma(0.5) == Approx(0.04));
    CHECK(table.sigma(0.75) == Approx(0.02));
    CHECK(table.sigma(1) == 0);
    CHECK(Table("0,0.3\n0.5,0.1").sigma(0.9) == 0.1);
}

TEST_CASE("a bad table is refused with its name and line") {
    const auto refused = [](const std::string& text, const std::string& complaint) {
        const Table table(text);
        CHECK_THROWS_WITH(ProgrammingTable(table.file()),
                          test::contains(table.file()) && test::contains(complaint));
    };
    refused("", "0 lines of target,sigma, expected at least 2");
    refused("0.5,0.1\n", "1 lines of target,sigma, expected at least 2");
    refused("0,0.1\n0.5;0.1\n", "line 2: \"0.5;0.1\", expected target,sigma");
    refused("0,0.1\n\n0.5,\n", "line 3: \"0.5,\", expected target,sigma");
    refused("0,0.1\n0.5,0.1,7\n", "line 2: \"0.5,0.1,7\", expected");
    refused("0,0.1\n0.5,nan\n", "line 2: \"0.5,nan\", expected");
    refused("0,0.1\n0.5,-0.1\n", "two numbers from 0 to 1 (of Gmax)");
    refused("0,0.1\n25,0.1\n", "line 2: \"25,0.1\"");
    refused("0,0.1\n0.5,0.1\n0.5,0.2\n", "line 3: target 0.5 after 0.5, expected rising targets");
    refused("a,b\n0,1\n1,1\n", "line 1: \"a,b\", expected");
    CHECK_THROWS_WITH(ProgrammingTable("/nowhere/table.csv"),
                      test::contains("/nowhere/table.csv: cannot be opened"));
    CHECK_THROWS_AS(ProgrammingTable("/"), Error);
}
