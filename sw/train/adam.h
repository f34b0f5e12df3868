// Adam (Kingma and Ba, ICLR 2015, algorithm 1), with its state in plain sight. For sources that see LibTorch.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <string>

namespace quell::train {

class Adam {
public:
    explicit Adam(std::map<std::string, at::Tensor> parameters);

    // Parameters that have no gradient stay as they are.
    void step(double learning_rate);
    void clear_gradients();

    struct Moments {
        at::Tensor first, second;
    };
    // The state: the same again gives the same further steps.
    std::map<std::string, Moments>& moments() { return moments_; }
    std::int64_t steps() const { return steps_; }
    void set_steps(std::int64_t steps) { steps_ = steps; }

private:
    std::map<std::string, at::Tensor> parameters_;
    std::map<std::string, Moments> moments_;
    std::int64_t steps_ = 0;
};

}  // namespace quell::train
