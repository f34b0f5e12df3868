#include "sw/study/sweep/design.h"

#include "models/base/byte_order_mark.h"
#include "models/base/csv.h"
#include "models/base/error.h"
#include "models/base/files.h"
#include "models/config/value_text.h"
#include "models/numeric/counter_random.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <unordered_map>

namespace quell::study {
namespace {

constexpr std::int64_t beyond_counting = std::int64_t{1} << 62;

void require_axes(const std::vector<Axis>& axes) {
    if (axes.empty()) throw UsageError("there is nothing to sweep, expected --axis KEY=VALUES");
    for (std::size_t i = 0; i < axes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (axes[i].name == axes[j].name)
                throw UsageError("--axis {}: given twice, expected once", axes[i].name);
        }
    }
}

// Random numbers of one axis, one after the other.
class AxisStream {
public:
    AxisStream(std::uint64_t seed, std::size_t axis) : seed_(seed), axis_(static_cast<std::uint32_t>(axis)) {}
    double uniform() { return (static_cast<double>(word()) + 0.5) / 4294967296.0; }  // in (0, 1)
    // 0 ... below - 1; below is far under 2^32, so that the product's bias is too.
    std::size_t index(std::size_t below) {
        return static_cast<std::size_t>((static_cast<std::uint64_t>(word()) * below) >> 32);
    }

private:
    std::uint32_t word() {
        return numeric::random_words(seed_, numeric::Purpose::latin_hypercube, next_++, axis_)[0];
    }
    std::uint64_t seed_;
    std::uint32_t axis_;
    std::uint64_t next_ = 0;
};

std::vector<std::size_t> permutation(std::size_t count, AxisStream& stream) {  // Fisher-Yates
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[stream.index(i)]);
    return order;
}

std::string read_whole(const std::string& file) {
    refuse_folder(file);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be opened, expected a list of points (CSV)", file);
    std::string text((std::istreambuf_iterator<char>(stream)), {});
    remove_byte_order_mark(text);
    return text;
}

}  // namespace

Design::Design(std::string kind, std::vector<Axis> axes, std::uint64_t seed)
    : kind_(std::move(kind)), seed_(seed) {
    for (Axis& axis : axes) {
        names_.push_back(std::move(axis.name));
        values_.push_back(std::move(axis.values));
    }
}

Design Design::factorial(std::vector<Axis> axes) {
    require_axes(axes);
    for (const Axis& axis : axes) {
        if (!axis.interval) continue;
        throw UsageError("--axis {}={}:{}: a step is missing, expected FROM:TO:STEP, or --latin N with it",
                         axis.name, axis.interval->first, axis.interval->second);
    }
    Design design("factorial", std::move(axes), 0);
    design.size_ = 1;
    for (const auto& values : design.values_) {
        const auto count = static_cast<std::int64_t>(values.size());
        design.size_ = design.size_ > beyond_counting / count ? beyond_counting : design.size_ * count;
    }
    return design;
}

Design Design::latin(std::vector<Axis> axes, std::int64_t points, std::uint64_t seed) {
    require_axes(axes);
    const std::vector<Axis> typed = axes;
    Design design("latin", std::move(axes), seed);
    design.size_ = points;
    for (std::size_t a = 0; a < typed.size(); ++a) {
        AxisStream stream(seed, a);
        const std::vector<std::size_t> parts = permutation(static_cast<std::size_t>(points), stream);
        std::vector<std::size_t>& levels = design.levels_.emplace_back();
        for (const std::size_t part : parts) {
            const double place = (static_cast<double>(part) + stream.uniform()) / static_cast<double>(points);
            if (typed[a].interval) {
                const auto [from, to] = *typed[a].interval;
                levels.push_back(design.values_[a].size());
                design.values_[a].push_back(config::ValueText<double>::print(from + place * (to - from)));
            } else {
                const std::size_t count = typed[a].values.size();
                levels.push_back(
                    std::min(static_cast<std::size_t>(place * static_cast<double>(count)), count - 1));
            }
        }
    }
    return design;
}

Design Design::list(const std::string& file) {
    const std::string text = read_whole(file);
    std::vector<Axis> axes;
    std::vector<std::vector<std::size_t>> levels;
    std::vector<std::unordered_map<std::string, std::size_t>> known;
    std::vector<std::vector<std::int64_t>> lines;
    std::int64_t points = 0, number = 0, header = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        if (config::trimmed(line).empty()) continue;
        const auto fields = split_csv_line(line);
        if (!fields) throw Error("{}:{}: a quote is not closed, or has something behind it", file, number);
        if (axes.empty()) {
            for (const std::string& name : *fields) {
                if (name.empty()) throw Error("{}:{}: a column has no name", file, number);
                axes.push_back({name, {}, std::nullopt});
            }
            for (const Axis& axis : axes) {
                if (std::ranges::count(axes, axis.name, &Axis::name) > 1)
                    throw Error("{}:{}: {} is there twice, expected once", file, number, axis.name);
            }
            header = number;
            lines.resize(axes.size());
            levels.resize(axes.size());
            known.resize(axes.size());
            continue;
        }
        if (fields->size() != axes.size()) {
            throw Error("{}:{}: has {} values, expected {} as in the header", file, number, fields->size(),
                        axes.size());
        }
        for (std::size_t a = 0; a < axes.size(); ++a) {
            const std::string& value = (*fields)[a];
            if (value.empty()) throw Error("{}:{}: {} has no value", file, number, axes[a].name);
            const auto [at, fresh] = known[a].try_emplace(value, axes[a].values.size());
            if (fresh) {
                axes[a].values.push_back(value);
                lines[a].push_back(number);
            }
            levels[a].push_back(at->second);
        }
        ++points;
    }
    if (points == 0)
        throw Error("{}: has no points, expected a header of option names and one point a line", file);
    Design design("list", std::move(axes), 0);
    design.size_ = points;
    design.levels_ = std::move(levels);
    design.file_ = file;
    design.header_line_ = header;
    design.lines_ = std::move(lines);
    return design;
}

std::string Design::place(std::size_t axis) const {
    return file_.empty() ? fmt::format("--axis {}", names_[axis])
                         : fmt::format("{}:{}: {}", file_, header_line_, names_[axis]);
}

std::string Design::place(std::size_t axis, std::size_t level) const {
    return file_.empty() ? place(axis) : fmt::format("{}:{}: {}", file_, lines_[axis][level], names_[axis]);
}

std::vector<std::size_t> Design::levels(std::int64_t point) const {
    std::vector<std::size_t> result(axes());
    if (!levels_.empty()) {
        for (std::size_t a = 0; a < result.size(); ++a)
            result[a] = levels_[a][static_cast<std::size_t>(point)];
        return result;
    }
    for (std::size_t a = axes(); a-- > 0;) {
        const auto count = static_cast<std::int64_t>(values_[a].size());
        result[a] = static_cast<std::size_t>(point % count);
        point /= count;
    }
    return result;
}

}  // namespace quell::study
