// `quell run` as a person types it: the command line in, the printed result out.
#include "sw/cli/dispatch.h"
#include "tests/support/shared_data.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace quell;
using Json = nlohmann::json;

namespace {

struct Printed {
    int code = 0;
    std::string out, err;
};

struct Run : test::SystemCFixture {
    Printed quell(const std::vector<std::string>& words) const {
        std::ostringstream out, err;
        Printed printed;
        printed.code = cli::dispatch(words, out, err);
        printed.out = out.str();
        printed.err = err.str();
        return printed;
    }
    Json json(std::vector<std::string> words) const {
        words.insert(words.end(), {"--format", "json"});
        const Printed printed = quell(words);
        INFO(printed.err);
        REQUIRE(printed.code == 0);
        return Json::parse(printed.out);
    }
};

std::int64_t sum(const Json& object) {
    std::int64_t total = 0;
    for (const auto& [key, value] : object.items()) total += value.get<std::int64_t>();
    return total;
}

}  // namespace

TEST_CASE_METHOD(Run, "run: the JSON is what scripts rely on", "[run]") {
    const Json json = this->json({"run"});
    CHECK(json["schema"] == "quell.run/1");
    CHECK(json["model"] == "resnet18");
    CHECK(json["fidelity"] == "transaction");
    CHECK(json["clock_mhz"] == 500);
    REQUIRE(json["layers"].size() == 20);

    std::int64_t baseline = 0, denoiser = 0, macs = 0;
    for (std::size_t i = 0; i < json["layers"].size(); ++i) {
        const Json& layer = json["layers"][i];
        CAPTURE(layer["name"]);
        CHECK(layer["index"] == i + 1);
        CHECK(layer["op"] == "Conv");
        CHECK(sum(layer["breakdown"]) == layer["cycles"]);
        CHECK(sum(layer["denoiser_breakdown"]) == layer["denoiser_cycles"]);
        CHECK((layer["denoiser_cycles"] > 0) == (i == 0 || i == 19));
        baseline += layer["cycles"].get<std::int64_t>();
        denoiser += layer["denoiser_cycles"].get<std::int64_t>();
        macs += layer["macs"].get<std::int64_t>();
    }
    for (const Json& other : json["other"]) baseline += other["cycles"].get<std::int64_t>();
    CHECK(macs == 1813561344);  // the 20 convolutions of ResNet-18 at 224x224
    CHECK(json["baseline_cycles"] == baseline);
    CHECK(json["denoiser_cycles"] == denoiser);
    CHECK(json["total_cycles"] == baseline + denoiser);
    CHECK(json["overhead_percent"].get<double>() ==
          Approx(100.0 * static_cast<double>(denoiser) / static_cast<double>(baseline)));
    CHECK(json["latency_us"].get<double>() == Approx(static_cast<double>(baseline + denoiser) / 500));
    CHECK(json["energy_uj"] > 0);
    // 64 x 112 x 112: HW (3 C B + 9 B) products of the first block.
    CHECK(json["layers"][0]["denoiser_macs"] == 40341504);
}

TEST_CASE_METHOD(Run, "run: every fidelity gives the same cycles", "[run]") {
    const Json transaction = json({"run"});
    for (const char* fidelity : {"analytic", "cycle"}) {
        const Run fresh;
        const Json other = fresh.json({"run", "--fidelity", fidelity});
        INFO(fidelity);
        for (const char* key :
             {"baseline_cycles", "denoiser_cycles", "total_cycles", "layers", "other", "energy_uj"}) {
            CHECK(transaction[key] == other[key]);
        }
    }
}

TEST_CASE_METHOD(Run, "run: energies by layer and by module sum to the whole", "[run]") {
    const Json json = this->json({"run"});
    double layers = 0, modules = 0, blocks = 0;
    for (const char* part : {"layers", "other"}) {
        for (const Json& layer : json[part]) {
            double of_layer = 0;
            for (const auto& [name, energy] : layer["energy_by_module_uj"].items()) {
                CHECK(energy >= 0);
                of_layer += energy.get<double>();
            }
            CHECK(layer["energy_uj"].get<double>() == Approx(of_layer));
            layers += of_layer;
            if (layer.contains("denoiser_energy_uj")) blocks += layer["denoiser_energy_uj"].get<double>();
        }
    }
    for (const auto& [name, energy] : json["energy_by_module_uj"].items()) modules += energy.get<double>();
    CHECK(json["energy_uj"].get<double>() == Approx(layers + blocks));
    CHECK(json["energy_uj"].get<double>() == Approx(modules));
    CHECK(json["denoiser_energy_uj"].get<double>() == Approx(blocks));

    // conv1: 147 inputs on two crossbars, 64 outputs of 16 columns on 8 blocks; 112 x 112 products of 16
    // steps.
    const double conversions = 12544.0 * 16 * 2 * 8 * 128;
    CHECK(json["layers"][0]["energy_by_module_uj"]["adc"].get<double>() == Approx(conversions * 1.5625e-6));
    // The blocks' multiplications and accumulations: 64x112x112 and 512x7x7.
    const double macs = 40341504 + 49.0 * (3 * 512 * 128 + 9 * 128);
    CHECK(json["energy_by_module_uj"]["denoiser_cores"].get<double>() == Approx(macs * 0.95e-6));

    // Microjoules over microseconds are watts.
    const double microseconds = json["denoiser_cycles"].get<double>() / 500;
    const double unit = json["denoiser_unit_energy_uj"].get<double>();
    CHECK(unit < blocks);
    CHECK(json["denoiser_running_power_mw"].get<double>() == Approx(1e3 * unit / microseconds));
    CHECK(json["denoiser_average_power_mw"].get<double>() ==
          Approx(1e3 * unit / json["latency_us"].get<double>()));
    CHECK(json["paper_denoiser_average_power_mw"] == 1.78);
    CHECK(json["average_power_mw"].get<double>() ==
          Approx(1e3 * json["energy_uj"].get<double>() / json["latency_us"].get<double>()));
    CHECK(json["pe_area_mm2"].get<double>() == Approx(0.372).epsilon(0.002));
}

TEST_CASE_METHOD(Run, "block: the energy is that of the same block in a run", "[run]") {
    const Json run = json({"run", "--fidelity", "analytic"});
    const Json block =
        json({"block", "--fidelity", "analytic", "--channels", "64", "--height", "112", "--width", "112"});
    CHECK(block["energy_uj"].get<double>() == Approx(run["layers"][0]["denoiser_energy_uj"].get<double>()));
    CHECK(block["energy_by_module_uj"]["denoiser_cores"].get<double>() == Approx(40341504 * 0.95e-6));
    CHECK(block["unit_energy_uj"] < block["energy_uj"]);
    CHECK(block["unit_power_mw"].get<double>() ==
          Approx(1e3 * block["unit_energy_uj"].get<double>() / block["latency_us"].get<double>()));
    const Printed printed =
        quell({"block", "--channels", "4", "--height", "4", "--width", "4", "--energy.table", "/nope.csv"});
    CHECK(printed.code == 1);
    CHECK(printed.err == "quell: /nope.csv: cannot be read: No such file or directory\n");
}

TEST_CASE_METHOD(Run, "run: an energy table of one's own", "[run]") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("mine.csv");
    const Json before = json({"run", "resnet20_cifar10"});
    std::ofstream(file) << "event,picojoules,source\nconversion,3.125,twice\npe_leakage_ns,1,a milliwatt\n";
    const Run fresh;
    const Json after = fresh.json({"run", "resnet20_cifar10", "--energy.table", file});
    const Json &old = before["energy_by_module_uj"], &now = after["energy_by_module_uj"];
    CHECK(now["adc"].get<double>() == Approx(2 * old["adc"].get<double>()));
    CHECK(now["dac"] == old["dac"]);
    // 168 PEs, a milliwatt each: nanojoules per microsecond.
    CHECK(now["pe_leakage"].get<double>() == Approx(168e-3 * after["latency_us"].get<double>()));
    std::ofstream(file) << "event,picojoules,source\nconversion,nan,x\n";
    const Printed printed = quell({"run", "resnet20_cifar10", "--energy.table", file});
    CHECK(printed.code == 1);
    CHECK(printed.err == "quell: " + file + ":2: conversion = 'nan' pJ, expected a number from 0 to 1e+12\n");
}

TEST_CASE_METHOD(Run, "energy: the table in use is printed as a file to start from", "[run]") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("mine.csv");
    const Printed csv = quell({"energy", "--format", "csv"});
    CHECK(csv.code == 0);
    std::ofstream(file) << csv.out;
    CHECK(quell({"energy", "--format", "csv", "--energy.table", file}).out == csv.out);
    CHECK_THAT(csv.out, test::contains("\nconversion,1.5625,"));
    const Json json = Json::parse(quell({"energy", "--format", "json", "--tile.adcs", "2"}).out);
    CHECK(json["schema"] == "quell.energy/1");
    CHECK(json["events"].size() > 20);
    CHECK(json["pe_area"][0]["component"] == "adc");
    CHECK(json["pe_area"][0]["mm2"].get<double>() == Approx(2 * 12 * 0.0096));
    CHECK_THAT(quell({"energy"}).out, test::contains("no public source"));
}

TEST_CASE_METHOD(Run, "run: a model that is named runs without blocks", "[run]") {
    CHECK(json({"run", "resnet18"})["denoiser_cycles"] == 0);
    const Run fresh;
    CHECK(fresh.json({"run", "--denoiser.after", "none"})["denoiser_cycles"] == 0);
}

TEST_CASE_METHOD(Run, "run: the table ends with the totals", "[run]") {
    const Printed printed = quell({"run"});
    CHECK(printed.code == 0);
    for (const char* text : {"layer4.1.conv2", "baseline", "denoiser", "500 MHz", "simulated in",
                             "ISAAC/PUMA parameters in an MX-CGRA organisation"}) {
        CHECK_THAT(printed.out, test::contains(text));
    }
}

TEST_CASE_METHOD(Run, "run: a batch is reported beside the latency of one", "[run]") {
    const Json one = json({"run"});
    CHECK(one["batch"] == 1);
    CHECK(one["batch_cycles"] == one["total_cycles"]);
    CHECK(one["throughput_images_per_s"].get<double>() == Approx(5e8 / one["total_cycles"].get<double>()));
    for (const char* fidelity : {"analytic", "transaction"}) {
        const Run fresh;
        const Json json = fresh.json({"run", "--batch", "8", "--fidelity", fidelity});
        INFO(fidelity);
        for (const char* key :
             {"baseline_cycles", "denoiser_cycles", "total_cycles", "latency_us", "energy_uj"})
            CHECK(json[key] == one[key]);
        CHECK(json["batch"] == 8);
        CHECK(json["batch_pipelined"] == true);
        CHECK(json["batch_cycles"].get<double>() < 8 * one["total_cycles"].get<double>() / 1.5);
        CHECK(json["interval_cycles"].get<double>() ==
              Approx((json["batch_cycles"].get<double>() - json["first_image_cycles"].get<double>()) / 7));
        CHECK(json["throughput_images_per_s"].get<double>() ==
              Approx(5e8 / json["interval_cycles"].get<double>()));
        CHECK(json["batch_images_per_s"].get<double>() ==
              Approx(8 * 5e8 / json["batch_cycles"].get<double>()));
        for (const char* list : {"layers", "other"}) {
            for (const Json& layer : json[list]) {
                CHECK(sum(layer["batch_breakdown"]) == json["batch_cycles"]);
                CHECK(layer["batch_breakdown"]["idle"] >= 0);
                CHECK(layer["output_buffers"] >= 1);
            }
        }
        // conv1 has 112 x 112 products of 800 cycles for each image: no pace can be faster.
        CHECK(json["interval_cycles"].get<double>() > 112 * 112 * 800);
    }
}

TEST_CASE_METHOD(Run, "run: weights that are written for every image let images follow each other", "[run]") {
    const Json json = this->json({"run", "vgg16", "--batch", "3"});
    CHECK(json["resident"] == false);
    CHECK(json["batch_pipelined"] == false);
    CHECK(json["batch_cycles"] == 3 * json["total_cycles"].get<std::int64_t>());
    CHECK_THAT(json["batch_note"].get<std::string>(), test::contains("written again for every image"));
}

TEST_CASE_METHOD(Run, "run: replication balances under a budget of PEs", "[run]") {
    const auto cycles = [](const std::vector<std::string>& options) {
        const Run fresh;
        std::vector<std::string> words{"run", "resnet20_cifar10", "--fidelity", "analytic"};
        words.insert(words.end(), options.begin(), options.end());
        return fresh.json(words)["total_cycles"].get<std::int64_t>();
    };
    const std::int64_t one = cycles({}), whole = cycles({"--platform.replication", "auto"});
    const std::int64_t budget =
        cycles({"--platform.replication", "auto", "--platform.replication_pes", "20"});
    CHECK(whole < budget);
    CHECK(budget < one);
    CHECK(cycles({"--platform.replication", "auto", "--platform.replication_pes", "168"}) == whole);
}

// references: 18 steps of 128 ns are 2,304 ns; 22 of 100 ns.
TEST_CASE_METHOD(Run, "run: the time of a product is that of the papers", "[run]") {
    const Json isaac = json({"run", "--fidelity", "analytic"})["crossbar_product"];
    CHECK(isaac["steps"] == 22);
    CHECK(isaac["step_ns"] == 100);
    CHECK(isaac["product_ns"] == 2200);
    const Json puma = json({"run", "--fidelity", "analytic", "--tile.preset", "puma"})["crossbar_product"];
    CHECK(puma["steps"] == 18);
    CHECK(puma["step_ns"] == 128);
    CHECK(puma["product_ns"] == 2304);
}

TEST_CASE_METHOD(Run, "run: one cell per crossbar is a legal machine", "[run]") {
    // A weight of 16 bits then takes two crossbars: 16 bits on one cell, one for each sign.
    const Json json = this->json({"run", "resnet20_cifar10", "--fidelity", "analytic", "--tile.rows", "1",
                                  "--tile.columns", "2", "--tile.bits_per_cell", "16"});
    CHECK(json["resident"] == false);
    CHECK(json["total_cycles"] > 0);
}

TEST_CASE_METHOD(Run, "run: what is wrong is said in one line", "[run]") {
    const auto fails = [this](const std::vector<std::string>& words, int code, const std::string& part) {
        const Printed printed = quell(words);
        INFO(printed.err);
        CHECK(printed.code == code);
        CHECK(printed.out.empty());
        CHECK_THAT(printed.err, test::contains(part));
        CHECK(std::count(printed.err.begin(), printed.err.end(), '\n') == 1);
    };
    fails({"run", "--denoiser.after", "21"}, 2, "convolution 21");
    fails({"run", "no_such_network"}, 2, "no_such_network");
    fails({"run", "--platform.grid_rows", "1", "--platform.reprogram", "false"}, 1, "crossbars");
    fails({"run", "--platform.grid_rows", "1", "--platform.reprogram", "false"}, 1,
          // 18 row splits of 32 column blocks; 992 of 14 x 96 are taken by the layers before.
          "layer 'layer3.0.conv2' of resnet18 needs 576 crossbars and");
    // 1,152 inputs, 8 slices, two signs.
    fails({"run", "resnet18", "--tile.rows", "1", "--tile.columns", "1"}, 1,
          "layer 'layer2.0.conv2' of resnet18: one output needs 18432 crossbars");
    fails({"run", "--platform.replication", "0"}, 2, "auto, or a whole number (copies), 1 to 4096");
    fails({"run", "--platform.replication_pes", "5"}, 2, "platform.replication = auto");
    fails({"run", "--platform.replication", "auto", "--platform.replication_pes", "169"}, 2, "168 PEs");
    fails({"run", "--batch", "0"}, 2, "--batch");
    fails({"run", "--data", "somewhere"}, 1, "somewhere");
    fails({"run", "--data", "somewhere", "--dataset", "mnist"}, 2, "cifar10");
    fails({"run", "--limit", "5"}, 2, "--limit");
    fails({"run", "--dataset", "cifar10"}, 2, "--dataset");
    fails({"run", "--data", "somewhere", "--dataset", "cifar10"}, 1, "somewhere");
    fails({"run", "--tile.adcs", "0"}, 2, "tile.adcs");
    // Two channels of 512 words are four times as many bytes; the first block alone asks for 256.
    fails({"run", "--denoiser.weight_sram_bytes", "128"}, 1,
          "at least 2048 are needed (after convolution 20");
    fails({"run", "--seed", "18446744073709551616"}, 2, "0 to 18446744073709551615");
    fails({"model", "export", "resnet20_cifar10", "--to", "/nope/a.onnx"}, 1,
          "/nope/a.onnx: cannot be written: No such file");
    // Cycles beyond 64 bits came out negative, or too few.
    for (const char* option : {"--tile.read_ns", "--tile.conversion_ns", "--tile.row_write_ns"}) {
        for (const char* value : {"1e15", "1e300"})
            fails({"run", option, value, "--fidelity", "analytic"}, 2, "out of range");
    }
}

TEST_CASE_METHOD(Run, "run: the slowest tiles that are legal still give a sum of cycles", "[run]") {
    const Json json = this->json({"run",      "--fidelity",
                                  "analytic", "--tile.read_ns",
                                  "1e6",      "--tile.stages",
                                  "1000",     "--tile.conversion_ns",
                                  "1e3",      "--tile.columns",
                                  "65536",    "--tile.row_write_ns",
                                  "1e6",      "--clock_mhz",
                                  "10000",    "--platform.grid_rows",
                                  "1",        "--platform.grid_columns",
                                  "1",        "--platform.crossbars_per_pe",
                                  "4095",     "--platform.write_units",
                                  "1"});
    std::int64_t baseline = 0;
    for (const char* part : {"layers", "other"}) {
        for (const Json& layer : json[part]) {
            CHECK(layer["cycles"] > 0);
            baseline += layer["cycles"].get<std::int64_t>();
        }
    }
    CHECK(json["baseline_cycles"] == baseline);
    // conv1 alone: 112 x 112 products, one interval of 16 steps of 65536 conversions of 1 us after the other.
    CHECK(json["layers"][0]["cycles"] > 12544 * 16 * 65536.0 * 1e3 * 10);
}

TEST_CASE_METHOD(Run, "run: values of a real network", "[run]") {
    const auto images = test::shared_data("cifar10");
    const auto model = test::shared_data("models/resnet20_cifar10_folded.onnx");
    if (!images || !model) return;
    const std::vector<std::string> words{"run",       model->string(), "--data",  images->string(),
                                         "--dataset", "cifar10",       "--limit", "100"};
    const Json noisy = json(words);
    CHECK(noisy["images"] == 100);
    CHECK(noisy["predictions"].size() == 100);
    CHECK(noisy["clean_accuracy_percent"] > 85);
    CHECK(noisy["accuracy_percent"] > 55);
    CHECK(noisy["accuracy_percent"] < noisy["clean_accuracy_percent"]);
    std::vector<std::string> strong = words;
    strong.insert(strong.end(), {"--noise.sigma_percent", "100"});
    const Run fresh;
    CHECK(fresh.json(strong)["accuracy_percent"] < 30);
}
