// Products made by the machine: an executor that is given one leaves every Conv and Gemm to it, and keeps
// what is digital (unfolding, bias, activation).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quell::network {

struct ProductSite;

// What the crossbars of one group are given for some neighbouring output pixels of one image: a column of
// `inputs` numbers for every pixel, row-major (inputs, pixels), in real units.
struct ProductInputs {
    const float* columns = nullptr;
    std::int64_t stride = 0;  // elements from one row to the next
    std::int64_t inputs = 0, pixels = 0;
    std::int64_t group = 0;
    std::int64_t part = 0;  // which pixels of the image: counted up to the last, the same for every group
};

// (outputs of the group, pixels), row-major.
struct ProductOutputs {
    float* values = nullptr;
    std::int64_t stride = 0;
};

// Called from several threads at once, for different images. `scratch` belongs to the calling thread and may
// be resized.
class AnalogProducts {
public:
    virtual ~AnalogProducts() = default;

    // The layer's input map, on its way to the rows: the DACs.
    virtual void convert_inputs(const ProductSite& site, std::span<float> map) const = 0;

    virtual void multiply(const ProductSite& site, const ProductInputs& inputs, const ProductOutputs& outputs,
                          std::vector<float>& scratch) const = 0;
};

// The weights of one product as a matrix per group: (groups, outputs, inputs), real units.
struct ProductWeights {
    std::int64_t groups = 1, outputs = 0, inputs = 0;
    std::vector<float> values;
};

}  // namespace quell::network
