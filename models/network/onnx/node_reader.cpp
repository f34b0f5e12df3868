#include "models/network/onnx/node_reader.h"

#include "models/network/onnx/tensor_proto.h"

namespace quell::network {
namespace {

// Files of the first IR version do not state the type: there the one field that is set tells.
bool holds(const onnx::AttributeProto& attribute, onnx::AttributeProto::AttributeType type) {
    using A = onnx::AttributeProto;
    if (attribute.type() != A::UNDEFINED) return attribute.type() == type;
    switch (type) {
        case A::FLOAT:
            return attribute.has_f();
        case A::INT:
            return attribute.has_i();
        case A::STRING:
            return attribute.has_s();
        case A::TENSOR:
            return attribute.has_t();
        case A::FLOATS:
            return attribute.floats_size() > 0;
        case A::INTS:
            return attribute.ints_size() > 0;
        default:
            return false;
    }
}

}  // namespace

FoldedValue to_folded(OnnxTensor tensor) {
    if (auto* floats = std::get_if<Tensor<float>>(&tensor)) return std::move(*floats);
    const auto& integers = std::get<Tensor<std::int64_t>>(tensor);
    Tensor<Integer> folded(integers.shape);
    for (std::size_t i = 0; i < integers.values.size(); ++i) folded.values[i].value = integers.values[i];
    return folded;
}

NodeReader::NodeReader(const onnx::NodeProto& node, std::string name, ImportContext& context)
    : node_(node), name_(std::move(name)), context_(context) {
    std::set<std::string> seen;
    for (const auto& attribute : node_.attribute()) {
        if (!seen.insert(attribute.name()).second)
            throw Error("attribute '{}' is given twice", attribute.name());
    }
}

const onnx::AttributeProto* NodeReader::find(const std::string& attribute) const {
    for (const auto& candidate : node_.attribute()) {
        if (candidate.name() == attribute) return &candidate;
    }
    return nullptr;
}

const onnx::AttributeProto* NodeReader::get(const std::string& attribute,
                                            onnx::AttributeProto::AttributeType type) {
    read_.insert(attribute);
    const onnx::AttributeProto* found = find(attribute);
    if (found != nullptr && !holds(*found, type)) {
        throw Error("attribute '{}' is of the wrong type, {} is needed", attribute,
                    onnx::AttributeProto::AttributeType_Name(type));
    }
    return found;
}

std::int64_t NodeReader::integer(const std::string& attribute, std::int64_t fallback) {
    const auto* found = get(attribute, onnx::AttributeProto::INT);
    return found != nullptr ? found->i() : fallback;
}

bool NodeReader::flag(const std::string& attribute, bool fallback) {
    const std::int64_t value = integer(attribute, fallback ? 1 : 0);
    if (value != 0 && value != 1) throw Error("attribute '{}' is {}, 0 or 1 is needed", attribute, value);
    return value == 1;
}

float NodeReader::real(const std::string& attribute, float fallback) {
    const auto* found = get(attribute, onnx::AttributeProto::FLOAT);
    return found != nullptr ? found->f() : fallback;
}

std::string NodeReader::text(const std::string& attribute, const std::string& fallback) {
    const auto* found = get(attribute, onnx::AttributeProto::STRING);
    return found != nullptr ? found->s() : fallback;
}

std::optional<std::vector<std::int64_t>> NodeReader::integers(const std::string& attribute) {
    const auto* found = get(attribute, onnx::AttributeProto::INTS);
    if (found == nullptr) return std::nullopt;
    return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::optional<std::vector<float>> NodeReader::reals(const std::string& attribute) {
    const auto* found = get(attribute, onnx::AttributeProto::FLOATS);
    if (found == nullptr) return std::nullopt;
    return std::vector<float>(found->floats().begin(), found->floats().end());
}

std::optional<FoldedValue> NodeReader::tensor(const std::string& attribute) {
    const auto* found = get(attribute, onnx::AttributeProto::TENSOR);
    if (found == nullptr) return std::nullopt;
    return to_folded(read_tensor(found->t(), context_.folder()));
}

std::string NodeReader::input(std::size_t i) const {
    return i < input_count() ? node_.input(static_cast<int>(i)) : std::string();
}

std::string NodeReader::required_input(std::size_t i) const {
    std::string name = input(i);
    if (name.empty()) throw Error("input {} is missing", i + 1);
    return name;
}

std::vector<std::string> NodeReader::inputs() const {
    std::vector<std::string> names(node_.input().begin(), node_.input().end());
    while (!names.empty() && names.back().empty()) names.pop_back();
    return names;
}

const Shape& NodeReader::shape(std::size_t i) const {
    return context_.shape(required_input(i));
}

const FoldedValue* NodeReader::folded(std::size_t i) const {
    const std::string name = input(i);
    return name.empty() ? nullptr : context_.folded(name);
}

const FoldedValue& NodeReader::known(std::size_t i, const char* what) const {
    const std::string name = required_input(i);
    const FoldedValue* value = context_.folded(name);
    if (value == nullptr) throw Error("{} ('{}') has to be a constant", what, name);
    return *value;
}

std::vector<Integer> NodeReader::symbolic_integers(std::size_t i, const char* what) const {
    const auto* integers = std::get_if<Tensor<Integer>>(&known(i, what));
    if (integers == nullptr) throw Error("{} ('{}') has to hold integers", what, input(i));
    return integers->values;
}

std::vector<std::int64_t> NodeReader::known_integers(std::size_t i, const char* what) const {
    std::vector<std::int64_t> values;
    for (const Integer& value : symbolic_integers(i, what)) {
        if (!value.is_known()) throw Error("{} ('{}') depends on the batch", what, input(i));
        values.push_back(value.value);
    }
    return values;
}

float NodeReader::known_scalar(std::size_t i, const char* what) const {
    const auto* values = std::get_if<Tensor<float>>(&known(i, what));
    if (values == nullptr || values->size() != 1) {
        throw Error("{} ('{}') has to be one floating-point number", what, input(i));
    }
    return values->values[0];
}

void NodeReader::expect_inputs(std::size_t least, std::size_t most) const {
    const std::size_t given = inputs().size();
    if (given < least || given > most) {
        throw Error("{} inputs were given, {} are needed", given,
                    least == most ? std::to_string(least) : fmt::format("{} to {}", least, most));
    }
}

void NodeReader::refuse_further_outputs(const char* what) const {
    for (int i = 1; i < node_.output_size(); ++i) {
        if (context_.is_used(node_.output(i)))
            throw Error("output {} ('{}', {}) is not supported", i + 1, node_.output(i), what);
    }
}

void NodeReader::refuse_unread_attributes() const {
    for (const auto& attribute : node_.attribute()) {
        if (!read_.contains(attribute.name())) throw Error("attribute '{}' is not known", attribute.name());
    }
}

void NodeReader::emit(Operation operation, std::vector<std::string> inputs) {
    context_.emit({name_, std::move(operation), std::move(inputs), output(), {}});
}

std::string NodeReader::emit_before(const std::string& suffix, Operation operation,
                                    std::vector<std::string> inputs) {
    const std::string value = context_.invent_value_name(output() + "." + suffix);
    context_.emit({context_.invent_node_name(name_ + "." + suffix),
                   std::move(operation),
                   std::move(inputs),
                   value,
                   {}});
    return value;
}

}  // namespace quell::network
