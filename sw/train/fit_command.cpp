#include "sw/train/command_inputs.h"
#include "sw/train/commands.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace quell::train {

int fit_command(const Request& request) {
    CommandInputs inputs;
    if (request.described(inputs.table())) return 0;
    inputs.load(request.words, [&]() -> std::vector<config::NoiseModel> {
        if (inputs.configuration().noise.model != config::NoiseModel::device)
            throw UsageError("fit: noise.model = device is expected, what is fitted is the noise of a chip");
        return {};
    });
    const std::vector<ProductFit>& fits = inputs.network().fits();
    const auto node = [&](std::size_t i) {
        return inputs.network().product_name(static_cast<std::int64_t>(i) + 1);
    };
    switch (inputs.configuration().run.format) {
        case config::Format::json: {
            nlohmann::ordered_json json{{"schema", "quell.fit/1"},
                                        {"model", inputs.model()},
                                        {"products", nlohmann::ordered_json::array()}};
            for (std::size_t i = 0; i < fits.size(); ++i) {
                json["products"].push_back({{"product", i + 1},
                                            {"name", node(i)},
                                            {"gain", fits[i].gain},
                                            {"gain_deviation", fits[i].gain_deviation},
                                            {"channel_deviation", fits[i].channel},
                                            {"element_deviation", fits[i].element},
                                            {"explained", fits[i].explained},
                                            {"skew", fits[i].skew},
                                            {"excess_kurtosis", fits[i].excess_kurtosis},
                                            {"unevenness", fits[i].unevenness}});
            }
            std::cout << json.dump(2) << '\n';
            break;
        }
        case config::Format::csv:
            std::cout
                << "product,name,gain,gain_deviation,channel_deviation,element_deviation,explained,skew,"
                   "excess_kurtosis,unevenness\n";
            for (std::size_t i = 0; i < fits.size(); ++i) {
                const ProductFit& f = fits[i];
                std::cout << fmt::format("{},{},{},{},{},{},{},{},{},{}\n", i + 1, node(i), f.gain,
                                         f.gain_deviation, f.channel, f.element, f.explained, f.skew,
                                         f.excess_kurtosis, f.unevenness);
            }
            break;
        case config::Format::table:
            std::cout << "deviations in % of the root mean square of an image's values\n\n"
                         "product  gain           channel  element  explained     skew  kurtosis  uneven\n";
            for (std::size_t i = 0; i < fits.size(); ++i) {
                const ProductFit& f = fits[i];
                std::cout << fmt::format(
                    "{:>7}  {:.4f} +-{:.4f}  {:6.2f}  {:7.2f}  {:9.4f}  {:7.2f}  {:8.2f}  {:6.2f}  {}\n",
                    i + 1, f.gain, f.gain_deviation, 100 * f.channel, 100 * f.element, f.explained, f.skew,
                    f.excess_kurtosis, f.unevenness, node(i));
            }
            break;
    }
    return 0;
}

}  // namespace quell::train
