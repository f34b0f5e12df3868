// `quell compile` as a person types it.
#include "models/network/builtin/builtin.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <fstream>
#include <iterator>

using namespace quell;
using test::run_quell;

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Files : test::TemporaryFolder {
    std::string at(const std::string& name) const { return file(name); }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(at(name)) << text;
        return at(name);
    }
};

void require_clean(const test::Outcome& outcome) {
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    REQUIRE(outcome.err.empty());
}

}  // namespace

TEST_CASE("compile: every built-in network, assembled again, is the same program", "[compile]") {
    const Files files;
    for (const auto& [name, summary] : network::builtin_networks()) {
        for (const std::string batch : {"1", "3"}) {
            CAPTURE(name, batch);
            std::vector<std::string> words{"compile",  name,          "--batch", batch,
                                           "--output", files.at("s"), "--words", files.at("words")};
            if (batch != "1" && name.starts_with("vgg")) {  // too large for the grid
                CHECK_THAT(run_quell(words).err, test::contains("do not fit on the grid"));
                continue;
            }
            require_clean(run_quell(words));
            CHECK(content(files.at("words")).size() > 17 * 50);
            require_clean(run_quell({"compile", "--assemble", files.at("s"), "--words", files.at("again"),
                                     "--output", files.at("s2")}));
            CHECK(content(files.at("again")) == content(files.at("words")));
            require_clean(run_quell({"compile", "--disassemble", files.at("words"), "--words",
                                     files.at("again"), "--output", files.at("s3")}));
            CHECK(content(files.at("again")) == content(files.at("words")));
            CHECK(content(files.at("s3")) == content(files.at("s2")));
        }
    }
}

TEST_CASE("compile: every stretch is headed by the layer it serves", "[compile]") {
    const test::Outcome outcome = run_quell({"compile", "resnet18", "--denoiser.after", "1,20"});
    require_clean(outcome);
    CHECK_THAT(outcome.out, test::contains("; layer 0: Conv conv1 + bn1 + relu -> 64x112x112, 16 crossbars"));
    CHECK_THAT(outcome.out, test::contains("; layer 30: Gemm fc -> 1000"));
    CHECK_THAT(outcome.out, test::contains("site=20 channels=512 height=7 width=7"));
    const test::Outcome batch =
        run_quell({"compile", "resnet18", "--denoiser.after", "1,20", "--batch", "2"});
    require_clean(batch);
    CHECK_THAT(batch.out, test::contains("; layer 30: Gemm fc -> 1000, 500 crossbars\n      STAGE"));
    CHECK_THAT(batch.out, test::contains("; block after convolution 20\n      STAGE"));
}

TEST_CASE_METHOD(test::SystemCFixture, "compile: a program by hand runs", "[compile]") {
    const Files files;
    const std::string file = files.write("p.s",
                                         "; two products\n"
                                         "strip LOAD address=0x0 words=160\n"
                                         "      MVM pe=0 pes=1 crossbars=4 products=2 ; 1,600 cycles\n"
                                         "      STORE address=0x1000 words=16\n"
                                         "      SYNC layer=7\n"
                                         "      HALT\n");
    const test::Outcome outcome = run_quell({"compile", "--assemble", file, "--run"});
    require_clean(outcome);
    // Load 2 + 10, products 1,600, drain 300, store 3.
    CHECK_THAT(outcome.out, test::contains("1915"));
}

TEST_CASE("compile: what is wrong with a program is said in one line", "[compile]") {
    const Files files;
    const auto refuses = [&](const std::string& option, const std::string& text, const std::string& part) {
        const std::string file = files.write("program", text);
        const test::Outcome outcome = run_quell({"compile", option, file});
        INFO(outcome.err);
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(file) && test::contains(part));
    };
    refuses("--disassemble", "f000000000000000\n0\n", "context word 0: 15 is no opcode");
    refuses("--disassemble", "0000\nhalt\n", "line 2: 'halt' is no context word");
    refuses("--disassemble", "", "no HALT");
    refuses("--assemble", "JUMP to=3\nHALT\n", "line 1: assembly 'JUMP to=3': 'JUMP' is no instruction");
    refuses("--assemble", "LOOP body=9 count=2\nstrip LOAD address=0x0 words=16\nHALT\n",
            "the loop's body of 9 words reaches behind the program's 3 words");
    refuses("--assemble", "strip MVM pe=168 pes=1 crossbars=1 products=1\nHALT\n",
            "PEs 168 to 168, the grid has 0 to 167");
    refuses("--assemble", "strip LOAD address=0x53fff8 words=16\nHALT\n", "the scratchpad has 0x540000");
    refuses("--assemble", "SYNC layer=0\n", "no HALT");

    const auto fails = [](const std::vector<std::string>& words, int code, const std::string& part) {
        const test::Outcome outcome = run_quell(words);
        INFO(outcome.err);
        CHECK(outcome.code == code);
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(part));
    };
    fails({"compile"}, 2, "the network is missing");
    fails({"compile", "resnet18", "--assemble", "x"}, 2, "one program at a time");
    fails({"compile", "--assemble", files.at("nothing")}, 1, files.at("nothing"));
    fails({"compile", "resnet18", "--output", files.at("no/folder")}, 1, "there is no folder");
    fails({"compile", "resnet18", "--format", "json"}, 2, "--format");
    fails({"compile", "resnet18", "--denoiser.after", "21"}, 2, "convolution 21");
    fails({"compile", "vgg16", "--batch", "2"}, 1, "do not fit on the grid");
}
