#include "sw/compiler/layer_words.h"

#include "tlm/context_word.h"

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

}  // namespace

void append_layer(const MachineLayer& layer, std::int64_t index, std::vector<std::uint64_t>& words) {
    for (const timing::Pass& pass : layer.passes) write_pass(pass, words);
    Instruction sync;
    sync.opcode = Opcode::sync;
    sync.layer = index;
    tlm::encode(sync, words);
}

void append_block(const MachineLayer& layer, std::vector<std::uint64_t>& words) {
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

}  // namespace quell::compiler
