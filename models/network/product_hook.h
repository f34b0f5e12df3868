// Where the machine touches a running network: the executor calls the hook after every analog product.
#pragma once

#include <cstdint>
#include <span>

namespace quell::network {

struct Node;
class AnalogProducts;

// One analog product (Conv or Gemm) of one image.
struct ProductSite {
    const Node* node = nullptr;
    std::int64_t product = 0;      // 1-based over all Conv and Gemm nodes in execution order
    std::int64_t convolution = 0;  // 1-based over Conv nodes alone; 0 for a Gemm
    std::int64_t image = 0;        // index of the image in the data set, not in the batch
    std::int64_t channels = 0, height = 1, width = 1;
};

// Called from several threads at once, for different images: implementations hold no state that a call
// changes.
class ProductHook {
public:
    virtual ~ProductHook() = default;

    // Who makes the products instead of the executor; nullptr: the executor, exactly.
    virtual const AnalogProducts* products() const { return nullptr; }

    // The product with its bias, before activation or residual addition; (C,H,W), in real units. Adds the
    // noise.
    virtual void after_product(const ProductSite& site, std::span<float> values) const = 0;

    // fixed16 only: the same values as words of `fraction_bits` fraction bits. A denoiser block sits here.
    virtual void after_quantisation(const ProductSite&, std::span<std::int16_t>,
                                    int /*fraction_bits*/) const {}
};

}  // namespace quell::network
