#include "sw/train/harden_methods.h"

#include "models/base/error.h"
#include "models/config/value_text.h"

#include <algorithm>

namespace quell::train {
namespace {

const std::string on_top = "+denoiser";

std::optional<HardenMethod> parse_method(std::string word) {
    HardenMethod method;
    if (word == "denoiser") word = "baseline" + on_top;
    if (word.ends_with(on_top)) {
        method.denoiser = true;
        word.resize(word.size() - on_top.size());
    }
    if (word == "model") {
        method.base = Base::untrained;
    } else if (word == "baseline") {
        method.base = Base::baseline;
    } else if (word == "noisy") {
        method.base = Base::noisy;
    } else if (word == "variance_aware") {
        method.base = Base::variance_aware;
    } else if (word == "magnitude_aware") {
        method.base = Base::magnitude_aware;
    } else if (word.starts_with("qat")) {
        const auto bits = config::ValueText<int>::parse(word.substr(3));
        if (!bits || *bits < 2 || *bits > 16) return std::nullopt;
        method.base = Base::qat;
        method.bits = *bits;
    } else {
        return std::nullopt;
    }
    return method;
}

std::string base_name(const HardenMethod& method) {
    switch (method.base) {
        case Base::untrained:
            return "model";
        case Base::baseline:
            return "baseline";
        case Base::qat:
            return fmt::format("qat{}", method.bits);
        case Base::noisy:
            return "noisy";
        case Base::variance_aware:
            return "variance_aware";
        case Base::magnitude_aware:
            return "magnitude_aware";
    }
    throw Error("method: no such kind");
}

}  // namespace

bool is_noisy(Base base) {
    return base == Base::noisy || base == Base::variance_aware || base == Base::magnitude_aware;
}

std::string name(const HardenMethod& method) {
    if (method.denoiser && method.base == Base::baseline) return "denoiser";
    return base_name(method) + (method.denoiser ? on_top : "");
}

std::vector<HardenMethod> parse_methods(const std::string& text) {
    std::vector<HardenMethod> methods;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        const auto method = parse_method(word);
        if (!method) {
            throw UsageError(
                "--methods: '{}' is none of model, baseline, qat2 to qat16, noisy, variance_aware, "
                "magnitude_aware, denoiser, nor one of them with +denoiser",
                word);
        }
        if (std::find(methods.begin(), methods.end(), *method) != methods.end())
            throw UsageError("--methods: '{}' came twice", word);
        methods.push_back(*method);
        begin = end + 1;
    }
    return methods;
}

}  // namespace quell::train
