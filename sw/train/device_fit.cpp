#include "sw/train/device_fit.h"

#include "models/analog/magnitude.h"
#include "models/analog/noise_hook.h"
#include "models/analog/normal_numbers.h"
#include "models/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace quell::train {
namespace {

using network::ProductSite;

double rms(std::span<const float> values) {
    return analog::magnitude(values, config::NoiseMagnitude::rms);
}

// The exact values of every product for one image.
class Recorder final : public network::ProductHook {
public:
    void after_product(const ProductSite&, std::span<float> values) const override {
        values_.emplace_back(values.begin(), values.end());
    }
    std::vector<std::vector<float>> take() const { return std::exchange(values_, {}); }

private:
    mutable std::vector<std::vector<float>> values_;  // one image at a time, on one thread
};

// Shows every product's noisy values beside the exact ones, and goes on with these.
class Probe final : public network::ProductHook {
public:
    using See =
        std::function<void(const ProductSite&, std::span<const float> exact, std::span<const float> noisy)>;

    Probe(const ProductHook& noise, const std::vector<std::vector<float>>& exact, See see)
        : noise_(noise), exact_(exact), see_(std::move(see)) {}

    const network::AnalogProducts* products() const override { return noise_.products(); }
    void after_product(const ProductSite& site, std::span<float> values) const override {
        const std::vector<float>& exact = exact_.at(static_cast<std::size_t>(site.product - 1));
        noise_.after_product(site, values);
        see_(site, exact, values);
        std::copy(exact.begin(), exact.end(), values.begin());
    }

private:
    const ProductHook& noise_;
    const std::vector<std::vector<float>>& exact_;
    See see_;
};

// Sums over images and chips of one product's residuals, relative to rms(y).
struct Residuals {
    double elements = 0, sum = 0, square = 0, cube = 0, fourth = 0;
    double within = 0, within_freedom = 0;  // squares about the channels' means
    double means = 0, means_of_noise = 0;   // squares of the channels' means; those due to `within`
    double channels = 0;
    double left = 0, all = 0;    // squares of residual and noisy value, not relative
    std::vector<double> images;  // each one's root mean square

    void add(const ProductSite& site, std::span<const float> exact, std::span<const float> noisy,
             double gain) {
        const double size = rms(exact);
        if (!(size > 0)) return;
        const auto channels_here = static_cast<std::size_t>(std::max<std::int64_t>(site.channels, 1));
        const std::size_t pixels = exact.size() / channels_here;
        double of_image = 0;
        for (std::size_t k = 0; k < channels_here; ++k) {
            double total = 0, squares = 0;
            for (std::size_t i = k * pixels; i < (k + 1) * pixels; ++i) {
                const double e =
                    (static_cast<double>(noisy[i]) - gain * static_cast<double>(exact[i])) / size;
                total += e;
                squares += e * e;
                cube += e * e * e;
                fourth += e * e * e * e;
                all += static_cast<double>(noisy[i]) * static_cast<double>(noisy[i]);
            }
            const auto count = static_cast<double>(pixels);
            sum += total;
            of_image += squares;
            left += squares * size * size;
            if (pixels > 1) {
                const double about_mean = squares - total * total / count;
                within += about_mean;
                within_freedom += count - 1;
                means += total * total / (count * count);
                means_of_noise += about_mean / (count - 1) / count;
            }
        }
        elements += static_cast<double>(exact.size());
        square += of_image;
        channels += static_cast<double>(channels_here);
        images.push_back(std::sqrt(of_image / static_cast<double>(exact.size())));
    }

    void finish(ProductFit& fit) const {
        if (!(elements > 0)) return;
        const double variance = square / elements;
        if (within_freedom > 0) {
            const double channel = std::max(0.0, (means - means_of_noise) / channels);
            fit.channel = std::sqrt(channel);
            fit.element = std::sqrt(within / within_freedom);
        } else {
            fit.element = std::sqrt(variance);
        }
        if (all > 0) fit.explained = 1 - left / all;
        const double mean = sum / elements, second = variance - mean * mean;
        if (second > 0) {
            const double third = cube / elements - 3 * mean * variance + 2 * mean * mean * mean;
            const double about4 = fourth / elements - 4 * mean * cube / elements +
                                  6 * mean * mean * variance - 3 * mean * mean * mean * mean;
            fit.skew = third / std::pow(second, 1.5);
            fit.excess_kurtosis = about4 / (second * second) - 3;
        }
        double average = 0, apart = 0;
        for (const double one : images) average += one / static_cast<double>(images.size());
        for (const double one : images)
            apart += (one - average) * (one - average) / static_cast<double>(images.size());
        if (average > 0) fit.unevenness = std::sqrt(apart) / average;
    }
};

}  // namespace

double ProductFit::residual() const {
    return std::hypot(channel, element);
}

std::vector<ProductFit> fit_products(const network::Executor& executor,
                                     const std::vector<std::unique_ptr<network::ProductHook>>& noises,
                                     const std::vector<Tensor<float>>& images) {
    if (images.empty() || noises.empty())
        throw Error("a fit of the noise needs images and a noise, {} and {} came", images.size(),
                    noises.size());
    const std::size_t products = executor.products().size();
    const auto each = [&](const network::ProductHook& noise, const Probe::See& see) {
        const Recorder recorder;
        for (std::size_t i = 0; i < images.size(); ++i) {
            const auto index = static_cast<std::int64_t>(i);
            executor.run(images[i], index, &recorder);
            const auto exact = recorder.take();
            const Probe probe(noise, exact, see);
            executor.run(images[i], index, &probe);
        }
    };
    std::vector<ProductFit> fits(products);
    std::vector<Residuals> residuals(products);
    std::vector<std::vector<double>> gains(products);
    for (const auto& noise : noises) {
        std::vector<double> cross(products), square(products);
        each(*noise,
             [&](const ProductSite& site, std::span<const float> exact, std::span<const float> noisy) {
                 const auto at = static_cast<std::size_t>(site.product - 1);
                 for (std::size_t i = 0; i < exact.size(); ++i) {
                     cross[at] += static_cast<double>(exact[i]) * static_cast<double>(noisy[i]);
                     square[at] += static_cast<double>(exact[i]) * static_cast<double>(exact[i]);
                 }
             });
        for (std::size_t at = 0; at < products; ++at)
            gains[at].push_back(square[at] > 0 ? cross[at] / square[at] : 1);
        each(*noise,
             [&](const ProductSite& site, std::span<const float> exact, std::span<const float> noisy) {
                 const auto at = static_cast<std::size_t>(site.product - 1);
                 residuals[at].add(site, exact, noisy, gains[at].back());
             });
    }
    for (std::size_t at = 0; at < products; ++at) {
        const auto chips = static_cast<double>(gains[at].size());
        double mean = 0, apart = 0;
        for (const double gain : gains[at]) mean += gain / chips;
        for (const double gain : gains[at]) apart += (gain - mean) * (gain - mean);
        fits[at].gain = mean;
        if (chips > 1) fits[at].gain_deviation = std::sqrt(apart / (chips - 1));
        residuals[at].finish(fits[at]);
    }
    return fits;
}

std::vector<ProductFit> fit_device(const config::Configuration& configuration,
                                   const network::Executor& executor,
                                   const std::vector<Tensor<float>>& images, std::int64_t chips) {
    std::vector<std::unique_ptr<network::ProductHook>> machines;
    for (std::int64_t i = 0; i < chips; ++i) {
        config::Configuration chip = configuration;
        chip.device.chip_seed += static_cast<std::uint64_t>(i);
        chip.noise.seed += static_cast<std::uint64_t>(i);
        machines.push_back(analog::make_noise(chip, executor, images));
    }
    return fit_products(executor, machines, images);
}

FittedNoise::FittedNoise(std::vector<ProductFit> products, std::uint64_t seed)
    : products_(std::move(products)), seed_(seed) {}

void FittedNoise::after_product(const ProductSite& site, std::span<float> values) const {
    if (site.product < 1 || site.product > static_cast<std::int64_t>(products_.size())) {
        throw Error("{} products were fitted, product {} has no figures", products_.size(), site.product);
    }
    const ProductFit& fit = products_[static_cast<std::size_t>(site.product - 1)];
    const auto channels = static_cast<std::size_t>(std::max<std::int64_t>(site.channels, 1));
    const std::size_t pixels = values.size() / channels;
    // Of the elements, of the channels, and of the image.
    std::vector<float> numbers(values.size() + channels + 1);
    analog::fill_normal(
        {seed_, static_cast<std::uint32_t>(site.product), static_cast<std::uint32_t>(site.image)}, numbers);
    const double size = rms(values);
    const auto gain = static_cast<float>(fit.gain + fit.gain_deviation * static_cast<double>(numbers.back()));
    const auto channel = static_cast<float>(size * fit.channel),
               element = static_cast<float>(size * fit.element);
    for (std::size_t k = 0; k < channels; ++k) {
        const float shift = channel * numbers[values.size() + k];
        for (std::size_t i = k * pixels; i < (k + 1) * pixels; ++i)
            values[i] = gain * values[i] + shift + element * numbers[i];
    }
}

}  // namespace quell::train
