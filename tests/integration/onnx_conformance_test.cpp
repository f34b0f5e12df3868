// Every case of ONNX's own test data (Debian: libonnx-testdata) whose operators are all ones we import:
// passes, or stands in onnx_conformance_exclusions.txt with the reason. An excluded case that passes fails
// the test too.
#include "models/network/executor.h"
#include "models/network/onnx_import.h"
#include "tests/support/catch.h"

#include <onnx/onnx_pb.h>
#include <onnx/version_converter/convert.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace quell;

const std::set<std::string> operators{"Conv",
                                      "BatchNormalization",
                                      "Relu",
                                      "LeakyRelu",
                                      "Clip",
                                      "Sigmoid",
                                      "HardSigmoid",
                                      "HardSwish",
                                      "Add",
                                      "Sub",
                                      "Mul",
                                      "Div",
                                      "Sqrt",
                                      "Round",
                                      "Softplus",
                                      "RandomNormalLike",
                                      "Concat",
                                      "Pad",
                                      "MaxPool",
                                      "AveragePool",
                                      "GlobalAveragePool",
                                      "ReduceMean",
                                      "Gemm",
                                      "MatMul",
                                      "Flatten",
                                      "Reshape",
                                      "Transpose",
                                      "Softmax",
                                      "Identity",
                                      "Dropout",
                                      "Constant",
                                      "ConstantOfShape",
                                      "Shape",
                                      "Gather",
                                      "Unsqueeze",
                                      "Squeeze",
                                      "Slice",
                                      "Cast",
                                      "Floor",
                                      "Ceil",
                                      "Neg"};

// Inputs from this place on are parameters of the operator: exporters store them as constants, while the test
// data often feeds them as inputs of the model.
const std::map<std::string, int> first_parameter{{"Conv", 1},    {"BatchNormalization", 1},
                                                 {"Clip", 1},    {"Pad", 1},
                                                 {"Reshape", 1}, {"Dropout", 1},
                                                 {"Squeeze", 1}, {"Unsqueeze", 1},
                                                 {"Gemm", 1},    {"ConstantOfShape", 0},
                                                 {"Gather", 0},  {"Slice", 0},
                                                 {"Cast", 0},    {"Shape", 1},
                                                 {"Floor", 0},   {"Ceil", 0},
                                                 {"Neg", 0}};

fs::path data_folder() {
    const char* elsewhere = std::getenv("QUELL_ONNX_TESTDATA");
    return elsewhere != nullptr ? elsewhere : "/usr/share/libonnx-testdata/data";
}

// Cases of opsets before 7 are brought to 7 by ONNX's own converter, so that operators which have not changed
// since are tried as well.
onnx::ModelProto read_model(const fs::path& file) {
    onnx::ModelProto model;
    std::ifstream stream(file, std::ios::binary);
    if (!model.ParseFromIstream(&stream)) throw Error("{}: cannot be read", file.string());
    const bool old = model.opset_import_size() == 1 && model.opset_import(0).domain().empty() &&
                     model.opset_import(0).version() < 7;
    if (!old) return model;
    try {
        return onnx::version_conversion::ConvertVersion(model, 7);
    } catch (const std::exception&) {
        return model;
    }
}

bool in_scope(const onnx::ModelProto& model) {
    const auto& nodes = model.graph().node();
    return !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [](const onnx::NodeProto& node) {
        return node.domain().empty() && operators.contains(node.op_type());
    });
}

std::set<std::string> parameters_among_inputs(const onnx::ModelProto& model) {
    std::set<std::string> inputs, bound;
    for (const auto& input : model.graph().input()) inputs.insert(input.name());
    for (const auto& node : model.graph().node()) {
        const auto first = first_parameter.find(node.op_type());
        if (first == first_parameter.end()) continue;
        for (int i = first->second; i < node.input_size(); ++i) {
            if (inputs.contains(node.input(i))) bound.insert(node.input(i));
        }
    }
    return bound;
}

Tensor<float> read_floats(const fs::path& file) {
    network::NamedOnnxTensor tensor = network::read_onnx_tensor(file);
    if (!std::holds_alternative<Tensor<float>>(tensor.values)) {
        throw Error("{}: holds {}", file.filename().string(), tensor.data_type);
    }
    return std::get<Tensor<float>>(std::move(tensor.values));
}

void compare(const Tensor<float>& got, const Tensor<float>& wanted, const std::string& name) {
    if (got.shape != wanted.shape) {
        throw Error("output {}: shape {}, {} expected", name, to_string(got.shape), to_string(wanted.shape));
    }
    for (std::size_t i = 0; i < wanted.values.size(); ++i) {
        const double a = got.values[i], b = wanted.values[i];
        if (a == b || (std::isnan(a) && std::isnan(b))) continue;  // infinities; roots of negative numbers
        if (!(std::abs(a - b) <= 1e-5 + 1e-3 * std::abs(b))) {
            throw Error("output {}: element {} is {}, {} expected", name, i, a, b);
        }
    }
}

void run_data_set(const fs::path& folder, const onnx::ModelProto& model) {
    std::set<std::string> initialisers;
    for (const auto& tensor : model.graph().initializer()) initialisers.insert(tensor.name());
    const std::set<std::string> parameters = parameters_among_inputs(model);
    network::OnnxImportOptions options;
    std::map<std::string, Tensor<float>> inputs;
    int index = 0;
    for (const auto& input : model.graph().input()) {
        const fs::path file = folder / ("input_" + std::to_string(index++) + ".pb");
        if (initialisers.contains(input.name()) && !fs::exists(file)) continue;
        if (parameters.contains(input.name())) {
            options.bind[input.name()] = network::read_onnx_tensor(file).values;
        } else {
            inputs[input.name()] = read_floats(file);
        }
    }
    const network::Graph graph = network::import_onnx_bytes(model.SerializeAsString(), "model", {}, options);
    const auto outputs = network::run_once(graph, inputs);
    for (int i = 0; i < model.graph().output_size(); ++i) {
        const std::string& name = model.graph().output(i).name();
        compare(outputs.at(name), read_floats(folder / ("output_" + std::to_string(i) + ".pb")), name);
    }
}

// Empty when the case passes, otherwise what went wrong.
std::string run_case(const fs::path& folder, const onnx::ModelProto& model) {
    try {
        int sets = 0;
        while (fs::exists(folder / ("test_data_set_" + std::to_string(sets)))) {
            run_data_set(folder / ("test_data_set_" + std::to_string(sets++)), model);
        }
        return sets > 0 ? "" : "no test data set";
    } catch (const std::exception& error) {
        return error.what();
    }
}

// "node/test_add_uint8: integer tensors", one a line; lines that start with # are comments.
std::map<std::string, std::string> read_exclusions() {
    std::map<std::string, std::string> exclusions;
    std::ifstream stream(QUELL_ONNX_EXCLUSIONS);
    if (!stream) throw Error("{}: cannot be opened", QUELL_ONNX_EXCLUSIONS);
    for (std::string line; std::getline(stream, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos || colon + 2 >= line.size())
            throw Error("exclusion without a reason: {}", line);
        if (!exclusions.emplace(line.substr(0, colon), line.substr(colon + 2)).second) {
            throw Error("excluded twice: {}", line);
        }
    }
    return exclusions;
}

}  // namespace

TEST_CASE("the ONNX conformance cases of the supported operators pass or are excluded for a reason",
          "[integration][onnx]") {
    if (!fs::exists(data_folder() / "node")) {
        WARN("[skipped] no ONNX test data (libonnx-testdata) at " << data_folder());
        return;
    }
    std::map<std::string, std::string> exclusions = read_exclusions();
    int passed = 0, excluded = 0, others = 0;
    for (const char* suite : {"node", "simple", "pytorch-operator", "pytorch-converted", "real"}) {
        if (!fs::exists(data_folder() / suite)) continue;
        std::set<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(data_folder() / suite)) folders.insert(entry.path());
        for (const fs::path& folder : folders) {
            if (!fs::exists(folder / "model.onnx")) continue;
            const std::string name = std::string(suite) + "/" + folder.filename().string();
            const onnx::ModelProto model = read_model(folder / "model.onnx");
            if (!in_scope(model)) {
                ++others;
                continue;
            }
            const std::string failure = run_case(folder, model);
            const auto exclusion = exclusions.find(name);
            INFO(name << ": " << failure);
            if (exclusion == exclusions.end()) {
                CHECK(failure.empty());
                passed += failure.empty() ? 1 : 0;
            } else {
                INFO("excluded because: " << exclusion->second << "; but it passes");
                CHECK_FALSE(failure.empty());
                ++excluded;
                exclusions.erase(exclusion);
            }
        }
    }
    for (const auto& [name, reason] : exclusions)
        FAIL_CHECK("excluded, but there is no such case in scope: " << name);
    WARN(passed << " cases pass, " << excluded << " are excluded, " << others
                << " use operators that are not supported");
    CHECK(passed > 150);
}
