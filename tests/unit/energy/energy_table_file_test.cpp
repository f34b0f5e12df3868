#include "models/energy/energy_table_file.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <sstream>

using namespace quell;
using energy::EnergyTable;
using energy::Event;

namespace {

struct TableFile {
    test::TemporaryFolder folder;
    std::string path = folder.file("table.csv");

    EnergyTable read(const std::string& text) const {
        std::ofstream(path, std::ios::binary) << text;
        EnergyTable table = energy::default_energy_table({});
        energy::read_energy_table(path, table);
        return table;
    }
};

}  // namespace

TEST_CASE_METHOD(TableFile, "rows of a file replace those of the table, the others stay", "[energy]") {
    const EnergyTable table = read(
        "event,picojoules,source\n"
        "conversion,2.5,\"a paper, of \"\"ours\"\"\"\n"
        "\n"
        "memory_byte, 1e2 ,another\n");
    CHECK(table.at(Event::conversion).picojoules == 2.5);
    CHECK(table.at(Event::conversion).source == "a paper, of \"ours\"");
    CHECK(table.at(Event::memory_byte).picojoules == 100);
    CHECK(table.at(Event::row_drive).picojoules ==
          energy::default_energy_table({}).at(Event::row_drive).picojoules);
}

TEST_CASE_METHOD(TableFile, "spreadsheets' files are read: byte order mark, CRLF, no line break at the end",
                 "[energy]") {
    const EnergyTable table = read(
        "\xEF\xBB\xBF"
        "event,picojoules,source\r\nconversion,3,mine\r\nrow_drive,0,\"none\"");
    CHECK(table.at(Event::conversion).picojoules == 3);
    CHECK(table.at(Event::conversion).source == "mine");
    CHECK(table.at(Event::row_drive).picojoules == 0);
}

TEST_CASE_METHOD(TableFile, "what is printed is read back to the same table", "[energy]") {
    EnergyTable table = energy::default_energy_table({});
    table.at(Event::conversion) = {1.0 / 3, "with, comma and \"quotes\""};
    std::ostringstream out;
    energy::write_energy_table(out, table);
    const EnergyTable again = read(out.str());
    for (std::size_t i = 0; i < energy::events; ++i) {
        CHECK(again.rows[i].picojoules == table.rows[i].picojoules);
        CHECK(again.rows[i].source == table.rows[i].source);
    }
}

TEST_CASE_METHOD(TableFile, "what is wrong with a table is said with its line", "[energy]") {
    const std::string header = "event,picojoules,source\n";
    const auto fails = [this](const std::string& text, const std::string& message) {
        CHECK_THROWS_WITH(read(text), path + message);
        CHECK_THROWS_AS(read(text), Error);
    };
    fails("", ": empty, expected the header event,picojoules,source");
    fails("conversion,1,mine\n", ":1: expected the header event,picojoules,source");
    fails(header + "conversions,1,mine\n", ":2: there is no event 'conversions'; the nearest is conversion");
    fails(header + "\nconversion,1\n", ":3: 2 columns, expected event,picojoules,source");
    fails(header + "conversion,1,a, b\n",
          ":2: 4 columns, expected event,picojoules,source; a text with commas goes in quotes");
    fails(header + "conversion,-1,mine\n", ":2: conversion = '-1' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,1e308,mine\n",
          ":2: conversion = '1e308' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,nan,mine\n", ":2: conversion = 'nan' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,inf,mine\n", ":2: conversion = 'inf' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,1e999,mine\n",
          ":2: conversion = '1e999' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,,mine\n", ":2: conversion = '' pJ, expected a number from 0 to 1e+12");
    fails(header + "conversion,1,\n", ":2: conversion without a source");
    fails(header + "conversion,1,a\nconversion,2,b\n", ":3: conversion a second time");
    fails(header + "conversion,1,\"a\n", ":2: a quote without its end, or with something behind it");
    fails(header + "conversion,1,\"a\"b\n", ":2: a quote without its end, or with something behind it");
    EnergyTable table;
    CHECK_THROWS_WITH(energy::read_energy_table(path + ".none", table),
                      path + ".none: cannot be read: No such file or directory");
    CHECK_THROWS_AS(energy::read_energy_table(folder.path(), table), Error);
}
