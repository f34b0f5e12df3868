// Where the feature maps of an image lie when several images are on their way: image n's map in buffer
// n % buffers of its ring. The words of a stage name addresses in the first buffer.
#pragma once

#include "models/timing/layer_work.h"

#include <cstdint>
#include <vector>

namespace quell::tlm {

struct MapRing {
    std::int64_t address = 0;  // of the first buffer
    std::int64_t words = 0;    // of one buffer; the others lie behind
    std::int64_t buffers = 1;
};

class MapRings {
public:
    void add(const MapRing& ring) { rings_.push_back(ring); }

    // Addresses in no ring stay as they are.
    std::int64_t place(std::int64_t address, std::int64_t image) const {
        for (const MapRing& ring : rings_) {
            if (address >= ring.address && address < ring.address + ring.words)
                return address + image % ring.buffers * ring.words;
        }
        return address;
    }

private:
    std::vector<MapRing> rings_;
};

}  // namespace quell::tlm
