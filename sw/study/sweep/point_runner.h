// Computes points of a sweep, one after the other, and keeps what the next one shares with them.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/graph.h"
#include "sw/study/sweep/analytic_runs.h"
#include "sw/study/sweep/sweep_database.h"
#include "sw/study/sweep/sweep_plan.h"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

class PointRunner {
public:
    // Reads every network and the images. Throws UsageError for an axis that is no option or changes nothing
    // and for a value that is not legal; Error for networks and images that cannot be read or do not fit.
    explicit PointRunner(const SweepPlan& plan);
    PointRunner(const PointRunner&) = delete;
    PointRunner& operator=(const PointRunner&) = delete;

    // What goes into the database beside the points. program_version is the caller's.
    StudyIdentity identity() const;

    // Whether SystemC or a network's values take part, in a process of the point's own. The design's axes may
    // change it from point to point.
    bool needs_own_process(std::int64_t point);

    // Never throws but for want of memory: a point that fails says so in its record.
    PointRecord run(std::int64_t point);

    // The whole configuration of one point, as a file.
    void write_configuration(std::int64_t point, std::ostream& out);

private:
    struct Images {
        network::LabelledImages tested;
        network::CalibrationImages calibration;
    };
    struct Network {
        network::Graph graph;  // its own blocks taken out; without weights where no values are asked for
        std::optional<network::Graph> with_blocks;  // as it came, for values in float32
        std::vector<network::PlacedBlock> own;
        const Images* images = nullptr;
    };

    void check_axes() const;
    void check_values();
    Network read_network(const std::string& model, std::uint64_t seed) const;  // without its images
    void load_network(const std::string& model);
    void load_networks();
    const Images& images_for(const network::Graph& graph);
    void require_blocks() const;
    void digest_files();                 // and looks at them
    void configure(std::int64_t point);  // the options of the point, resolved and validated
    const std::string& model_of(std::int64_t point) const;
    std::vector<double> measured(const std::string& model);
    double accuracy(const Network& network, const std::vector<std::int64_t>& after) const;
    std::vector<std::pair<std::string, std::string>> implied() const;

    const SweepPlan& plan_;
    config::Configuration configuration_;
    config::OptionTable table_;
    config::Configuration unresolved_;  // the settings all points share
    bool own_in_use_ = false;           // the point's network runs with the blocks it brings
    std::vector<config::NoiseModel> noise_models_;
    std::vector<std::optional<std::vector<std::int64_t>>>
        afters_;                                 // where blocks stand, at one point or more
    std::vector<const config::Option*> shared_;  // options that are no axis
    std::vector<std::string> base_texts_;        // of each
    std::vector<config::Option*> axis_options_;  // of each axis; null for the network
    std::optional<std::size_t> model_axis_;
    std::map<std::string, Network> networks_;
    std::map<Shape, Images> images_;  // by the shape that networks take
    std::map<std::string, std::string> inputs_;
    AnalyticRuns analytic_;
};

}  // namespace quell::study
