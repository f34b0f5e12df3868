#include "hw/dma_engine.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::hw {

namespace {

// The first words are written to the SRAM, or have been taken by memory, this long after the transfer's
// start; the beat has been asked for two cycles before.
constexpr Cycles kFirstWords = timing::kDmaSetupCycles + timing::kDataMemoryCycles;
constexpr Cycles kFirstBeat = kFirstWords - 2;
constexpr std::int64_t kBeatsUnderWay = 2;

}  // namespace

std::ostream& operator<<(std::ostream& stream, const DmaCommand& command) {
    return stream << command.serial << ": " << command.bursts << " bursts of " << command.burst_words;
}
std::ostream& operator<<(std::ostream& stream, const BusBeat& beat) {
    return stream << beat.serial << (beat.write ? " write " : " read ") << beat.address << ' ' << beat.words;
}
std::ostream& operator<<(std::ostream& stream, const BusAnswer& answer) {
    return stream << answer.serial << ' ' << answer.words;
}
std::ostream& operator<<(std::ostream& stream, const DmaStatus& status) {
    return stream << status.ended << ' ' << status.stalled;
}

void sc_trace(sc_core::sc_trace_file* file, const DmaCommand& command, const std::string& name) {
    sc_core::sc_trace(file, command.serial, name + ".serial");
    sc_core::sc_trace(file, reinterpret_cast<const std::uint8_t&>(command.kind), name + ".kind", 2);
    sc_core::sc_trace(file, command.memory, name + ".memory");
    sc_core::sc_trace(file, command.bursts, name + ".bursts");
    sc_core::sc_trace(file, command.burst_words, name + ".burst_words");
    sc_core::sc_trace(file, command.address, name + ".address");
}
void sc_trace(sc_core::sc_trace_file* file, const BusBeat& beat, const std::string& name) {
    sc_core::sc_trace(file, beat.serial, name + ".serial");
    sc_core::sc_trace(file, beat.write, name + ".write");
    sc_core::sc_trace(file, beat.address, name + ".address");
    sc_trace(file, beat.words, name);
}
void sc_trace(sc_core::sc_trace_file* file, const BusAnswer& answer, const std::string& name) {
    sc_core::sc_trace(file, answer.serial, name + ".serial");
    sc_core::sc_trace(file, answer.failed, name + ".failed");
    sc_trace(file, answer.words, name);
}
void sc_trace(sc_core::sc_trace_file* file, const DmaStatus& status, const std::string& name) {
    sc_core::sc_trace(file, status.ended, name + ".ended");
    sc_core::sc_trace(file, status.stalled, name + ".stalled");
    sc_core::sc_trace(file, status.failed, name + ".failed");
}

DmaEngine::DmaEngine(const sc_core::sc_module_name& name, int beat_words, Cycles activation_latency)
    : sc_module(name),
      beat_words_(static_cast<std::uint32_t>(beat_words)),
      activation_latency_(activation_latency) {
    SC_HAS_PROCESS(DmaEngine);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void DmaEngine::end_of_elaboration() {
    idle_.until(clear);
    idle_.until_change(command);
}

void DmaEngine::start_of_simulation() {
    wires_ = {&clear.read(), &command.read(), &answer.read(), &activation_data.read()};
}

std::uint32_t DmaEngine::words(const Place& place) const {
    return std::min(beat_words_, current_.burst_words - place.word);
}

void DmaEngine::go_on(Place& place) const {
    ++place.beats;
    place.word += beat_words_;
    if (place.word < current_.burst_words) return;
    place.word = 0;
    place.burst += current_.stride;
}

void DmaEngine::start() {
    current_ = queue_.front();
    queue_.pop_front();
    running_ = true;
    beats_ = current_.bursts * timing::ceil_divide(current_.burst_words, beat_words_);
    read_ = sent_ = {0, current_.memory, 0};
    answered_ = 0;
    sram_word_ = current_.address;
    from_sram_.clear();
}

// What came over the bus, or was taken; what was read goes to the SRAM in the cycle to come.
void DmaEngine::take_answer() {
    if (const BusAnswer& came = *wires_.answer; came.serial != answer_serial_) {
        answer_serial_ = came.serial;
        if (came.serial > stale_serial_) answers_.push(came);
    }
    if (phase_ < kFirstWords || answered_ == beats_) return;
    if (answers_.empty()) {
        if (sent_.beats > answered_) {
            ++status_.stalled;
            status.write(status_);
        }
        return;
    }
    const BusAnswer came = answers_.front();
    answers_.pop();
    if (came.failed) {
        status_.failed = true;
        running_ = false;
        queue_.clear();
        status.write(status_);
        return;
    }
    if (current_.kind != timing::DmaKind::output) {
        WriteRequest request;
        request.words = came.words;
        request.address = sram_word_;
        sram_word_ += came.words.count;
        const bool weights = current_.kind == timing::DmaKind::weights;
        (weights ? weight_write : activation_write).write(request);
        (weights ? writing_weights_ : writing_) = true;
    }
    ++answered_;
}

// The next beat, when its time has come.
void DmaEngine::ask() {
    const bool stores = current_.kind == timing::DmaKind::output;
    if (stores) {
        const Cycles first_read = kFirstBeat - 1 - activation_latency_;
        // What is under way and waits fits in the engine's registers.
        if (read_.beats < beats_ && phase_ >= first_read &&
            read_.beats - sent_.beats <= activation_latency_ + 1) {
            const std::uint32_t count = words(read_);
            activation_read.write({count, sram_word_, count});
            sram_word_ += count;
            reading_ = true;
            go_on(read_);
        }
    }
    if (sent_.beats - answered_ == kBeatsUnderWay || sent_.beats == beats_ || phase_ < kFirstBeat) return;
    if (stores && from_sram_.empty()) return;
    BusBeat next;
    next.serial = ++beat_serial_;
    next.write = stores;
    next.address = sent_.burst + 2 * sent_.word;
    if (stores) {
        next.words = from_sram_.front();
        from_sram_.pop();
    } else {
        next.words.count = static_cast<std::uint16_t>(words(sent_));
    }
    beat.write(next);
    go_on(sent_);
}

// A request lasts one cycle.
void DmaEngine::end_requests() {
    if (reading_) activation_read.write({});
    if (writing_) activation_write.write({});
    if (writing_weights_) weight_write.write({});
    reading_ = writing_ = writing_weights_ = false;
}

void DmaEngine::step() {
    if (!idle_.clocked(clk)) return;
    end_requests();
    if (*wires_.clear) {
        queue_.clear();
        running_ = false;
        answers_.clear();
        stale_serial_ = beat_serial_;
        status_ = {};
        last_serial_ = 0;
        status.write(status_);
        for (Cycles& cycles : busy_) cycles = 0;
        return;
    }
    if (status_.failed) return;
    if (const DmaCommand& came = *wires_.command; came.serial != last_serial_ && came.serial != 0) {
        queue_.push_back(came);
        last_serial_ = came.serial;
        if (!running_) {  // it has started in the cycle that ends now
            start();
            phase_ = 0;
            ++busy_[static_cast<std::size_t>(current_.kind)];
        }
    }
    if (!running_) {
        next_trigger(idle_.sleep());
        return;
    }
    if (wires_.activation_data->count > 0) from_sram_.push(*wires_.activation_data);

    if (answered_ == beats_) {  // its last cycle is over
        running_ = false;
        if (queue_.empty()) return;
        start();
        phase_ = 0;
    } else {
        ++phase_;
        take_answer();
        if (!running_) return;
    }
    ++busy_[static_cast<std::size_t>(current_.kind)];
    if (answered_ == beats_) {
        status_.ended = current_.serial;
        status.write(status_);
    } else {
        ask();
    }
}

void DmaEngine::trace(sc_core::sc_trace_file* file) const {
    const std::string scope = std::string(name()) + '.';
    sc_trace(file, command.read(), scope + "command");
    sc_trace(file, status_, scope + "status");
    sc_core::sc_trace(file, running_, scope + "running");
    sc_trace(file, current_, scope + "transfer");
    sc_core::sc_trace(file, phase_, scope + "phase");
    sc_core::sc_trace(file, sent_.beats, scope + "beats_sent");
    sc_trace(file, beat, scope + "beat");
    sc_trace(file, answer, scope + "answer");
    sc_trace(file, activation_write, scope + "activation_write");
    sc_trace(file, weight_write, scope + "weight_write");
}

}  // namespace quell::hw
