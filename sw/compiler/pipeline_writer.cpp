#include "sw/compiler/pipeline_writer.h"

#include "models/base/error.h"
#include "sw/compiler/layer_words.h"
#include "tlm/context_word.h"

#include <span>

namespace quell::compiler {
namespace {

using tlm::Instruction;
using tlm::Opcode;
using Words = std::vector<std::uint64_t>;

void append_rings(const MachineNetwork& network, std::span<const std::size_t> maps, Words& words) {
    for (const std::size_t m : maps) {
        const FeatureMap& map = network.maps[m];
        Instruction ring;
        ring.opcode = Opcode::ring;
        ring.transfer = {map.address, map.words};
        ring.buffers = map.buffers;
        tlm::encode(ring, words);
    }
}

void append_stage(const MachineNetwork& network, const PipelinePlan& plan, std::size_t stage, Words& words) {
    const StageWork& work = plan.work[stage];
    const MachineLayer& layer = network.layers[work.layer];
    Words body;
    if (!work.block) append_rings(network, layer.reads, body);
    append_rings(network, {&layer.writes, 1}, body);
    for (const timing::StageWait& wait : plan.pipeline.stages[stage].waits) {
        Instruction instruction;
        instruction.opcode = Opcode::wait;
        instruction.stage = static_cast<std::int64_t>(wait.stage);
        instruction.behind = wait.behind;
        tlm::encode(instruction, body);
    }
    if (work.block) {
        append_block(layer, body);
    } else {
        append_layer(layer, static_cast<std::int64_t>(work.layer), body);
    }
    Instruction instruction;
    instruction.opcode = Opcode::stage;
    instruction.stage = static_cast<std::int64_t>(stage);
    instruction.delay = plan.pipeline.stages[stage].delay;
    instruction.body = static_cast<std::int64_t>(body.size());
    tlm::encode(instruction, words);
    words.insert(words.end(), body.begin(), body.end());
}

}  // namespace

Words write_pipeline_words(const MachineNetwork& network, const PipelinePlan& plan, std::int64_t images) {
    Words words;
    for (const std::vector<std::size_t>& stages : plan.pipeline.counters) {
        Words stretch;
        for (const std::size_t stage : stages) {
            try {
                append_stage(network, plan, stage, stretch);
            } catch (const Error& error) {
                throw Error("layer '{}' of {}: {}", network.layers[plan.work[stage].layer].name, network.name,
                            error.what());
            }
        }
        Instruction counter;
        counter.opcode = Opcode::counter;
        counter.body = static_cast<std::int64_t>(stretch.size());
        counter.count = images;
        tlm::encode(counter, words);
        words.insert(words.end(), stretch.begin(), stretch.end());
    }
    tlm::encode(Instruction{}, words);
    return words;
}

}  // namespace quell::compiler
