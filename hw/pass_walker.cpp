#include "hw/pass_walker.h"

#include <algorithm>

namespace quell::hw {

PassWalker::PassWalker(const timing::BlockPlan& plan, ConvolutionStep step)
    : plan_(plan),
      g_(plan.geometry),
      step_(std::move(step)),
      size_(plan.strip_size(step_.strip)),
      inputs_(step_.tensor == WeightTensor::reduce ? g_.channels : g_.head_inputs()),
      pointwise_(step_.tensor != WeightTensor::depthwise) {
    channel_ = step_.tiles.front().channels.first;
    set_range();
    pixels_ = std::min(plan_.tile_pixels, size_);
}

// The output channels from channel_ on that share their inputs and lie in the weight tile.
void PassWalker::set_range() {
    const timing::ChannelRange& tile = step_.tiles[tile_].channels;
    const std::int64_t left = tile.first + tile.count - channel_;
    if (step_.tensor == WeightTensor::reduce) {
        count_ = left;
    } else if (step_.tensor == WeightTensor::depthwise) {
        count_ = 1;
    } else {
        const std::int64_t group = g_.group_channels();
        count_ = std::min(left, group - channel_ % group);
    }
}

std::int64_t PassWalker::passes() const {
    return (pointwise_ ? timing::ceil_divide(inputs_, kRows) : kRows) + (g_.bias ? 1 : 0);
}

// False after the last.
bool PassWalker::next_unit() {
    pass_ = 0;
    pixel_ += pixels_;
    tile_begins_ = false;
    if (pixel_ == size_) {
        pixel_ = 0;
        channel_ += count_;
        const timing::ChannelRange& tile = step_.tiles[tile_].channels;
        if (channel_ == tile.first + tile.count) {
            if (++tile_ == step_.tiles.size()) return false;
            channel_ = step_.tiles[tile_].channels.first;
            tile_begins_ = true;
        }
        set_range();
    }
    pixels_ = std::min(plan_.tile_pixels, size_ - pixel_);
    return true;
}

std::optional<Pass> PassWalker::next() {
    if (over_) return std::nullopt;
    const WeightTile& tile = step_.tiles[tile_];
    const std::int64_t in_tile = channel_ - tile.channels.first;
    const bool bias = g_.bias && pass_ == 0;
    Pass pass;
    if (bias) {
        pass.bias = true;
        pass.weights = tile.biases + static_cast<std::uint32_t>(in_tile * denoiser::kBiasWords);
        pass.weight_stride = pass.weight_words = denoiser::kBiasWords;
    } else {
        pass = pointwise_ ? pointwise_pass() : depthwise_pass();
    }
    pass.first = pass_ == 0;
    pass.last = pass_ == passes() - 1;
    pass.output.outputs = count_;
    pass.output.stride = static_cast<std::uint32_t>(size_);
    pass.output.pixels = static_cast<std::uint32_t>(pixels_);
    pass.output.address =
        step_.destination + static_cast<std::uint32_t>((channel_ - step_.first_channel) * size_ + pixel_);
    pass.tile_number = tile.number;
    pass.tile_first = tile_begins_ && pass.first;
    if (++pass_ == passes()) {
        const std::size_t before = tile_;
        over_ = !next_unit();
        pass.tile_last = over_ || tile_ != before;
    }
    return pass;
}

Pass PassWalker::pointwise_pass() {
    const WeightTile& tile = step_.tiles[tile_];
    const std::int64_t input = (pass_ - (g_.bias ? 1 : 0)) * kRows;
    const std::int64_t rows = std::min<std::int64_t>(kRows, inputs_ - input);
    const std::int64_t group_first =
        step_.tensor == WeightTensor::reduce ? 0 : channel_ / g_.group_channels() * inputs_;
    Pass pass;
    pass.target = LoadTarget::row;
    for (std::int64_t row = 0; row < rows; ++row) {
        LoadRun& run = pass.loads[pass.load_count++];
        run.address = step_.source + static_cast<std::uint32_t>((group_first + input + row) * size_ + pixel_);
        run.count = static_cast<std::uint32_t>(pixels_);
        run.row = static_cast<std::uint8_t>(row);
    }
    pass.weights =
        tile.weights + static_cast<std::uint32_t>((channel_ - tile.channels.first) * inputs_ + input);
    pass.weight_stride = static_cast<std::uint32_t>(inputs_);
    pass.weight_words = static_cast<std::uint32_t>(rows);
    return pass;
}

Pass PassWalker::depthwise_pass() {
    const WeightTile& tile = step_.tiles[tile_];
    const std::int64_t tap = pass_ - (g_.bias ? 1 : 0);
    Pass pass;
    pass.target = LoadTarget::window;
    pass.tap_row = static_cast<int>(tap) - 1;
    pass.tap_pixel = step_.strip * plan_.strip_pixels + pixel_;
    add_window_loads(pass, channel_);
    pass.weights = tile.weights + static_cast<std::uint32_t>((channel_ - tile.channels.first) * 9 + 3 * tap);
    pass.weight_stride = 9;
    pass.weight_words = kRows;
    return pass;
}

// One run for each strip that the window lies in; what is outside the map is not read.
void PassWalker::add_window_loads(Pass& pass, std::int64_t channel) const {
    const std::int64_t window = pass.tap_pixel + pass.tap_row * g_.width - 1;
    const std::int64_t end = std::min(window + pixels_ + 2, g_.pixels());
    for (std::int64_t from = std::max<std::int64_t>(window, 0); from < end;) {
        const std::int64_t strip = from / plan_.strip_pixels, strip_first = strip * plan_.strip_pixels;
        const std::int64_t to = std::min(end, strip_first + plan_.strip_size(strip));
        LoadRun& run = pass.loads.at(pass.load_count++);
        const std::uint32_t slot = step_.slots[static_cast<std::size_t>(strip) % step_.slots.size()];
        run.address =
            slot + static_cast<std::uint32_t>(channel * plan_.strip_size(strip) + from - strip_first);
        run.count = static_cast<std::uint32_t>(to - from);
        run.first = static_cast<std::uint16_t>(from - window);
        from = to;
    }
}

}  // namespace quell::hw
