#include "sw/compiler/context_writer.h"

#include "models/base/error.h"
#include "sw/compiler/layer_words.h"
#include "tlm/context_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace quell::compiler {
namespace {

using tlm::Instruction;
using tlm::Opcode;

std::string announcement(const MachineLayer& layer, std::size_t index) {
    std::string text = fmt::format("; layer {}: {} {}", index, layer.op, layer.name);
    for (const std::string& fused : layer.fused) text += " + " + fused;
    text += fmt::format(" -> {}", to_string(layer.output));
    if (layer.on_crossbars) text += fmt::format(", {} crossbars", layer.crossbars());
    return text + "\n";
}

// The layer that the next SYNC closes; empty when none follows.
std::string layer_announcement(const MachineNetwork& network, std::span<const std::uint64_t> words) {
    for (std::size_t at = 0; at < words.size();) {
        const Instruction instruction = tlm::decode(words, at);
        const auto layer = static_cast<std::size_t>(instruction.layer);
        if (instruction.opcode == Opcode::sync)
            return layer < network.layers.size() ? announcement(network.layers[layer], layer) : "";
        at += static_cast<std::size_t>(tlm::word_count(instruction.opcode));
    }
    return "";
}

// Of a stage's body: the layer it closes, or the convolution whose map it denoises.
std::string stage_announcement(const MachineNetwork& network, std::span<const std::uint64_t> words) {
    for (std::size_t at = 0; at < words.size();) {
        const Instruction instruction = tlm::decode(words, at);
        if (instruction.opcode == Opcode::denoise)
            return fmt::format("; block after convolution {}\n", instruction.site);
        if (instruction.opcode == Opcode::sync) return layer_announcement(network, words.subspan(at));
        at += static_cast<std::size_t>(tlm::word_count(instruction.opcode));
    }
    return "";
}

}  // namespace

std::vector<std::uint64_t> write_context_words(const MachineNetwork& network) {
    std::vector<std::uint64_t> words;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        try {
            append_layer(network.layers[i], static_cast<std::int64_t>(i), words);
            if (network.layers[i].denoised) append_block(network.layers[i], words);
        } catch (const Error& error) {
            throw Error("layer '{}' of {}: {}", network.layers[i].name, network.name, error.what());
        }
    }
    tlm::encode(Instruction{}, words);
    return words;
}

std::string to_assembly(std::span<const std::uint64_t> words, const MachineNetwork* network) {
    std::string text;
    bool announce = network != nullptr;
    for (std::size_t at = 0; at < words.size();) {
        const Instruction instruction = tlm::decode(words, at);
        const auto length = static_cast<std::size_t>(tlm::word_count(instruction.opcode));
        if (instruction.opcode == Opcode::stage && network != nullptr) {
            text += stage_announcement(*network, words.subspan(at + length));
            announce = false;
        } else if (announce && instruction.opcode != Opcode::denoise &&
                   instruction.opcode != Opcode::counter) {
            text += layer_announcement(*network, words.subspan(at));
            announce = false;
        }
        text += tlm::disassemble(instruction) + "\n";
        if (instruction.opcode == Opcode::sync) announce = network != nullptr;
        at += length;
    }
    return text;
}

std::vector<std::uint64_t> from_assembly(const std::string& text) {
    std::vector<std::uint64_t> words;
    std::istringstream stream(text);
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
        line = line.substr(0, line.find(';'));
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        if (line.back() == '\r') line.pop_back();
        try {
            tlm::encode(tlm::assemble(line), words);
        } catch (const Error& error) {
            throw Error("line {}: {}", number, error.what());
        }
    }
    return words;
}

}  // namespace quell::compiler
