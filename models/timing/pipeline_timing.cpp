#include "models/timing/pipeline_timing.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::timing {
namespace {

// Where a counter stands: the stage it does next, in which iteration.
struct Position {
    std::int64_t iteration = 0;
    std::size_t next = 0;
    Cycles free = 0;
};

class Recurrence {
public:
    Recurrence(const Pipeline& pipeline, std::int64_t images) : pipeline_(pipeline), images_(images) {
        times_.begin.resize(pipeline.stages.size());
        times_.end.resize(pipeline.stages.size());
        times_.image_end.resize(static_cast<std::size_t>(images));
    }

    PipelineTimes run() {
        std::vector<Position> positions(pipeline_.counters.size());
        std::size_t done = 0;
        while (done < pipeline_.stages.size() * static_cast<std::size_t>(images_)) {
            std::size_t advanced = 0;
            for (std::size_t c = 0; c < positions.size(); ++c)
                advanced += advance(pipeline_.counters[c], positions[c]);
            if (advanced == 0) throw Error("the stages of the pipeline wait for each other in a circle");
            done += advanced;
        }
        return std::move(times_);
    }

private:
    // As far as the stages that it waits for have come; how many images of a stage that were.
    std::size_t advance(const std::vector<std::size_t>& stages, Position& position) {
        std::int64_t longest_delay = 0;
        for (const std::size_t s : stages) longest_delay = std::max(longest_delay, pipeline_.stages[s].delay);
        std::size_t advanced = 0;
        while (position.iteration < images_ + longest_delay) {
            const std::size_t s = stages[position.next];
            const std::int64_t image = position.iteration - pipeline_.stages[s].delay;
            if (image >= 0 && image < images_) {
                if (!known(s, image)) return advanced;
                work(s, image, position.free);
                ++advanced;
            }
            if (++position.next == stages.size()) {
                position.next = 0;
                ++position.iteration;
            }
        }
        return advanced;
    }

    bool known(std::size_t stage, std::int64_t image) const {
        const auto& waits = pipeline_.stages[stage].waits;
        return std::all_of(waits.begin(), waits.end(), [&](const StageWait& wait) {
            return image < wait.behind ||
                   times_.end[wait.stage].size() > static_cast<std::size_t>(image - wait.behind);
        });
    }

    void work(std::size_t stage, std::int64_t image, Cycles& free) {
        Cycles begin = free;
        for (const StageWait& wait : pipeline_.stages[stage].waits) {
            if (image >= wait.behind)
                begin =
                    std::max(begin, times_.end[wait.stage][static_cast<std::size_t>(image - wait.behind)]);
        }
        free = begin + pipeline_.stages[stage].cycles;
        times_.begin[stage].push_back(begin);
        times_.end[stage].push_back(free);
        Cycles& image_end = times_.image_end[static_cast<std::size_t>(image)];
        image_end = std::max(image_end, free);
    }

    const Pipeline& pipeline_;
    std::int64_t images_;
    PipelineTimes times_;
};

}  // namespace

Cycles PipelineTimes::total() const {
    return image_end.empty() ? 0 : *std::max_element(image_end.begin(), image_end.end());
}

PipelineTimes time_pipeline(const Pipeline& pipeline, std::int64_t images) {
    return Recurrence(pipeline, images).run();
}

}  // namespace quell::timing
