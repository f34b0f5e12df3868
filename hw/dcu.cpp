#include "hw/dcu.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::hw {

using timing::DmaKind;
using timing::Phase;

namespace {

constexpr std::size_t index(Phase phase) {
    return static_cast<std::size_t>(phase);
}

constexpr bool convolves(DcuState state) {
    return state == DcuState::reduce || state == DcuState::depthwise || state == DcuState::mean ||
           state == DcuState::variance;
}

constexpr bool applies_leaky_relu(DcuState state) {
    return state == DcuState::leaky_relu_1 || state == DcuState::leaky_relu_2;
}

// Of a state in which a unit works.
constexpr Phase phase_of(DcuState state) {
    switch (state) {
        case DcuState::reduce:
            return Phase::reduce;
        case DcuState::leaky_relu_1:
            return Phase::leaky_relu_1;
        case DcuState::depthwise:
            return Phase::depthwise;
        case DcuState::leaky_relu_2:
            return Phase::leaky_relu_2;
        case DcuState::mean:
            return Phase::mean;
        case DcuState::variance:
            return Phase::variance;
        default:
            return Phase::cancel;
    }
}

}  // namespace

std::string_view name(DcuState state) {
    constexpr std::string_view names[] = {
        "idle",        "wait_input", "reduce",   "leaky_relu_1", "depthwise",  "store",      "leaky_relu_2",
        "wait_buffer", "mean",       "variance", "cancel",       "wait_lanes", "wait_store", "done"};
    return names[static_cast<std::size_t>(state)];
}

Dcu::Dcu(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
         const denoiser::NoiseSource& noise)
    : sc_module(name),
      config_(config),
      noise_(noise),
      overlapped_(config.schedule == config::Schedule::overlapped),
      convolution_(config) {
    const auto lanes = static_cast<std::size_t>(config.lanes);
    seed_1.init(lanes);
    seed_2.init(lanes);
    SC_HAS_PROCESS(Dcu);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void Dcu::start_of_simulation() {
    reset_wire_ = &reset.read();
    start_wire_ = &start.read();
    lane_data_wire_ = &lane_data.read();
    dma_status_wire_ = &dma_status.read();
}

// ---- a start

void Dcu::write_program() {
    const timing::BlockPlan& plan = run_.plan;
    program_.clear();
    const auto add = [this](DcuState what, std::int64_t strip, std::int64_t head_tile = 0) {
        program_.push_back({what, strip, head_tile});
    };
    for (std::int64_t iteration = 0; iteration < plan.strips + plan.lookahead; ++iteration) {
        if (iteration < plan.strips) {
            add(DcuState::wait_input, iteration);
            add(DcuState::reduce, iteration);
            if (!overlapped_) add(DcuState::leaky_relu_1, iteration);
        }
        const std::int64_t strip = iteration - plan.lookahead;
        if (strip >= 0) add(DcuState::depthwise, strip);
        if (beside_) add(DcuState::store, iteration - 1);
        if (strip >= 0) {
            if (!overlapped_) add(DcuState::leaky_relu_2, strip);
            for (std::size_t tile = 0; tile < plan.head_tiles.size(); ++tile) {
                const auto head_tile = static_cast<std::int64_t>(tile);
                if (beside_) add(DcuState::wait_buffer, strip, head_tile);
                add(DcuState::mean, strip, head_tile);
                if (plan.geometry.variance_head) add(DcuState::variance, strip, head_tile);
                add(DcuState::cancel, strip, head_tile);
            }
        }
        if (!beside_) add(DcuState::store, iteration);
    }
    add(DcuState::wait_lanes, 0);
    if (beside_) add(DcuState::store, plan.strips + plan.lookahead - 1);
    add(DcuState::wait_store, 0);
}

void Dcu::begin() {
    run_ = registers_;
    const timing::BlockPlan& plan = run_.plan;
    beside_ = plan.lane_mode == timing::LaneMode::beside_cores;
    activations_.emplace(plan);
    weights_.emplace(plan, config_.weight.bytes / 2);
    write_program();
    counter_ = 0;
    entered_ = finishing_ = failed_ = false;
    running_ = true;
    now_ = timing::kStartCycles;
    timing_ = {};
    timing_.breakdown.control = timing::kStartCycles;
    convolution_.reset();
    cancel_.configure(timing::lane_use(plan.lanes, plan.lane_read_words, plan.geometry.variance_head),
                      plan.lane_read_words, config_.activation.read_latency);
    weight_tiles_used_ = weight_tiles_ordered_ = weight_tiles_ready_ = head_steps_ = 0;
    orders_.clear();
    serial_ = 0;
    weight_serials_.clear();
    input_serials_.assign(static_cast<std::size_t>(plan.strips), 0);
    output_serial_ = 0;
    stalled_before_ = 0;
    done.write(false);

    const denoiser::Canceller canceller(run_.fraction, plan.geometry.variance_head);
    const std::vector<std::uint64_t> seeds = noise_.starts(run_.base_seed);
    for (std::size_t lane = 0; lane < seed_1.size(); ++lane) {
        seed_1[lane].write(seeds[2 * lane]);
        seed_2[lane].write(seeds[2 * lane + 1]);
    }
    cores_used.write(plan.cores);
    sampling.write(plan.geometry.variance_head);
    x_shift.write(canceller.x_shift());
    mean_shift.write(canceller.mean_shift());
    noise_shift.write(canceller.noise_shift());
    lane_load.drive(true);

    order_weights();
    order_map(DmaKind::input, 0);
    order_weights();
    order_map(DmaKind::input, 1);
}

// Everything stands still.
void Dcu::stop() {
    running_ = entered_ = finishing_ = false;
    convolution_.reset();
    cancel_.reset();
    orders_.clear();
    rest();
    leaky_relu_enable.drive(false);
    leaky_relu_read.drive({});
    lane_load.drive(false);
    lane_enable.drive(false);
    lane_read.drive({});
    feed_lanes({});
    lane_write.drive({});
    dma_clear.drive(true);
    state.drive(static_cast<std::uint8_t>(DcuState::idle));
}

void Dcu::step() {
    if (*reset_wire_) {
        stop();
        done.write(false);
        return;
    }
    if (!running_) {
        if (*start_wire_) {
            begin();
            dma_clear.drive(false);
        } else {
            // The engine forgets the last start before the next one.
            dma_clear.drive(true);
            return;
        }
    } else {
        ++now_;
        lane_load.drive(false);
        cancel_.capture(*lane_data_wire_);
    }
    if (finishing_) {
        timing_.breakdown.control += timing::kDoneCycles;
        timing_.cycles = now_;
        stop();
        state.drive(static_cast<std::uint8_t>(DcuState::done));
        done.write(true);
        return;
    }
    if (dma_status_now().failed) {
        failed_ = true;
        timing_.cycles = now_;
        stop();
        done.write(true);
        return;
    }
    cancel_.finish();
    while (convolution_.active() && convolution_.take_freed_tile(now_)) {
        if (!run_.plan.weights_resident) order_weights();
    }
    run_program();
    drive_convolution();
    drive_lanes();
    send_order();
}

// ---- the program

void Dcu::run_program() {
    while (counter_ < program_.size()) {
        const Instruction& instruction = program_[counter_];
        if (!entered_) {
            enter(instruction);
            entered_ = true;
            entered_at_ = now_;
        }
        if (!over(instruction)) {
            count_wait(instruction);
            state.drive(static_cast<std::uint8_t>(instruction.what));
            if (leaky_relu_enable.last()) run_leaky_relu();
            stalled_before_ = dma_status_now().stalled;
            return;
        }
        leave(instruction);
        ++counter_;
        entered_ = false;
    }
    finishing_ = true;
}

void Dcu::enter(const Instruction& i) {
    switch (i.what) {
        case DcuState::reduce:
        case DcuState::depthwise:
        case DcuState::mean:
        case DcuState::variance:
            enter_convolution(i);
            break;
        case DcuState::leaky_relu_1:
        case DcuState::leaky_relu_2: {
            leaky_base_ = i.what == DcuState::leaky_relu_1 ? activations_->bottleneck(i.strip)
                                                           : activations_->filtered();
            leaky_words_ = run_.plan.geometry.bottleneck * run_.plan.strip_size(i.strip);
            leaky_time_ = timing::leaky_relu_time(leaky_words_, run_.plan.read_words, run_.plan.write_words,
                                                  config_.activation.read_latency);
            leaky_relu_enable.drive(true);
            break;
        }
        case DcuState::cancel:
            cancel(i);
            break;
        case DcuState::store:  // of an iteration: its strip, then the next but one comes
            if (i.strip < 0) break;
            if (i.strip >= run_.plan.lookahead) order_map(DmaKind::output, i.strip - run_.plan.lookahead);
            order_map(DmaKind::input, i.strip + 2);
            break;
        default:
            break;
    }
}

bool Dcu::over(const Instruction& i) const {
    switch (i.what) {
        case DcuState::wait_input:
            return ended(input_serials_[static_cast<std::size_t>(i.strip)]);
        case DcuState::reduce:
        case DcuState::depthwise:
        case DcuState::mean:
        case DcuState::variance:
            return convolution_.over(now_);
        case DcuState::leaky_relu_1:
        case DcuState::leaky_relu_2:
            return now_ == entered_at_ + leaky_time_.total();
        case DcuState::wait_buffer:
            return cancel_.jobs_done() >= head_steps_ - 1;
        case DcuState::cancel:
            return beside_ || cancel_.jobs_done() == head_steps_;
        case DcuState::wait_lanes:
            return !cancel_.busy();
        case DcuState::wait_store:
            return ended(output_serial_);
        default:
            return true;
    }
}

void Dcu::leave(const Instruction& i) {
    if (convolves(i.what)) return leave_convolution(i.what);
    timing::VectorTime time;
    if (applies_leaky_relu(i.what)) {
        leaky_relu_enable.drive(false);
        time = leaky_time_;
    } else if (i.what == DcuState::cancel && !beside_) {
        const std::int64_t channels = run_.plan.head_tiles[static_cast<std::size_t>(i.head_tile)].count;
        time = timing::cancel_time(
            channels * run_.plan.strip_size(i.strip),
            timing::lane_use(run_.plan.lanes, run_.plan.lane_read_words, run_.plan.geometry.variance_head),
            config_.activation.read_latency);
    } else {
        return;
    }
    timing_.breakdown.compute += time.compute;
    timing_.breakdown.fill += time.fill;
    timing_.breakdown.drain += time.drain;
    timing_.breakdown.sram_stall += time.sram_stall;
    timing_.phases[index(phase_of(i.what))] += now_ - entered_at_;
}

// A cycle in which the program does not go on.
void Dcu::count_wait(const Instruction& i) {
    timing::BlockBreakdown& breakdown = timing_.breakdown;
    const bool bus = dma_status_now().stalled > stalled_before_;
    if (i.what == DcuState::wait_input) {
        ++(bus ? breakdown.bus_stall : breakdown.load);
        if (!overlapped_) ++timing_.phases[index(Phase::load)];
    } else if (i.what == DcuState::wait_store) {
        ++(bus ? breakdown.bus_stall : breakdown.store);
        if (!overlapped_) ++timing_.phases[index(Phase::store)];
    } else if (i.what == DcuState::wait_buffer || i.what == DcuState::wait_lanes) {
        ++breakdown.lane_stall;
    }
}

// ---- convolution

ConvolutionStep Dcu::convolution(const Instruction& i) {
    const timing::BlockPlan& plan = run_.plan;
    ConvolutionStep step;
    step.strip = i.strip;
    const std::vector<timing::ChannelRange>* tiles = &plan.reduce_tiles;
    switch (i.what) {
        case DcuState::reduce:
            step.tensor = WeightTensor::reduce;
            step.source = activations_->x(i.strip);
            step.destination = activations_->bottleneck(i.strip);
            break;
        case DcuState::depthwise:
            step.tensor = WeightTensor::depthwise;
            tiles = &plan.depthwise_tiles;
            for (std::int64_t slot = 0; slot < plan.bottleneck_slots; ++slot) {
                step.slots.push_back(activations_->bottleneck(slot));
            }
            step.destination = activations_->filtered();
            break;
        default: {
            const int head = i.what == DcuState::mean ? 0 : 1;
            step.tensor = head == 0 ? WeightTensor::mean : WeightTensor::variance;
            tiles = &plan.head_weight_tiles[static_cast<std::size_t>(i.head_tile)];
            step.source = activations_->filtered();
            step.destination = activations_->head(head, head_steps_);
            step.first_channel = plan.head_tiles[static_cast<std::size_t>(i.head_tile)].first;
        }
    }
    for (const timing::ChannelRange& tile : *tiles) {
        step.tiles.push_back(weights_->tile(step.tensor, tile, weight_tiles_used_));
        if (!plan.weights_resident) ++weight_tiles_used_;
    }
    return step;
}

void Dcu::enter_convolution(const Instruction& i) {
    const denoiser::FractionBits& f = run_.fraction;
    requantise_shift.write(i.what == DcuState::reduce      ? f.reduce_shift()
                           : i.what == DcuState::depthwise ? f.depthwise_shift()
                           : i.what == DcuState::mean      ? f.mean_shift()
                                                           : f.variance_shift());
    leaky.write(overlapped_ && (i.what == DcuState::reduce || i.what == DcuState::depthwise));
    const bool shared = beside_ && i.what != DcuState::depthwise;
    convolution_.begin(now_, run_.plan, convolution(i), shared);
}

void Dcu::leave_convolution(DcuState what) {
    const ConvolutionCounts& counts = convolution_.counts();
    timing_.breakdown.compute += counts.compute;
    timing_.breakdown.fill += counts.fill;
    timing_.breakdown.drain += counts.drain;
    timing_.breakdown.sram_stall += counts.sram_stall;
    timing_.breakdown.load += counts.waited;
    timing_.phases[index(phase_of(what))] += now_ - entered_at_ - counts.waited;
    if (!overlapped_) {
        timing_.phases[index(Phase::load)] += counts.waited;
    } else if (what == DcuState::reduce) {
        timing_.phases[index(Phase::leaky_relu_1)] += counts.written;
    } else if (what == DcuState::depthwise) {
        timing_.phases[index(Phase::leaky_relu_2)] += counts.written;
    }
    convolution_.leave();
}

std::int64_t Dcu::tiles_ready() {
    const auto ordered = static_cast<std::int64_t>(weight_serials_.size());
    while (weight_tiles_ready_ < ordered &&
           ended(weight_serials_[static_cast<std::size_t>(weight_tiles_ready_)])) {
        ++weight_tiles_ready_;
    }
    return weight_tiles_ready_;
}

void Dcu::drive_convolution() {
    if (!convolution_.active()) {
        if (core_enable.last()) rest();
        return;
    }
    const ConvolutionCommands& commands = convolution_.step(now_, tiles_ready());
    core_enable.drive(true);
    core_control.drive(commands.cores);
    core_read.drive(commands.activation_read);
    weight_read.drive(commands.weight_read);
    if (commands.mask.kind != TapMask::Kind::keep) drive_masks(commands.mask);
}

// The cores stand still.
void Dcu::rest() {
    core_enable.drive(false);
    core_control.drive({});
    core_read.drive({});
    weight_read.drive({});
}

void Dcu::drive_masks(const TapMask& mask) {
    if (mask.kind == TapMask::Kind::none && !masks_set_) return;
    masks_set_ = mask.kind == TapMask::Kind::depthwise;
    const denoiser::Geometry& g = run_.plan.geometry;
    ZeroMasks masks;
    for (std::size_t core = 0; masks_set_ && core < static_cast<std::size_t>(run_.plan.cores); ++core) {
        masks.core[core] =
            zero_mask(mask.pixel + kColumns * static_cast<std::int64_t>(core), mask.row, g.height, g.width);
    }
    zero_masks.write(masks);
}

// ---- LeakyReLU and cancellation

// In a cycle of its step; its last leaves the request silent.
void Dcu::run_leaky_relu() {
    const Cycles cycle = now_ - entered_at_ - timing::kStepIssueCycles;
    const auto words = static_cast<std::uint32_t>(std::min(run_.plan.read_words, run_.plan.write_words));
    ReadRequest request;
    if (cycle == 0) request = {static_cast<std::uint32_t>(leaky_words_), leaky_base_, words};
    leaky_relu_read.drive(request);
    const Cycles data = cycle - config_.activation.read_latency;
    if (data >= 0) leaky_relu_address.drive(leaky_base_ + static_cast<std::uint32_t>(data) * words);
}

void Dcu::cancel(const Instruction& i) {
    const timing::ChannelRange& tile = run_.plan.head_tiles[static_cast<std::size_t>(i.head_tile)];
    const std::int64_t size = run_.plan.strip_size(i.strip);
    CancelJob job;
    job.elements = tile.count * size;
    job.x = activations_->x(i.strip) + static_cast<std::uint32_t>(tile.first * size);
    job.mean = activations_->head(0, head_steps_);
    job.variance = activations_->head(1, head_steps_);
    cancel_.add(job);
    ++head_steps_;
}

void Dcu::drive_lanes() {
    // The depthwise convolution has all ports.
    const bool stand_still =
        convolution_.active() && counter_ < program_.size() && program_[counter_].what == DcuState::depthwise;
    const bool busy = cancel_.busy();
    if (!busy && !lanes_busy_) return;
    lanes_busy_ = busy;
    cancel_.step(stand_still);
    lane_enable.drive(busy && !stand_still);
    lane_read.drive(cancel_.read());
    feed_lanes(cancel_.feed());
    lane_write.drive(cancel_.write());
    timing_.phases[index(Phase::cancel)] =
        beside_ ? cancel_.busy_cycles() : timing_.phases[index(Phase::cancel)];
}

// Elements that stream are new in every cycle.
void Dcu::feed_lanes(const LaneFeed& feed) {
    if (feed.count > 0 || lanes_fed_) lane_feed.write(feed);
    lanes_fed_ = feed.count > 0;
}

// ---- DMA

// A start that follows `done` or a reset at once finds the last start's words: the engine forgets them with
// the edge that ends cycle 0.
const DmaStatus& Dcu::dma_status_now() const {
    static const DmaStatus nothing_yet;
    return now_ > timing::kStartCycles ? *dma_status_wire_ : nothing_yet;
}

void Dcu::order_weights() {
    const std::vector<WeightTransfer> transfers = weights_->transfers(weight_tiles_ordered_);
    if (transfers.empty()) return;
    ++weight_tiles_ordered_;
    for (const WeightTransfer& t : transfers) {
        order(DmaKind::weights, t.memory_word, run_.weights, 1, t.words, t.address, 0);
    }
    weight_serials_.push_back(serial_);
    timing_.counts.dma_words += transfers[0].words + (transfers.size() > 1 ? transfers[1].words : 0);
}

void Dcu::order_map(DmaKind kind, std::int64_t strip) {
    const timing::BlockPlan& plan = run_.plan;
    if (strip >= plan.strips) return;
    const denoiser::Geometry& g = plan.geometry;
    const bool whole = plan.strips == 1;
    const bool output = kind == DmaKind::output;
    order(kind, strip * plan.strip_pixels, output ? run_.output : run_.input, whole ? 1 : g.channels,
          whole ? g.elements() : plan.strip_size(strip), activations_->x(strip),
          output && beside_ ? head_steps_ : 0);
    if (output) {
        output_serial_ = serial_;
    } else {
        input_serials_[static_cast<std::size_t>(strip)] = serial_;
    }
    timing_.counts.dma_words += g.channels * plan.strip_size(strip);
}

void Dcu::order(DmaKind kind, std::int64_t memory_word, std::uint64_t base, std::int64_t bursts,
                std::int64_t burst_words, std::uint32_t address, std::int64_t after_lane_jobs) {
    Order order;
    order.command.serial = ++serial_;
    order.command.kind = kind;
    order.command.memory = base + 2 * static_cast<std::uint64_t>(memory_word);
    order.command.stride = 2 * static_cast<std::uint64_t>(run_.plan.geometry.pixels());
    order.command.bursts = static_cast<std::uint32_t>(bursts);
    order.command.burst_words = static_cast<std::uint32_t>(burst_words);
    order.command.address = address;
    order.after_lane_jobs = after_lane_jobs;
    orders_.push_back(order);
}

// One order a cycle; the engine takes several cycles over each.
void Dcu::send_order() {
    if (orders_.empty() || orders_.front().after_lane_jobs > cancel_.jobs_done()) return;
    dma_command.write(orders_.front().command);
    orders_.pop_front();
}

void Dcu::trace(sc_core::sc_trace_file* file) const {
    using sc_core::sc_trace;
    const std::string scope = std::string(name()) + '.';
    sc_trace(file, state.read(), scope + "state", 4);
    sc_trace(file, now_, scope + "cycle");
    sc_trace(file, core_enable, scope + "enable_convolution");
    sc_trace(file, leaky_relu_enable, scope + "enable_leaky_relu");
    sc_trace(file, lane_enable, scope + "enable_cancellation");
    hw::sc_trace(file, core_control.read().load, scope + "load");
    hw::sc_trace(file, core_control.read().stream, scope + "stream");
    hw::sc_trace(file, core_control.read().emit, scope + "emit");
    sc_trace(file, requantise_shift.read(), scope + "requantise_shift", 7);
    sc_trace(file, leaky, scope + "leaky");
    hw::sc_trace(file, core_read.read(), scope + "core_read");
    hw::sc_trace(file, weight_read.read(), scope + "weight_read");
    hw::sc_trace(file, lane_read.read(), scope + "lane_read");
    hw::sc_trace(file, lane_feed.read(), scope + "lane_feed");
    hw::sc_trace(file, lane_write.read(), scope + "lane_write");
}

}  // namespace quell::hw
