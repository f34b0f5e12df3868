#include "models/analog/device/range_calibration.h"

#include "models/base/error.h"
#include "models/network/graph.h"
#include "models/network/product_hook.h"

namespace quell::analog {
namespace {

// Runs the network exactly and looks at it. One image after the other: it changes while it is called.
class Observer : public network::ProductHook, public network::AnalogProducts {
public:
    explicit Observer(const ExactLayers& exact) : exact_(exact), seen_(exact.size()) {}

    std::vector<ValueDistribution> look(const network::Executor& executor,
                                        const std::vector<Tensor<float>>& images) {
        for (std::size_t i = 0; i < images.size(); ++i)
            executor.run(images[i], static_cast<std::int64_t>(i), this);
        return std::move(seen_);
    }

    const network::AnalogProducts* products() const override { return this; }
    void after_product(const network::ProductSite&, std::span<float>) const override {}
    void convert_inputs(const network::ProductSite&, std::span<float>) const override {}
    void multiply(const network::ProductSite& site, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override {
        exact_[index(site)]->multiply({}, inputs, outputs, scratch);
    }

protected:
    static std::size_t index(const network::ProductSite& site) {
        return static_cast<std::size_t>(site.product - 1);
    }
    void add(const network::ProductSite& site, std::span<const float> values) const {
        try {
            seen_[index(site)].add(values);
        } catch (const Error& error) {
            throw Error("{}: {}", describe(*site.node), error.what());
        }
    }

private:
    const ExactLayers& exact_;
    mutable std::vector<ValueDistribution> seen_;
};

class InputObserver final : public Observer {
public:
    using Observer::Observer;
    void convert_inputs(const network::ProductSite& site, std::span<float> map) const override {
        add(site, map);
    }
};

class SumObserver final : public Observer {
public:
    SumObserver(const ExactLayers& exact, const ExactLayers& observed)
        : Observer(exact), observed_(observed) {}

    void multiply(const network::ProductSite& site, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override {
        observed_[index(site)]->observe(
            inputs, [&](std::span<const float> sums) { add(site, sums); }, scratch);
        Observer::multiply(site, inputs, outputs, scratch);
    }

private:
    const ExactLayers& observed_;
};

}  // namespace

std::vector<ValueDistribution> observe_inputs(const network::Executor& executor, const ExactLayers& exact,
                                              const std::vector<Tensor<float>>& images) {
    return InputObserver(exact).look(executor, images);
}

std::vector<ValueDistribution> observe_sums(const network::Executor& executor, const ExactLayers& exact,
                                            const ExactLayers& observed,
                                            const std::vector<Tensor<float>>& images) {
    return SumObserver(exact, observed).look(executor, images);
}

}  // namespace quell::analog
