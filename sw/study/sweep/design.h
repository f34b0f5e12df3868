// Which points a sweep has: each a value for every axis (docs/sweeps.md, "Axes").
#pragma once

#include "sw/study/sweep/axis.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::study {

class Design {
public:
    // Every combination, the last axis fastest. Throws UsageError for no axis, an interval, an axis named
    // twice.
    static Design factorial(std::vector<Axis> axes);

    // A Latin hypercube (McKay, Beckman, Conover, Technometrics 21(2), 1979): every axis is cut into `points`
    // equal parts, in each of which it has one point, at a place drawn in it; which parts meet in a point is
    // drawn as well. An axis of values takes the value whose part of the whole the place falls on. Random
    // numbers are Philox's, keyed by the seed and the axis.
    static Design latin(std::vector<Axis> axes, std::int64_t points, std::uint64_t seed);

    // From a CSV file: a header of names, one point a line. Throws Error naming FILE:LINE.
    static Design list(const std::string& file);

    // Where an axis was asked for, or a value of it, to begin a message: "--axis denoiser.cores"; of a list
    // "points.csv:1: denoiser.cores", its header, or "points.csv:3: denoiser.cores", the first line with it.
    std::string place(std::size_t axis) const;
    std::string place(std::size_t axis, std::size_t level) const;

    const std::string& kind() const { return kind_; }  // "factorial", "latin", "list"
    std::uint64_t seed() const { return seed_; }
    // For a factorial design of more than 2^62 points that number.
    std::int64_t size() const { return size_; }
    std::size_t axes() const { return names_.size(); }
    const std::vector<std::string>& names() const { return names_; }
    // The values an axis takes, each once.
    const std::vector<std::string>& values(std::size_t axis) const { return values_[axis]; }
    // The values' numbers in values(axis), of one point.
    std::vector<std::size_t> levels(std::int64_t point) const;

private:
    Design(std::string kind, std::vector<Axis> axes, std::uint64_t seed);

    std::string kind_;
    std::uint64_t seed_ = 0;
    std::int64_t size_ = 0;
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> values_;
    std::vector<std::vector<std::size_t>> levels_;  // of each axis, by point; empty in a factorial
    // Of a list: its file, the header's line, and of each axis and level the first line with it.
    std::string file_;
    std::int64_t header_line_ = 0;
    std::vector<std::vector<std::int64_t>> lines_;
};

}  // namespace quell::study
