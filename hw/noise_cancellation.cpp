#include "hw/noise_cancellation.h"

#include "models/base/error.h"

#include <string>

namespace quell::hw {

NoiseCancellation::NoiseCancellation(const sc_core::sc_module_name& name, const denoiser::NoiseSource& source)
    : sc_module(name) {
    if (source.lanes() < 1 || source.lanes() > kMostLanes) {
        throw Error("{}: {} lanes, expected 1 to {}", this->name(), source.lanes(), kMostLanes);
    }
    const auto lanes = static_cast<std::size_t>(source.lanes());
    seed_1.init(lanes);
    seed_2.init(lanes);
    lanes_.init(lanes, [&source](const char* lane, std::size_t) { return new NoiseLane(lane, source); });
    SC_HAS_PROCESS(NoiseCancellation);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void NoiseCancellation::end_of_elaboration() {
    idle_.until(load);
    idle_.until(enable);
}

void NoiseCancellation::start_of_simulation() {
    wires_ = {&load.read(), &enable.read(), &feed.read(), &write_control.read()};
}

void NoiseCancellation::step() {
    if (!idle_.clocked(clk)) return;
    if (*wires_.load) {
        const LaneSettings settings{sampling.read(), x_shift.read(), mean_shift.read(), noise_shift.read()};
        for (std::size_t k = 0; k < lanes_.size(); ++k) {
            lanes_[k].load(seed_1[k].read(), seed_2[k].read(), settings);
        }
        drive_request({});
        return;
    }
    if (!*wires_.enable) {
        drive_request({});
        next_trigger(idle_.sleep());
        return;
    }
    const LaneFeed& elements = *wires_.feed;
    std::size_t k = 0;
    for (NoiseLane& lane : lanes_) {
        lane.step(k < elements.count, elements.x[k], elements.mean[k], elements.variance[k]);
        ++k;
    }
    drive_request(*wires_.write_control);
}

// A request lasts one cycle.
void NoiseCancellation::drive_request(const LaneWrite& control) {
    if (control.count == 0 && !writing_) return;
    writing_ = control.count > 0;
    request_.address = control.address;
    request_.words.count = static_cast<std::uint16_t>(control.count);
    for (std::size_t k = 0; k < control.count; ++k) request_.words.words[k] = lanes_[k].y();
    write.write(request_);
}

void NoiseCancellation::trace(sc_core::sc_trace_file* file, std::size_t lane) const {
    const std::string scope = std::string(lanes_[lane].name()) + '.';
    const LaneFeed& words = feed.read();
    sc_trace(file, load, scope + "load");
    sc_trace(file, enable, scope + "enable");
    sc_trace(file, words.x[lane], scope + "x", 16);
    sc_trace(file, words.mean[lane], scope + "mean", 16);
    sc_trace(file, words.variance[lane], scope + "variance", 16);
    lanes_[lane].trace(file);
}

void NoiseCancellation::trace(sc_core::sc_trace_file* file) const {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) trace(file, lane);
}

}  // namespace quell::hw
