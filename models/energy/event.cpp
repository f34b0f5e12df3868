#include "models/energy/event.h"

namespace quell::energy {
namespace {

struct EventEntry {
    std::string_view name;
    Module module;
};

// In the order of the enumeration.
constexpr std::array<EventEntry, events> event_entries{{
    {"conversion", Module::adc},
    {"row_drive", Module::dac},
    {"cell_product", Module::crossbar},
    {"sample_hold", Module::sample_and_hold},
    {"shift_add", Module::shift_and_add},
    {"input_register", Module::registers},
    {"output_register", Module::registers},
    {"cell_write", Module::crossbar},
    {"line_buffer_byte", Module::line_buffer},
    {"pe_bus_byte", Module::pe_bus},
    {"scratchpad_byte", Module::scratchpad},
    {"memory_byte", Module::data_memory},
    {"interconnect_byte", Module::interconnect},
    {"digital_add", Module::digital_unit},
    {"digital_multiply", Module::digital_unit},
    {"digital_function", Module::digital_unit},
    {"pe_router_ns", Module::router},
    {"pe_digital_ns", Module::digital_unit},
    {"pe_leakage_ns", Module::pe_leakage},
    {"block_multiply", Module::denoiser_cores},
    {"block_add", Module::denoiser_cores},
    {"block_leaky_word", Module::denoiser_leaky_relu},
    {"block_activation_word", Module::denoiser_activation_sram},
    {"block_weight_word", Module::denoiser_weight_sram},
    {"block_lfsr_step", Module::denoiser_lanes},
    {"block_lane_multiply", Module::denoiser_lanes},
    {"block_lane_add", Module::denoiser_lanes},
    {"block_leakage_ns", Module::denoiser_leakage},
}};

constexpr std::array<std::string_view, modules> module_names{
    "adc",
    "dac",
    "crossbar",
    "sample_and_hold",
    "shift_and_add",
    "registers",
    "line_buffer",
    "pe_bus",
    "digital_unit",
    "router",
    "interconnect",
    "scratchpad",
    "data_memory",
    "pe_leakage",
    "denoiser_cores",
    "denoiser_leaky_relu",
    "denoiser_lanes",
    "denoiser_activation_sram",
    "denoiser_weight_sram",
    "denoiser_leakage",
};

}  // namespace

std::string_view name(Event event) {
    return event_entries[static_cast<std::size_t>(event)].name;
}

std::string_view name(Module module) {
    return module_names[static_cast<std::size_t>(module)];
}

Module module_of(Event event) {
    return event_entries[static_cast<std::size_t>(event)].module;
}

}  // namespace quell::energy
