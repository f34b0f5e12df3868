#include "sw/study/report/run_record.h"

#include "models/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "quell.run/1";

// A value and the way to it, for messages.
class Field {
public:
    Field(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

    Field operator[](const std::string& key) const {
        if (!json_.is_object()) fail("an object");
        const auto found = json_.find(key);
        const std::string path = path_.ends_with(": ") ? path_ + key : path_ + "." + key;
        if (found == json_.end()) throw Error("{} is missing", path);
        return {*found, path};
    }
    bool has(const std::string& key) const { return json_.is_object() && json_.contains(key); }

    std::vector<Field> elements() const {
        if (!json_.is_array()) fail("a list");
        std::vector<Field> fields;
        for (std::size_t i = 0; i < json_.size(); ++i)
            fields.emplace_back(json_[i], fmt::format("{}[{}]", path_, i));
        return fields;
    }
    double number() const {
        if (!json_.is_number() || json_.get<double>() < 0) fail("a number from 0");
        return json_.get<double>();
    }
    std::string text() const {
        if (!json_.is_string()) fail("a text");
        return json_.get<std::string>();
    }
    NamedNumbers numbers() const {
        if (!json_.is_object()) fail("an object of numbers");
        NamedNumbers named;
        for (const auto& [key, value] : json_.items()) named.emplace_back(key, (*this)[key].number());
        return named;
    }
    NamedNumbers numbers_among() const {
        NamedNumbers named;
        for (const auto& [key, value] : json_.items()) {
            if (value.is_number()) named.emplace_back(key, value.get<double>());
        }
        return named;
    }

private:
    [[noreturn]] void fail(const char* expected) const {
        std::string found = json_.dump(-1, ' ', false, Json::error_handler_t::replace);
        if (found.size() > 40) found = found.substr(0, 40) + "...";
        const std::string path = path_.ends_with(": ") ? path_.substr(0, path_.size() - 2) : path_;
        throw Error("{}: expected {}, not {}", path, expected, found);
    }

    const Json& json_;
    std::string path_;
};

std::string shape(const Field& field) {
    std::string text;
    for (const Field& extent : field.elements())
        text += (text.empty() ? "" : "x") + fmt::format("{:g}", extent.number());
    return text;
}

RecordedLayer layer_of(const Field& field, bool convolution) {
    RecordedLayer layer;
    layer.name = field["name"].text();
    layer.op = field["op"].text();
    layer.cycles = field["cycles"].number();
    if (field.has("output")) layer.output = shape(field["output"]);
    if (field.has("macs")) layer.macs = field["macs"].number();
    if (field.has("energy_uj")) layer.energy_uj = field["energy_uj"].number();
    if (field.has("breakdown")) layer.breakdown = field["breakdown"].numbers();
    if (!convolution) return layer;
    layer.number = static_cast<std::int64_t>(std::min(field["index"].number(), 1e9));
    layer.denoiser_cycles = field["denoiser_cycles"].number();
    layer.denoiser_breakdown = field["denoiser_breakdown"].numbers();
    if (field.has("denoiser_energy_uj")) layer.denoiser_energy_uj = field["denoiser_energy_uj"].number();
    return layer;
}

// What the parser says, without its name and its place in the library.
std::string reason(const Json::parse_error& error) {
    const std::string what = error.what();
    const std::size_t at = what.find("; ");
    return fmt::format("at byte {}{}", error.byte,
                       error.byte == 0 || at == std::string::npos ? "" : what.substr(at));
}

}  // namespace

double RunRecord::figure(const std::string& name) const {
    const auto found = std::ranges::find(figures, name, &NamedNumbers::value_type::first);
    return found == figures.end() ? 0 : found->second;
}

bool RunRecord::has(const std::string& name) const {
    return std::ranges::find(figures, name, &NamedNumbers::value_type::first) != figures.end();
}

RunRecord parse_run(const std::string& text, const std::string& file) {
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw Error("{}: no whole JSON: it ends or breaks {}", file, reason(error));
    } catch (const Json::exception& error) {
        throw Error("{}: no JSON: {}", file, error.what());
    }
    const Field top(json, file + ": ");
    if (top["schema"].text() == "quell.sweep/1")
        throw Error("{}: is what a sweep printed, expected its database (quell sweep --db FILE)", file);
    if (const std::string found = top["schema"].text(); found != schema)
        throw Error("{}: schema '{}', expected '{}' (quell run --format json)", file, found, schema);
    RunRecord run;
    run.model = top["model"].text();
    run.fidelity = top["fidelity"].text();
    if (top.has("note")) run.note = top["note"].text();
    for (const char* key : {"clock_mhz", "baseline_cycles", "denoiser_cycles", "total_cycles",
                            "overhead_percent", "latency_us", "energy_uj"})
        top[key].number();
    run.figures = top.numbers_among();
    if (top.has("energy_by_module_uj")) run.energy_by_module_uj = top["energy_by_module_uj"].numbers();
    for (const Field& layer : top["layers"].elements()) run.layers.push_back(layer_of(layer, true));
    for (const Field& layer : top["other"].elements()) run.layers.push_back(layer_of(layer, false));
    return run;
}

}  // namespace quell::study
