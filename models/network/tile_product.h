// A Conv or Gemm of one image whose products the machine makes (analog_products.h): converts the input map,
// unfolds it part by part and hands each part over.
//
// The parts depend on the layer's shape alone, since random numbers are counted by them: as many output rows
// as keep the unfolded part within 192 KiB, at least 64 pixels, of even height.
#pragma once

#include "models/network/analog_products.h"
#include "models/network/graph.h"
#include "models/network/kernels/convolution.h"

#include <vector>

namespace quell::network {

struct TileWorkspace {
    std::vector<float> inputs, columns, own;
};

class TileProduct {
public:
    TileProduct() = default;
    explicit TileProduct(const kernels::ConvolutionGeometry& geometry);

    std::int64_t input_elements() const { return geometry_.channels * geometry_.plane(); }

    // workspace.inputs holds the input map (C,H,W) in real units; y: (K,OH,OW) without bias.
    void run(const ProductSite& site, const AnalogProducts& products, TileWorkspace& workspace,
             float* y) const;

private:
    kernels::ConvolutionGeometry geometry_;
    std::int64_t rows_ = 1;  // of a part
};

// The same for a Gemm (rows, inputs) x (inputs, outputs): the rows are the pixels of a map one row high.
class TileMatrixProduct {
public:
    // transposed: the inputs come as (inputs, rows).
    TileMatrixProduct(std::int64_t rows, std::int64_t inputs, std::int64_t outputs, bool transposed);

    // workspace.inputs holds (rows, inputs) in real units; y: (rows, outputs).
    void run(const ProductSite& site, const AnalogProducts& products, TileWorkspace& workspace,
             float* y) const;

private:
    std::int64_t rows_, inputs_, outputs_;
    bool transposed_;
    TileProduct product_;
};

// Throws Error: such a product cannot lie on crossbars.
[[noreturn]] void refuse_computed_weights(const Node& node);

}  // namespace quell::network
