#include "sw/compiler/context_writer.h"

#include "models/base/error.h"
#include "tlm/context_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace quell::compiler {
namespace {

using tlm::Instruction;
using tlm::Opcode;

void write_strip(const timing::Strip& strip, const timing::Pass& pass, std::vector<std::uint64_t>& words) {
    bool begins = true;
    const auto write = [&](Instruction instruction) {
        instruction.begins_strip = begins;
        begins = false;
        tlm::encode(instruction, words);
    };
    for (const timing::Transfer& transfer : strip.loads) {
        Instruction load;
        load.opcode = Opcode::load;
        load.transfer = transfer;
        write(load);
    }
    if (strip.products > 0) {
        Instruction multiply;
        multiply.opcode = Opcode::mvm;
        multiply.pes = pass.pes;
        multiply.crossbars_per_pe = pass.crossbars_per_pe;
        multiply.products = strip.products;
        write(multiply);
    }
    for (const timing::DigitalStep& step : strip.digital) {
        Instruction digital;
        digital.opcode = step.accumulate ? Opcode::accumulate : Opcode::alu;
        digital.pes = pass.pes;
        digital.step = step;
        write(digital);
    }
    for (const timing::Transfer& transfer : strip.stores) {
        Instruction store;
        store.opcode = Opcode::store;
        store.transfer = transfer;
        write(store);
    }
}

void write_pass(const timing::Pass& pass, std::vector<std::uint64_t>& words) {
    if (pass.program) {
        Instruction program;
        program.opcode = Opcode::program;
        program.pes = pass.pes;
        program.crossbars_per_pe = pass.crossbars_per_pe;
        program.transfer = {pass.weight_address, pass.weight_words};
        tlm::encode(program, words);
    }
    for (const timing::StripRun& run : pass.runs) {
        std::vector<std::uint64_t> body;
        write_strip(run.strip, pass, body);
        if (run.count > 1) {
            Instruction loop;
            loop.opcode = Opcode::loop;
            loop.body = static_cast<std::int64_t>(body.size());
            loop.count = run.count;
            tlm::encode(loop, words);
        }
        words.insert(words.end(), body.begin(), body.end());
    }
}

void write_layer(const MachineLayer& layer, std::int64_t index, std::vector<std::uint64_t>& words) {
    for (const timing::Pass& pass : layer.passes) write_pass(pass, words);
    Instruction sync;
    sync.opcode = Opcode::sync;
    sync.layer = index;
    tlm::encode(sync, words);
    if (!layer.denoised) return;
    Instruction block;
    block.opcode = Opcode::denoise;
    block.transfer.address = layer.output_address;
    block.site = layer.convolution;
    block.channels = layer.output.at(0);
    block.height = layer.output.at(1);
    block.width = layer.output.at(2);
    block.weight_address = layer.block_weight_address;
    tlm::encode(block, words);
}

std::string announcement(const MachineLayer& layer, std::size_t index) {
    std::string text = fmt::format("; layer {}: {} {}", index, layer.op, layer.name);
    for (const std::string& fused : layer.fused) text += " + " + fused;
    text += fmt::format(" -> {}", to_string(layer.output));
    if (layer.on_crossbars) text += fmt::format(", {} crossbars", layer.crossbars());
    return text + "\n";
}

}  // namespace

std::vector<std::uint64_t> write_context_words(const MachineNetwork& network) {
    std::vector<std::uint64_t> words;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        try {
            write_layer(network.layers[i], static_cast<std::int64_t>(i), words);
        } catch (const Error& error) {
            throw Error("layer '{}' of {}: {}", network.layers[i].name, network.name, error.what());
        }
    }
    tlm::encode(Instruction{}, words);
    return words;
}

std::string to_assembly(std::span<const std::uint64_t> words, const MachineNetwork* network) {
    std::string text;
    std::size_t layer = 0;
    bool announce = network != nullptr;
    for (std::size_t at = 0; at < words.size();) {
        const Instruction instruction = tlm::decode(words, at);
        if (announce && instruction.opcode != Opcode::denoise && layer < network->layers.size()) {
            text += announcement(network->layers[layer], layer);
            announce = false;
        }
        text += tlm::disassemble(instruction) + "\n";
        if (instruction.opcode == Opcode::sync && network != nullptr) {
            ++layer;
            announce = true;
        }
        at += static_cast<std::size_t>(tlm::word_count(instruction.opcode));
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
